package dev.graft.harness.wiring;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import dev.graft.Names;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.report.comparison.SummaryJson;
import dev.graft.harness.report.comparison.TrialsCsv;
import dev.graft.harness.report.page.HtmlPage;
import dev.graft.harness.report.paper.LatexReport;
import dev.graft.harness.report.paper.MarkdownReport;
import dev.graft.harness.store.StoreKind;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.jdbc.JdbcStores;
import dev.graft.harness.trial.LocalExecutors;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.parts.PartKind;
import dev.graft.parts.Parts;
import java.util.Optional;
import java.util.Set;

/** Says how the harness's parts are made, each when it is first asked for. */
final class HarnessModule extends AbstractModule {
  private static final String FILE = "[A-Za-z0-9][A-Za-z0-9.-]*";

  private static final PartKind<StoreKind> STORES =
      PartKind.of(StoreKind.class, "kind of store", kind -> kind.getClass().getName());

  private static final PartKind<TrialExecutors> EXECUTORS =
      PartKind.of(TrialExecutors.class, "executor", TrialExecutors::name)
          .faulty(
              each ->
                  named(each.name(), Names.isName(each.name()), "lower-case words and hyphens"));

  private static final PartKind<ReportFormat> FORMATS =
      PartKind.of(ReportFormat.class, "report format", ReportFormat::file)
          .faulty(
              each ->
                  named(
                      each.file(), each.file().matches(FILE), "letters, digits, dots and hyphens"));

  private static Optional<String> named(String name, boolean isAllowed, String allowed) {
    return Optional.of("its name '%s' is not %s".formatted(name, allowed))
        .filter(why -> !isAllowed);
  }

  /**
   * One more store, executor or report format of Graft's own is one more line here. Those of JARs
   * join them where they are asked for: what is wrong with one is said then.
   */
  @Override
  protected void configure() {
    Multibinder<StoreKind> stores = Multibinder.newSetBinder(binder(), StoreKind.class);
    stores.addBinding().toInstance(new JdbcStores());

    Multibinder<TrialExecutors> executors =
        Multibinder.newSetBinder(binder(), TrialExecutors.class);
    executors.addBinding().toInstance(new LocalExecutors());

    // Their order is that of the files that a study names, the page first.
    Multibinder<ReportFormat> formats = Multibinder.newSetBinder(binder(), ReportFormat.class);
    formats.addBinding().toInstance(new HtmlPage());
    formats.addBinding().toInstance(new SummaryJson());
    formats.addBinding().toInstance(new TrialsCsv());
    formats.addBinding().toInstance(new MarkdownReport());
    formats.addBinding().toInstance(new LatexReport());
  }

  @Provides
  @Singleton
  Stores stores(Parts<StoreKind> kinds) {
    return new Stores(kinds);
  }

  @Provides
  @Singleton
  Parts<StoreKind> storeKinds(Set<StoreKind> own) {
    return Parts.installed(STORES, own);
  }

  @Provides
  @Singleton
  Parts<TrialExecutors> executors(Set<TrialExecutors> own) {
    return Parts.installed(EXECUTORS, own);
  }

  @Provides
  @Singleton
  Parts<ReportFormat> formats(Set<ReportFormat> own) {
    return Parts.installed(FORMATS, own);
  }
}
