package dev.graft.harness.cli.reproduce;

import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

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
      return Stream.of(values())
          .filter(part -> part.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "expected table, figure or all, found '%s'".formatted(text)));
    }
  }
}
