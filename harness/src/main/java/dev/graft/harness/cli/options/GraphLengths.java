package dev.graft.harness.cli.options;

import dev.graft.harness.training.Recipe;
import java.util.Optional;

/**
 * {@code --cuda-graphs} of a training.
 *
 * @param multiple as {@link Recipe#cudaGraphs()} has it
 */
public record GraphLengths(Optional<Integer> multiple) {
  /** Reads a word or a number of tokens. */
  public static GraphLengths parse(String text) {
    return new GraphLengths(
        switch (text) {
          case "auto" -> Optional.empty();
          case "off" -> Optional.of(0);
          case "on" -> Optional.of(Recipe.GRAPH_LENGTHS);
          default -> {
            if (!text.matches("[1-9]\\d*")) {
              throw Converters.wrong("auto, on, off or a number of tokens", text);
            }
            yield Optional.of(Converters.whole(text));
          }
        });
  }
}
