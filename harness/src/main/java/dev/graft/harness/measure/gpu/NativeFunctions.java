package dev.graft.harness.measure.gpu;

import com.sun.jna.NativeLibrary;
import dev.graft.program.cuda.LoadedLibrary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The functions of a library of CUDA, which return 0 where they did what they were asked. */
final class NativeFunctions {
  private final NativeLibrary library;

  private NativeFunctions(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Opens a library: the very one that the engine has loaded, under whatever name, or else one that
   * the system finds.
   *
   * @param stem of the file's name: libcudart
   * @param names that the system may know it by
   */
  static NativeFunctions open(String stem, String... names) throws NotMeasuredException {
    List<String> candidates = new ArrayList<>(loaded(stem));
    candidates.addAll(List.of(names));
    for (String candidate : candidates) {
      try {
        return new NativeFunctions(NativeLibrary.getInstance(candidate));
      } catch (UnsatisfiedLinkError e) {
        // The next one may be there.
      }
    }
    throw new NotMeasuredException(
        "there is none of the libraries " + String.join(", ", candidates));
  }

  /** The files of that name that are part of this process. */
  private static List<String> loaded(String stem) {
    try {
      return LoadedLibrary.files(stem);
    } catch (IOException e) {
      return List.of(); // not Linux
    }
  }

  /** What a function returns. */
  int status(String function, Object... arguments) throws NotMeasuredException {
    try {
      return library.getFunction(function).invokeInt(arguments);
    } catch (UnsatisfiedLinkError e) {
      throw new NotMeasuredException("the library has no function " + function);
    }
  }

  /** Calls a function that is to succeed. */
  void call(String function, Object... arguments) throws NotMeasuredException {
    int status = status(function, arguments);
    if (status != 0) {
      throw new NotMeasuredException("%s gave the status %s".formatted(function, status));
    }
  }
}
