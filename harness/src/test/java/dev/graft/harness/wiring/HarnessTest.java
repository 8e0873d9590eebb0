package dev.graft.harness.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.testing.PluginJar;
import java.nio.file.Path;
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
  void aMistakeOfAPluginIsSaidAsItIs() {
    Path jar = PluginJar.ofMethod(folder, "lora").write("other.jar");

    assertThatThrownBy(() -> PluginJar.beside(() -> new Harness().methods(), jar))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("Two plugins have a method 'lora'.");
  }
}
