package dev.graft.errors;

import dev.graft.api.MethodSpec;
import dev.graft.methods.Methods;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.PluginJar;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plugins that can't be used, by those who ask for them. */
final class PluginErrors {
  private PluginErrors() {}

  static void addTo(ErrorTexts errors, Path folder) {
    errors.add("A name that no method can have", () -> MethodSpec.of("Bad_Name", ""));
    errors.add(
        "Two plugins with a method of one name",
        () -> {
          Path one = PluginJar.ofMethod(in(folder, "two"), "made").write("made-1.0.jar");
          Path two = PluginJar.ofMethod(in(folder, "two"), "made").write("made-1.1.jar");
          find(one, two);
        });
    errors.add(
        "A method of a plugin for another version of the contract",
        () -> {
          PluginJar jar =
              new PluginJar(in(folder, "other"))
                  .with(
                      "plugin.Made",
                      PluginJar.source("Made", PluginJar.spec("made"), "API_VERSION + 1", ""))
                  .serving("plugin.Made");
          find(jar.write("made.jar")).get("made");
        });
    errors.add(
        "A method that may be that of a broken plugin",
        () -> {
          PluginJar jar = PluginJar.ofMethod(in(folder, "gone"), "made").serving("plugin.Gone");
          find(jar.write("made.jar")).get("made");
        });
  }

  private static Path in(Path folder, String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static Methods find(Path... jars) throws IOException {
    try (URLClassLoader loader = PluginJar.loaderOfNoOthers(jars)) {
      return Methods.find(loader);
    }
  }
}
