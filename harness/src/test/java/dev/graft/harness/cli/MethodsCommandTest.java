package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodsCommandTest {
  @TempDir private Path folder;

  @Test
  void listsMethodsWithOriginAndSettings() {
    Command command = Command.run("methods");

    assertThat(command.exitCode()).isZero();
    assertThat(command.errors()).isEmpty();
    assertThat(command.output())
        .contains("head-only  (", "lora  (", "prefix-tuning  (")
        .contains(
            "rank=8                 the rank r of the update B A (whole number from 1 to 16384)");
    assertThat(command.output().lines()).allMatch(line -> line.length() <= 120);
  }

  @Test
  void theJsonListHasTheSame() {
    JsonObject json =
        JsonParser.parseString(Command.run("methods", "--json").output()).getAsJsonObject();

    List<JsonElement> methods = json.getAsJsonArray("methods").asList();
    assertThat(methods)
        .extracting(method -> method.getAsJsonObject().get("name").getAsString())
        .contains("bitfit", "full", "head-only", "houlsby", "lin", "lora", "parallel", "pfeiffer");
    assertThat(json.getAsJsonArray("broken")).isEmpty();
  }

  @Test
  void aPluginThatCannotBeUsedIsListedWithItsReason() throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("dev.graft.api.PeftMethod"), "com.example.GoneMethod\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
      thread.setContextClassLoader(loader);

      Command command = Command.run("methods");

      assertThat(command.exitCode()).isZero();
      assertThat(command.output())
          .contains("lora  (")
          .contains(
              """
              Can't be used: a service file
                dev.graft.api.PeftMethod: Provider com.example.GoneMethod not found
              """);
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
