package dev.graft.harness.training;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a training leaves on the disk while it goes on.
 *
 * @param snapshot the file from which it goes on after an interruption; absent for none
 * @param every how much time may be lost then, if writing takes little of it; zero for none in any
 *     case
 * @param curves the event file for TensorBoard; absent for none
 * @param told is given lines on what became of a snapshot
 */
public record Trail(
    Optional<Path> snapshot, Duration every, Optional<Path> curves, Consumer<String> told) {
  /** How much time may be lost where nobody says so. */
  public static final Duration EVERY = Duration.ofSeconds(30);

  /** Nothing. */
  public static final Trail NONE = new Trail(Optional.empty(), EVERY, Optional.empty(), line -> {});
}
