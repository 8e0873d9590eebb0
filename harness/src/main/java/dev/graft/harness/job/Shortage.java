package dev.graft.harness.job;

import dev.graft.GraftException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Finds in what ended a job what a user can act on: above all, what the machine was short of. */
final class Shortage {
  private static final String NO_ROOM = "No space left on device";

  private Shortage() {}

  /** What to tell, if it is not a mistake of the code. */
  static Optional<GraftException> in(Throwable failure) {
    if (failure instanceof GraftException told) {
      return Optional.of(told);
    }
    return find(failure, Shortage::ofDisk)
        .or(() -> find(failure, Shortage::ofHeap))
        .or(() -> find(failure, Shortage::ofDevice));
  }

  /** Whether the disk is full, whoever says so. */
  static boolean isFullDisk(Throwable failure) {
    return find(failure, Shortage::ofDisk).isPresent();
  }

  private static Optional<GraftException> ofDisk(Throwable cause) {
    return cause instanceof IOException && says(cause, NO_ROOM)
        ? Optional.of(
            GraftException.machine("The disk is full.")
                .found(cause.getMessage())
                .remedy("make room, and start the study again with the same output"))
        : Optional.empty();
  }

  private static Optional<GraftException> ofHeap(Throwable cause) {
    return cause instanceof OutOfMemoryError
        ? Optional.of(
            GraftException.machine("The memory that Java may take is not enough.")
                .found(cause.getMessage())
                .atLineOf(cause)
                .line("try", "GRAFT_JAVA_OPTS=-Xmx4g graft ..., or a smaller batch"))
        : Optional.empty();
  }

  private static Optional<GraftException> ofDevice(Throwable cause) {
    return says(cause, "out of memory") || says(cause, "can't allocate memory")
        ? Optional.of(
            GraftException.machine("The memory of the device is not enough.")
                .found(cause.getMessage().lines().findFirst().orElse(""))
                .remedy("a smaller --batch-size, --max-length or --parallel needs less"))
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
