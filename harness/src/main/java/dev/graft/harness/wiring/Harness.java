package dev.graft.harness.wiring;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.ProvisionException;
import dev.graft.GraftException;
import dev.graft.harness.measure.Metrics;
import dev.graft.harness.model.EmbeddedModel;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.store.StoreKind;
import dev.graft.harness.store.Stores;
import dev.graft.harness.study.StudyRunner;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.methods.Methods;
import dev.graft.parts.Parts;
import java.util.List;

/** The harness, put together: what a command asks for its parts. They are made when asked for. */
public final class Harness {
  private final Injector injector = Guice.createInjector(new HarnessModule());

  /** The methods that are installed, those of plugins and those of the harness itself. */
  public Methods methods() {
    return get(Methods.class);
  }

  public StudyRunner studyRunner() {
    return get(StudyRunner.class);
  }

  /** What opens stores of trials. */
  public Stores stores() {
    return get(Stores.class);
  }

  /** The model that the harness carries. */
  public EmbeddedModel embeddedModel() {
    return get(EmbeddedModel.class);
  }

  /** What reports are written as, the page first. */
  public Parts<ReportFormat> reportFormats() {
    return get(new Key<Parts<ReportFormat>>() {});
  }

  /** What runs trials. */
  public Parts<TrialExecutors> executors() {
    return get(new Key<Parts<TrialExecutors>>() {});
  }

  /** All that JARs may bring beside methods. */
  public List<Parts<?>> parts() {
    return List.of(
        executors(),
        get(new Key<Parts<StoreKind>>() {}),
        reportFormats(),
        TaskFinder.sources(),
        Metrics.parts());
  }

  private <T> T get(Class<T> part) {
    return get(Key.get(part));
  }

  private <T> T get(Key<T> part) {
    try {
      return injector.getInstance(part);
    } catch (ProvisionException e) {
      if (e.getCause() instanceof GraftException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
