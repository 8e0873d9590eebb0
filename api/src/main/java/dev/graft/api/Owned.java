package dev.graft.api;

import dev.graft.program.Tensor;

/**
 * A tensor that belongs to a graft.
 *
 * @param leaf what programs read
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

  public String name() {
    return spec.name();
  }

  public boolean isTrained() {
    return role == Role.PARAMETER || role == Role.UNFROZEN;
  }

  public boolean isSaved() {
    return role != Role.NUMBER;
  }

  /** The number of its elements. */
  public long size() {
    return spec.shape().size().fixed();
  }
}
