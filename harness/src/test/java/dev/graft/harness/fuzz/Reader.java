package dev.graft.harness.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A place that reads files, with whole ones.
 *
 * @param name for the table of outcomes
 * @param folder of the files
 * @param sources the files that are changed, one at a time
 * @param reading what Graft does with them: all that a command would
 */
record Reader(String name, Path folder, List<Source> sources, Reading reading) {
  /** What is done with the files; it may end in any exception. */
  @FunctionalInterface
  interface Reading {
    void read(Path folder) throws Exception;
  }

  /** A file, and what is in it unless it is changed. */
  static final class Source {
    private final String file;
    private final byte[] original;
    private final Mutator mutator;

    private Source(String file, byte[] original, Mutator mutator) {
      this.file = file;
      this.original = original;
      this.mutator = mutator;
    }

    static Source of(Path folder, String file, Mutator mutator) {
      try {
        return new Source(file, Files.readAllBytes(folder.resolve(file)), mutator);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Where it is in the reader's folder. */
    String file() {
      return file;
    }

    /** Not a copy. */
    byte[] original() {
      return original;
    }

    byte[] changed(Random random) {
      return mutator.change(original, random);
    }
  }

  /** Reads the files with one of them changed, which is whole again afterwards. */
  void read(Source source, byte[] changed) throws Exception {
    Path file = folder.resolve(source.file());
    Files.write(file, changed);
    try {
      reading.read(folder);
    } finally {
      Files.write(file, source.original());
    }
  }
}
