package dev.graft.harness.yaml;

import java.nio.file.Path;

/** Where something stands in a file; lines and columns are counted from 1. */
public record Place(Path file, int line, int column) {
  @Override
  public String toString() {
    return "%s, line %s, column %s".formatted(file, line, column);
  }
}
