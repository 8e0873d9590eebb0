package dev.graft.harness.cli.reproduce;

import dev.graft.harness.cli.options.Converters;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** A part of what a paper measured. */
enum Part {
  TABLE,
  FIGURE,
  ALL;

  boolean has(Part part) {
    return this == ALL || this == part;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads an option. */
  static final class Converter implements ITypeConverter<Part> {
    @Override
    public Part convert(String text) {
      return Converters.one(List.of(values()), Part::toString, "table, figure or all", text);
    }
  }
}
