package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps what a training needs to go on after its process has ended, and finds it again. A snapshot
 * that is not of this training, or damaged, is told and not used: training then begins anew.
 */
final class Snapshots {
  /** Writing takes at most one part of so many of the time. */
  private static final int SHARE = 20;

  private final Trail trail;
  private final Map<String, String> identity;
  private long last = System.nanoTime();
  private long cost;

  /**
   * Snapshots of a training.
   *
   * @param identity all that decides how it turns out
   */
  Snapshots(Trail trail, Map<String, String> identity) {
    this.trail = trail;
    this.identity = identity;
  }

  /**
   * The last snapshot, if there is one of this training. The attachment then has its weights.
   *
   * @param end the step after which training ends
   */
  Optional<Snapshot> find(Attachment attachment, int end) {
    Optional<Path> file = trail.snapshot().filter(Files::exists);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Snapshot snapshot = new Snapshot(Safetensors.open(file.get()));
      Optional<String> objection = snapshot.objection(identity);
      if (objection.isEmpty() && snapshot.taken() > end) {
        objection = Optional.of("it is further than step " + end);
      }
      if (objection.isEmpty()) {
        snapshot.restore(attachment);
        trail.told().accept("goes on after step %s: %s".formatted(snapshot.taken(), file.get()));
        return Optional.of(snapshot);
      }
      return none(file.get(), objection.get());
    } catch (GraftException e) {
      return none(file.get(), "it is damaged");
    } catch (IllegalArgumentException e) {
      return none(file.get(), "it is of another version of the method");
    }
  }

  private Optional<Snapshot> none(Path file, String reason) {
    trail.told().accept("begins anew: %s can't be used: %s".formatted(file, reason));
    return Optional.empty();
  }

  /** Whether it is time to write one. */
  boolean isDue() {
    long pause = trail.every().isZero() ? 0 : Math.max(trail.every().toNanos(), SHARE * cost);
    return trail.snapshot().isPresent() && System.nanoTime() - last >= pause;
  }

  /** Writes one, if any are to be kept. */
  void write(Attachment attachment, Training training, Course course) {
    if (trail.snapshot().isPresent()) {
      long begin = System.nanoTime();
      Snapshot.write(trail.snapshot().get(), identity, attachment, training, course);
      last = System.nanoTime();
      cost = last - begin;
    }
  }

  /** What was trained is saved. */
  void finish() {
    try {
      if (trail.snapshot().isPresent()) {
        Files.deleteIfExists(trail.snapshot().get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
