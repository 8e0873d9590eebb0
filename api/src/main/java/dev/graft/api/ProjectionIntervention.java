package dev.graft.api;

import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * Changes an affine map of the host. Every member has a default that changes nothing. B and S are
 * those of {@link Batch}; S is 1 at a pooler, and the number of predicted tokens at a
 * language-model head. DeBERTa-v2 projects its table of relative positions, too, by projections of
 * their own or those of queries and keys: then B is 1, S the number of distances, and no row is one
 * of the batch.
 */
public interface ProjectionIntervention {
  /**
   * {@return what the projection reads in the place of x, (B, S, in); x by default}
   *
   * @param x (B, S, in), after the interventions before this one
   * @param batch whose rows these are
   */
  default Tensor input(Tensor x, Batch batch) {
    return x;
  }

  /**
   * {@return what takes the place of what the projection gives, (B, S, out); the same by default}
   *
   * @param p the projection at work
   */
  default Tensor output(Projected p) {
    return p.y();
  }

  /**
   * {@return the host's map with this intervention computed into it, for interventions that can be;
   * none by default} It is recorded into a program that runs once, in a precision above the
   * weights'.
   *
   * <p>In the pass all inputs at a site act before all outputs, and merging gives the same: outputs
   * are computed into the map in stack order, then inputs from the last to the first, and an input
   * only where every output is. So for an intervention that changes the {@link #output}, the given
   * map has the outputs before this one in it; for one that changes the {@link #input}, all outputs
   * and the inputs after this one, and what is returned is {@code x -> host.of(input(x, batch))}.
   * One that changes both is merged where nothing else acts after it.
   *
   * @param host the map so far; a method that refers to the host's own weight, such as DoRA, keeps
   *     {@link Site.Projection#weight} for it
   */
  default Optional<Affine> merged(Affine host) {
    return Optional.empty();
  }

  /** A projection at work. */
  interface Projected {
    /** {@return what it reads, (B, S, in), after every {@link #input}} */
    Tensor x();

    /** {@return {@code W x}, (B, S, out), without the bias and without any intervention} */
    Tensor linear();

    /** {@return the host's bias, (out), where there is one} */
    Optional<Tensor> bias();

    /**
     * {@return the output so far, (B, S, out): {@code W x + b} and the interventions before this
     * one}
     */
    Tensor y();

    /**
     * {@return W, of shape (out, in): the graft's copy where it was unfrozen, but never a merged
     * one}
     */
    Tensor weight();

    /** {@return the batch whose rows these are} */
    Batch batch();
  }

  /**
   * The map {@code x -> W x + b}.
   *
   * @param weight W, of shape (out, in)
   * @param bias b, of shape (out), where there is one
   */
  record Affine(Tensor weight, Optional<Tensor> bias) {
    /**
     * {@return {@code W x + b}, (..., out)}
     *
     * @param x (..., in)
     */
    public Tensor of(Tensor x) {
      return x.linear(weight, bias.orElse(null));
    }

    /**
     * {@return this map with something added to W}
     *
     * @param update (out, in), such as LoRA's {@code alpha / r B A} (Hu et al. 2021, section 4.1)
     */
    public Affine plusWeight(Tensor update) {
      return new Affine(weight.plus(update), bias);
    }
  }
}
