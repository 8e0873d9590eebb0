package dev.graft.harness.cli.options;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Whole numbers of an option, joined by commas. */
public record Numbers(List<Integer> values) {
  private static final int DIGITS = 6;

  public Numbers {
    values = List.copyOf(values);
  }

  /** Reads different numbers from 1 on. */
  public static Numbers parse(String text) {
    boolean isList =
        Arrays.stream(text.split(",", -1))
            .allMatch(number -> number.strip().matches("[1-9][0-9]{0,%s}".formatted(DIGITS - 1)));
    if (!isList) {
      throw Converters.wrong("whole numbers from 1 to 999999, joined by commas", text);
    }
    List<Integer> values =
        Arrays.stream(text.split(",", -1)).map(number -> Integer.valueOf(number.strip())).toList();
    if (values.stream().distinct().count() < values.size()) {
      throw Converters.wrong("no number twice", text);
    }
    return new Numbers(values);
  }

  @Override
  public String toString() {
    return values.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
