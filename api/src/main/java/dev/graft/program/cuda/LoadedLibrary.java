package dev.graft.program.cuda;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A library that the engine has loaded, whose functions are found by their symbols. */
public final class LoadedLibrary {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private final String stem;
  private final NativeLibrary library;

  private LoadedLibrary(String stem, NativeLibrary library) {
    this.stem = stem;
    this.library = library;
  }

  /** The one whose file's name begins so. */
  static LoadedLibrary named(String stem) throws NotAvailableException {
    try {
      for (String file : files(stem)) {
        return new LoadedLibrary(stem, NativeLibrary.getInstance(file));
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new NotAvailableException("%s can't be opened: %s".formatted(stem, e.getMessage()));
    }
    throw new NotAvailableException("the engine has not loaded " + stem);
  }

  /**
   * {@return the files of that name that are part of this process}
   *
   * @param stem of the name: libcudart
   * @throws IOException if that can't be told, as on anything but Linux
   */
  public static List<String> files(String stem) throws IOException {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.contains("/" + stem))
          .map(line -> line.substring(line.indexOf('/')))
          .filter(file -> Path.of(file).getFileName().toString().startsWith(stem))
          .distinct()
          .toList();
    }
  }

  /** The first of some symbols that is there. */
  Function function(String... symbols) throws NotAvailableException {
    for (String symbol : symbols) {
      try {
        return library.getFunction(symbol);
      } catch (UnsatisfiedLinkError e) {
        // The next one may be there.
      }
    }
    throw new NotAvailableException("%s has no %s".formatted(stem, String.join(" or ", symbols)));
  }
}
