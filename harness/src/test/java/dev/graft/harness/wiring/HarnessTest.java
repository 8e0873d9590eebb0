package dev.graft.harness.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HarnessTest {
  private static final String OTHER_LORA =
      """
      package other;
      import dev.graft.api.*;
      import java.util.Set;
      public final class Lora implements PeftMethod {
        public String name() { return "lora"; }
        public int apiVersion() { return API_VERSION; }
        public SettingsSpec settings() { return SettingsSpec.of(); }
        public Set<Trait> traits() { return Set.of(); }
        public void graft(Host host, Settings settings, Graft graft) {}
      }
      """;

  @TempDir Path folder;

  @Test
  void methodsOfPluginsAndOfTheHarnessAreThere() {
    Harness harness = new Harness();
    assertThat(harness.methods().all())
        .extracting(installed -> installed.method().name())
        .contains("full", "head-only", "bitfit", "lora", "prefix-tuning", "houlsby");
    assertThat(harness.methods()).isSameAs(harness.methods());
    assertThat(harness.studyRunner()).isNotNull();
  }

  @Test
  void aMistakeOfAPluginIsSaidAsItIs() throws IOException {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {pluginOfTheSameName().toUri().toURL()}, before)) {
      Thread.currentThread().setContextClassLoader(loader);
      assertThatThrownBy(() -> new Harness().methods())
          .isInstanceOf(GraftException.class)
          .hasMessageStartingWith("Two plugins have a method 'lora'.");
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private Path pluginOfTheSameName() throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("dev.graft.api.PeftMethod"), "other.Lora");
    Path source = Files.writeString(folder.resolve("Lora.java"), OTHER_LORA);
    int failures =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(failures).isZero();
    return folder;
  }
}
