package dev.graft.harness.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.Multibinder;
import dev.graft.harness.model.EmbeddedModel;
import dev.graft.harness.report.comparison.HtmlPage;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.report.comparison.SummaryJson;
import dev.graft.harness.report.comparison.TrialsCsv;
import dev.graft.harness.store.StoreKind;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.jdbc.JdbcStores;
import dev.graft.harness.study.StudyRunner;
import dev.graft.harness.trial.LocalProcesses;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.methods.Methods;
import java.util.Map;
import java.util.Set;

/** Says how the harness's parts are made, each when it is first asked for. */
final class HarnessModule extends AbstractModule {
  static final String LOCAL = "local";

  /** One more store, executor or report format is one more line here. */
  @Override
  protected void configure() {
    Multibinder<StoreKind> stores = Multibinder.newSetBinder(binder(), StoreKind.class);
    stores.addBinding().toInstance(new JdbcStores());

    MapBinder<String, TrialExecutors> executors =
        MapBinder.newMapBinder(binder(), String.class, TrialExecutors.class);
    executors.addBinding(LOCAL).toInstance(LocalProcesses::open);

    // Their order is that of the files that a study names, the page first.
    Multibinder<ReportFormat> formats = Multibinder.newSetBinder(binder(), ReportFormat.class);
    formats.addBinding().toInstance(new HtmlPage());
    formats.addBinding().toInstance(new SummaryJson());
    formats.addBinding().toInstance(new TrialsCsv());
  }

  @Provides
  @Singleton
  Methods methods() {
    return Methods.installed();
  }

  @Provides
  @Singleton
  StudyRunner studyRunner(Methods methods, Map<String, TrialExecutors> executors, Stores stores) {
    return new StudyRunner(methods, executors.get(LOCAL), stores);
  }

  @Provides
  @Singleton
  Stores stores(Set<StoreKind> kinds) {
    return new Stores(kinds);
  }

  @Provides
  @Singleton
  EmbeddedModel embeddedModel() {
    return new EmbeddedModel(EmbeddedModel.defaultCache(System.getenv()));
  }
}
