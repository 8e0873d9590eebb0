package dev.graft.harness.job;

import dev.graft.GraftException;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells what a user can act on in what ended a job: above all, what the machine was short of. */
final class Shortage {
  private static final String NO_ROOM = "No space left on device";

  private Shortage() {}

  /** What to tell, if it is not a mistake of the code. */
  static Optional<String> told(Throwable failure) {
    if (failure instanceof GraftException) {
      return Optional.of(failure.getMessage());
    }
    return ofDisk(failure).or(() -> ofMemory(failure));
  }

  static Optional<String> ofDisk(Throwable failure) {
    return causes(failure)
        .filter(cause -> cause instanceof IOException && says(cause, NO_ROOM))
        .map(
            cause ->
                GraftException.machine("The disk is full.")
                    .found(cause.getMessage())
                    .remedy("make room, and start the study again with the same output")
                    .getMessage())
        .findFirst();
  }

  private static Optional<String> ofMemory(Throwable failure) {
    return causes(failure)
        .filter(cause -> !(cause instanceof OutOfMemoryError))
        .filter(cause -> says(cause, "out of memory") || says(cause, "can't allocate memory"))
        .map(
            cause ->
                GraftException.machine("The memory of the device is not enough.")
                    .found(cause.getMessage().lines().findFirst().orElse(""))
                    .remedy("a smaller --batch-size, --max-length or --parallel needs less")
                    .getMessage())
        .findFirst()
        .or(
            () ->
                causes(failure)
                    .filter(OutOfMemoryError.class::isInstance)
                    .map(Shortage::heap)
                    .findFirst());
  }

  private static String heap(Throwable failure) {
    return GraftException.machine("The memory that Java may take is not enough.")
        .found(failure.getMessage())
        .atLineOf(failure)
        .line("try", "GRAFT_JAVA_OPTS=-Xmx4g graft ..., or a smaller batch")
        .getMessage();
  }

  private static boolean says(Throwable cause, String text) {
    return cause.getMessage() != null && cause.getMessage().contains(text);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }
}
