package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.harness.report.text.MethodListing;
import dev.graft.harness.report.text.MethodReference;
import dev.graft.methods.Methods;
import dev.graft.testing.PluginJar;
import dev.graft.testing.Recorded;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MethodsCommandTest {
  @TempDir private Path folder;

  private static JsonObject json(String... arguments) {
    return JsonParser.parseString(Command.run(arguments).output()).getAsJsonObject();
  }

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
    JsonObject json = json("methods", "--json");

    List<JsonElement> methods = json.getAsJsonArray("methods").asList();
    assertThat(methods)
        .extracting(method -> method.getAsJsonObject().get("name").getAsString())
        .contains("bitfit", "full", "head-only", "houlsby", "lin", "lora", "parallel", "pfeiffer");
    assertThat(json.getAsJsonArray("broken")).isEmpty();
  }

  @Test
  void whatCannotBeUsedAndWhatBroughtNothingIsListed() {
    Path gone = PluginJar.ofMethod(folder, "made").serving("plugin.Gone").write("gone.jar");
    Path helper = new PluginJar(folder).write("helper.jar");
    System.setProperty("graft.plugins", folder.toString());
    try {
      Command command = PluginJar.beside(() -> Command.run("methods"), gone, helper);
      assertThat(command.exitCode()).isZero();
      assertThat(command.output())
          .contains("lora  (")
          .endsWith(
              """

              Can't be used: %s
                Provider plugin.Gone not found

              Without a method, for other plugins to use (or their service file is missing):
                %s
              """
                  .formatted(gone, helper));
      JsonObject json = PluginJar.beside(() -> json("methods", "--json"), gone, helper);
      assertThat(json.getAsJsonArray("broken").get(0).getAsJsonObject().get("origin").getAsString())
          .isEqualTo(gone.toString());
      assertThat(json.getAsJsonArray("withoutMethod").get(0).getAsString())
          .isEqualTo(helper.toString());
      Command asked =
          PluginJar.beside(
              () -> Command.run("plan", "--model=bert-base", "--stack=made"), gone, helper);
      assertThat(asked.exitCode()).isEqualTo(3);
      assertThat(asked.errors()).contains("Provider plugin.Gone not found");
    } finally {
      System.clearProperty("graft.plugins");
    }
  }

  @Test
  void theReferenceOfAllSettingsIsUpToDate() {
    Methods released =
        Methods.of(
            Methods.installed().all().stream()
                .map(Methods.Installed::method)
                .filter(method -> !method.spec().name().startsWith("test-"))
                .toList());

    Recorded.assertRecorded(
        "harness/METHODS.md", MethodReference.of(MethodListing.of(released, List.of(), List.of())));
  }

  @Test
  void thePageIsTheReference() {
    assertThat(Command.run("methods", "--markdown").output())
        .startsWith("# Methods and their settings\n")
        .contains(
            "| `rank` | `8` | whole number from 1 to 16384 | the rank r of the update B A |\n");
  }
}
