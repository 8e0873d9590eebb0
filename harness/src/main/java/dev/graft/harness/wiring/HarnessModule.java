package dev.graft.harness.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import dev.graft.harness.model.EmbeddedModel;
import dev.graft.harness.store.JdbcStores;
import dev.graft.harness.store.Stores;
import dev.graft.harness.study.StudyRunner;
import dev.graft.harness.trial.LocalProcesses;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.methods.Methods;
import java.util.Set;

/** Says how the harness's parts are made, each when it is first asked for. */
final class HarnessModule extends AbstractModule {
  @Provides
  @Singleton
  Methods methods() {
    return Methods.installed();
  }

  @Provides
  @Singleton
  StudyRunner studyRunner(Methods methods, TrialExecutors executors, Stores stores) {
    return new StudyRunner(methods, executors, stores);
  }

  @Provides
  @Singleton
  Stores stores() {
    return new Stores(Set.of(new JdbcStores()));
  }

  @Provides
  @Singleton
  TrialExecutors executors() {
    return LocalProcesses::open;
  }

  @Provides
  @Singleton
  EmbeddedModel embeddedModel() {
    return new EmbeddedModel(EmbeddedModel.defaultCache(System.getenv()));
  }
}
