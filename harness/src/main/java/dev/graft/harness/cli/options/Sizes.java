package dev.graft.harness.cli.options;

import dev.graft.harness.latency.LatencySpec.Size;
import java.util.ArrayList;
import java.util.List;

/** Sizes of batches of an option, joined by commas. */
public record Sizes(List<Size> values) {
  /** An option that was not given. */
  public static final Sizes NONE = new Sizes(List.of());

  public Sizes {
    values = List.copyOf(values);
  }

  /** Reads rows by tokens. */
  public static Sizes parse(String text) {
    List<Size> sizes = new ArrayList<>();
    for (String size : text.split(",", -1)) {
      if (!size.strip().matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
        throw Converters.wrong("rows by tokens such as 8x512, joined by commas", text);
      }
      String[] sides = size.strip().split("x", -1);
      sizes.add(new Size(Integer.parseInt(sides[0]), Integer.parseInt(sides[1])));
    }
    return new Sizes(sizes);
  }
}
