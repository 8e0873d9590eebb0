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
  private Injector injector;
  private Methods methods;

  /** The methods that are installed, those of plugins and those of the harness itself. */
  public synchronized Methods methods() {
    if (methods == null) {
      methods = Methods.installed();
    }
    return methods;
  }

  public StudyRunner studyRunner() {
    return new StudyRunner(methods(), executors(), stores());
  }

  /** What opens stores of trials. */
  public Stores stores() {
    return get(Key.get(Stores.class));
  }

  /** The model that the harness carries. */
  public EmbeddedModel embeddedModel() {
    return new EmbeddedModel(EmbeddedModel.defaultCache(System.getenv()));
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

  private <T> T get(Key<T> part) {
    try {
      return injector().getInstance(part);
    } catch (ProvisionException e) {
      if (e.getCause() instanceof GraftException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Not made before a set is asked for: it takes a tenth of a second, which most commands save. */
  private synchronized Injector injector() {
    if (injector == null) {
      injector = Guice.createInjector(new HarnessModule());
    }
    return injector;
  }
}
