package dev.graft.harness.experiment;

import ai.djl.engine.Engine;
import dev.graft.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a result depends on beside the trial's own settings. */
final class Provenance {
  private Provenance() {}

  static Map<String, String> of(Model model, Objective objective, Instant start) {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("base", model.fingerprint());
    provenance.put("data", objective.contentHash());
    provenance.put("task", objective.name());
    provenance.put("graft", version());
    provenance.put("djl", Engine.getDjlVersion());
    provenance.put("pytorch", Engine.getEngine("PyTorch").getVersion());
    provenance.put(
        "java",
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
    provenance.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    provenance.put("cpu", processor());
    provenance.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    provenance.put("device", model.device().name());
    provenance.put("started", start.truncatedTo(ChronoUnit.SECONDS).toString());
    return provenance;
  }

  private static String version() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "not packaged" : version;
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
