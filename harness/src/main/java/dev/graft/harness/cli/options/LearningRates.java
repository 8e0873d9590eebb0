package dev.graft.harness.cli.options;

import java.util.List;
import java.util.stream.Stream;

/** The learning rates of an option: one for all methods of a stack, or one for each. */
public record LearningRates(List<Double> values) {
  public LearningRates {
    values = List.copyOf(values);
  }

  /** Reads rates joined by commas. */
  public static LearningRates parse(String text) {
    return new LearningRates(Stream.of(text.split(",", -1)).map(Converters::real).toList());
  }
}
