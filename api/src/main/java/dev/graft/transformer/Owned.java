package dev.graft.transformer;

import dev.graft.api.ParameterSpec;
import dev.graft.program.Tensor;

/**
 * A tensor that belongs to a graft.
 *
 * @param leaf what programs read
 * @param role whether it is trained, saved and counted
 * @param spec its name, shape and beginning
 */
public record Owned(Tensor leaf, Role role, ParameterSpec spec) {
  /** What happens to the tensor. */
  public enum Role {
    /** Trained and saved. */
    PARAMETER,
    /** A copy of a weight of the host, trained in its place and saved. */
    UNFROZEN,
    /** Frozen and saved, counted apart. */
    BUFFER,
    /** A number that the settings give, or training at each step; neither counted nor saved. */
    NUMBER
  }

  /** {@return its name, unique in its graft; of an unfrozen weight the host's} */
  public String name() {
    return spec.name();
  }

  /** {@return whether the optimiser changes it} */
  public boolean isTrained() {
    return role == Role.PARAMETER || role == Role.UNFROZEN;
  }

  /** {@return whether checkpoints hold it} */
  public boolean isSaved() {
    return role != Role.NUMBER;
  }

  /** {@return the number of its elements} */
  public long size() {
    return spec.shape().size().fixed();
  }
}
