package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.measure.FreeMemory;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds in what ended a job what a user can act on: above all, what the machine was short of. */
final class Shortage {
  private static final Pattern ADDRESS_SPACE =
      Pattern.compile(
          "unable to create native thread|Map failed|failed to map segment|annot allocate memory"
              + "|Could not (allocate compressed class space|reserve enough space|allocate metaspace)"
              + "|insufficient memory for the Java Runtime|Cannot create GC thread");

  private Shortage() {}

  /** What to tell, if it is not a mistake of the code. */
  static Optional<GraftException> in(Throwable failure) {
    if (failure instanceof GraftException told) {
      return Optional.of(told);
    }
    return find(failure, Shortage::ofDisk)
        .or(() -> find(failure, Shortage::ofHeap))
        .or(() -> find(failure, Shortage::ofAddressSpace))
        .or(() -> find(failure, Shortage::ofDevice));
  }

  /** Whether the disk is full, whoever says so. */
  static boolean isFullDisk(Throwable failure) {
    return find(failure, Shortage::ofDisk).isPresent();
  }

  private static Optional<GraftException> ofDisk(Throwable cause) {
    return cause instanceof IOException && Folders.isShortOfRoom(cause.getMessage())
        ? Optional.of(
            GraftException.machine("The disk takes no more.")
                .found(cause.getMessage())
                .remedy(
                    "make room or raise the limit that was met, and start the study again with the same output"))
        : Optional.empty();
  }

  private static Optional<GraftException> ofHeap(Throwable cause) {
    return cause instanceof OutOfMemoryError && !isOfAddressSpace(cause)
        ? Optional.of(
            GraftException.machine("The memory that Java may take is not enough.")
                .found(cause.getMessage())
                .atLineOf(cause)
                .line("try", "GRAFT_JAVA_OPTS=-Xmx4g graft ..., or a smaller batch"))
        : Optional.empty();
  }

  private static Optional<GraftException> ofAddressSpace(Throwable cause) {
    return (cause instanceof OutOfMemoryError
                || cause instanceof UnsatisfiedLinkError
                || cause instanceof IOException)
            && isOfAddressSpace(cause)
        ? Optional.of(shortOfAddressSpace(cause.getMessage()))
        : Optional.empty();
  }

  private static boolean isOfAddressSpace(Throwable cause) {
    return cause.getMessage() != null && isOfAddressSpace(cause.getMessage());
  }

  /**
   * What Java and the system's loader say where a process may take no more addresses or threads.
   */
  static boolean isOfAddressSpace(String said) {
    return ADDRESS_SPACE.matcher(said).find();
  }

  /** The error, whoever met it. */
  static GraftException shortOfAddressSpace(String said) {
    return GraftException.machine("The memory that the process may map is not enough.")
        .found(said.lines().findFirst().orElse(""))
        .remedy(
            "raise the limit of its address space (ulimit -v) or of its group, or free memory; and start it again with the same output");
  }

  /** What there was when memory was short; nothing where it was not. */
  static String stock(Throwable failure) {
    boolean isOfMemory =
        !(failure instanceof GraftException) && !isFullDisk(failure) && in(failure).isPresent();
    OptionalLong free = FreeMemory.now();
    return !isOfMemory
        ? ""
        : "%n  there was: a heap of %s at most%s"
            .formatted(
                megabytes(Runtime.getRuntime().maxMemory()),
                free.isEmpty() ? "" : ", and %s free".formatted(megabytes(free.getAsLong())));
  }

  private static String megabytes(long bytes) {
    return Math.round(bytes / 1e6) + " MB";
  }

  private static Optional<GraftException> ofDevice(Throwable cause) {
    return says(cause, "out of memory") || says(cause, "can't allocate memory")
        ? Optional.of(
            GraftException.machine("The memory of the device is not enough.")
                .found(cause.getMessage().lines().findFirst().orElse(""))
                .remedy(
                    "a smaller --batch-size or --batch-tokens, --max-length or --parallel needs less"))
        : Optional.empty();
  }

  private static boolean says(Throwable cause, String text) {
    return cause.getMessage() != null && cause.getMessage().contains(text);
  }

  private static Optional<GraftException> find(
      Throwable failure, Function<Throwable, Optional<GraftException>> shortage) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .map(shortage)
        .flatMap(Optional::stream)
        .reduce((outer, inner) -> inner); // whose words are the plainest
  }
}
