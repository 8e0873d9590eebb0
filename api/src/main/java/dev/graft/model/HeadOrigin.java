package dev.graft.model;

import java.util.Optional;

/**
 * Where a tensor of a task head has its numbers from.
 *
 * @param tensor its name
 * @param source the adapter, the checkpoint, or a generator of random numbers
 * @param reason of one that was drawn, why it is not the checkpoint's
 */
public record HeadOrigin(String tensor, Source source, Optional<String> reason) {
  /** Where numbers may be from. */
  public enum Source {
    /** They were given, or trained: those of a saved stack or adapter. */
    ADAPTER,
    /** The model's own checkpoint. */
    CHECKPOINT,
    /** Random numbers that nobody has trained. */
    DRAWN
  }

  static HeadOrigin given(String tensor) {
    return new HeadOrigin(tensor, Source.ADAPTER, Optional.empty());
  }

  static HeadOrigin stored(String tensor) {
    return new HeadOrigin(tensor, Source.CHECKPOINT, Optional.empty());
  }

  static HeadOrigin drawn(String tensor, String reason) {
    return new HeadOrigin(tensor, Source.DRAWN, Optional.of(reason));
  }

  /** {@return whether these are random numbers that nobody has trained} */
  public boolean isDrawn() {
    return source == Source.DRAWN;
  }
}
