package dev.graft.harness.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import dev.graft.GraftException;
import dev.graft.harness.store.StoreKind;
import dev.graft.harness.store.jdbc.JdbcStores;
import dev.graft.testing.PluginJar;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HarnessTest {
  @TempDir Path folder;

  @Test
  void methodsOfPluginsAndOfTheHarnessAreThere() {
    Harness harness = new Harness();
    assertThat(harness.methods().all())
        .extracting(installed -> installed.method().spec().name())
        .contains("full", "head-only", "bitfit", "lora", "prefix-tuning", "houlsby");
    assertThat(harness.methods()).isSameAs(harness.methods());
    assertThat(harness.studyRunner()).isNotNull();
  }

  @Test
  void partsAreBoundAsSets() {
    Harness harness = new Harness();
    assertThat(harness.reportFormats())
        .hasToString("report.html, report.json, trials.csv, report.md, report.tex");
    assertThat(harness.executors()).hasToString("local");

    Injector injector = Guice.createInjector(new HarnessModule());
    assertThat(injector.getInstance(new Key<Set<StoreKind>>() {}))
        .hasExactlyElementsOfTypes(JdbcStores.class);
  }

  @Test
  void aMistakeOfAPluginIsSaidAsItIs() {
    Path jar = PluginJar.ofMethod(folder, "lora").write("other.jar");

    assertThatThrownBy(() -> PluginJar.beside(() -> new Harness().methods(), jar))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("Two plugins have a method 'lora'.");
  }
}
