package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.Optional;

/** Changes an affine map of the host. Every member has a default that changes nothing. */
public interface ProjectionIntervention {
  /** Replaces what the projection reads, of shape (B, T, in). */
  default Tensor input(Tensor x) {
    return x;
  }

  /** Replaces what the projection gives, of shape (B, T, out). */
  default Tensor output(Projected p) {
    return p.y();
  }

  /**
   * The host's map with this intervention computed into it, for interventions that can be: a
   * program that runs once, in a precision above the weights'. An {@link #input} can be merged if
   * it scales elements, since several of those commute.
   */
  default Optional<Affine> merged(Affine host) {
    return Optional.empty();
  }

  /**
   * A projection at work.
   *
   * @param x what it reads, (B, T, in), after every {@link #input}
   * @param linear {@code W x}, without the bias and without any intervention
   * @param bias the host's bias, (out), where there is one
   * @param y the output so far: {@code W x + b} and the interventions before this one
   * @param weight W, of shape (out, in)
   */
  record Projected(
      Tensor x, Tensor linear, Optional<Tensor> bias, Tensor y, Tensor weight, Batch batch) {}

  /**
   * The map {@code x -> W x + b}.
   *
   * @param weight W, of shape (out, in)
   * @param bias b, of shape (out), where there is one
   */
  record Affine(Tensor weight, Optional<Tensor> bias) {
    /** {@code W x + b}. */
    public Tensor of(Tensor x) {
      return x.linear(weight, bias.orElse(null));
    }

    /** This map with something added to W. */
    public Affine plusWeight(Tensor update) {
      return new Affine(weight.plus(update), bias);
    }
  }
}
