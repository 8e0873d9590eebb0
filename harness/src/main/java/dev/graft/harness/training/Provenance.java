package dev.graft.harness.training;

import dev.graft.harness.environment.Environment;
import dev.graft.program.Precision;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How something saved was made, so that it can be made again.
 *
 * @param model as {@link dev.graft.checkpoint.ModelDirectory#of} takes it
 * @param stack that was trained, without settings that have their defaults
 * @param steps how many were taken
 * @param kept after which of them the weights were kept
 * @param from the saved stack or adapter that training began with
 * @param scores what was found before it was saved
 * @param graphs what came of capturing CUDA graphs, where that was asked for
 * @param command that the user gave
 */
public record Provenance(
    Environment environment,
    String model,
    String stack,
    Precision precision,
    long seed,
    Recipe recipe,
    Peaks peaks,
    int steps,
    int kept,
    Optional<Path> from,
    Map<String, Double> scores,
    Optional<String> graphs,
    Optional<String> command) {
  public Provenance {
    scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
  }

  /** All of it as text by name, as saved files hold it. */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>(environment.written());
    written.put("model", model);
    written.put("stack", stack);
    written.put("precision", precision.toString());
    written.put("seed", String.valueOf(seed));
    written.putAll(recipe.written());
    written.put(
        "learning-rate", String.join(",", peaks.methods().stream().map(String::valueOf).toList()));
    written.put("head-rate", String.valueOf(peaks.head()));
    written.put("steps", String.valueOf(steps));
    written.put("kept-step", String.valueOf(kept));
    from.ifPresent(folder -> written.put("from", folder.toString()));
    scores.forEach((name, value) -> written.put(name, String.valueOf(value)));
    graphs.ifPresent(use -> written.put("captured", use));
    command.ifPresent(text -> written.put("command", text));
    return written;
  }
}
