package dev.graft.harness.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The seeds of an option. */
public record Seeds(List<Long> values) {
  private static final int MOST = 1000;
  private static final String EXPECTED =
      "how many, from 1 to %s, or several seeds joined by commas".formatted(MOST);

  public Seeds {
    values = List.copyOf(values);
  }

  /** The first seeds from 1 on. */
  public static Seeds first(long count) {
    return new Seeds(LongStream.rangeClosed(1, count).boxed().toList());
  }

  /** Reads a count, or seeds joined by commas. */
  public static Seeds parse(String text) {
    try {
      if (!text.contains(",")) {
        long count = Long.parseLong(text.strip());
        if (count < 1 || count > MOST) {
          throw Converters.wrong(EXPECTED, text);
        }
        return first(count);
      }
      List<Long> seeds = new ArrayList<>();
      for (String seed : text.split(",", -1)) {
        seeds.add(Long.valueOf(seed.strip()));
      }
      if (seeds.stream().distinct().count() < seeds.size()) {
        throw Converters.wrong("no seed twice", text);
      }
      return new Seeds(seeds);
    } catch (NumberFormatException e) {
      throw Converters.wrong(EXPECTED, text);
    }
  }

  @Override
  public String toString() {
    return String.valueOf(values.size());
  }
}
