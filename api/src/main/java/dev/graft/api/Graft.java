package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * What one method, with settings, adds to one host: {@link PeftMethod#graft} declares parameters
 * and interventions with it. A description: no value exists yet, so a graft on a host of any size
 * costs nothing.
 */
public interface Graft {
  /**
   * {@return the name by which messages call this graft: the method's, numbered where a stack has
   * several of one method, as in {@code lora-2}}
   */
  String name();

  /**
   * Declares a trained tensor, with the training's learning rate and weight decay.
   *
   * @param name unique in this graft; by convention the site's path and the parameter's own name:
   *     {@code layers.3.attention.query.lora_A}
   * @param shape of numbers only: no size that a batch decides
   * @param initializer how it begins, unless it is read from a checkpoint
   * @return what interventions compute with
   * @throws GraftException if the name was declared before or a batch would decide the shape
   */
  default Tensor parameter(String name, Shape shape, Initializer initializer) {
    return parameter(ParameterSpec.of(name, shape, initializer));
  }

  /**
   * Declares a trained tensor with a learning rate or weight decay of its own, or one that may be
   * idle.
   *
   * @param spec its name is unique in this graft and its shape of numbers only
   * @return what interventions compute with
   * @throws GraftException if the name was declared before or a batch would decide the shape
   */
  Tensor parameter(ParameterSpec spec);

  /**
   * Declares a tensor of real numbers that is frozen but saved.
   *
   * @param name unique in this graft, among its parameters too
   * @param shape of numbers only: no size that a batch decides
   * @param initializer how it begins, unless it is read from a checkpoint
   * @return what interventions compute with; several sites may share it
   * @throws GraftException if the name was declared before or a batch would decide the shape
   */
  default Tensor buffer(String name, Shape shape, Initializer initializer) {
    return buffer(BufferSpec.of(name, shape, initializer));
  }

  /**
   * Declares a tensor of a type that is frozen but saved, such as SHiRA's places.
   *
   * @param name unique in this graft, among its parameters too
   * @param shape of numbers only: no size that a batch decides
   * @param type REAL, FLOAT32 or INT64, as {@link BufferSpec} says
   * @param initializer how it begins, unless it is read from a checkpoint
   * @return what interventions compute with; several sites may share it
   * @throws GraftException if the name was declared before, a batch would decide the shape, or
   *     buffers can't have the type
   */
  default Tensor buffer(String name, Shape shape, Type type, Initializer initializer) {
    return buffer(BufferSpec.of(name, shape, initializer).withType(type));
  }

  /**
   * Declares a frozen tensor: one of any type, saved or {@linkplain BufferSpec#drawnFrom drawn
   * again}.
   *
   * @param spec its name is unique in this graft and its shape of numbers only
   * @return what interventions compute with; several sites may share it
   * @throws GraftException if the name was declared before or a batch would decide the shape
   */
  Tensor buffer(BufferSpec spec);

  /**
   * Declares a scalar that follows from the settings, such as alpha / rank: a tensor and not a
   * constant of the program, so that grafts which differ only in it share one program.
   *
   * @param name unique in this graft; the number is neither saved nor counted
   * @param number kept in 32 bits
   * @return a leaf of shape ()
   * @throws GraftException if the name was declared before
   */
  Tensor number(String name, double number);

  /**
   * Declares a scalar that training sets anew at every step. Grafts that differ only in the rule
   * share programs.
   *
   * @param name unique in this graft
   * @param evaluation its value wherever nothing is trained
   * @param rule called once for every micro-batch of training
   * @return a leaf of shape ()
   * @throws GraftException if the name was declared before
   */
  Tensor scheduled(String name, double evaluation, Schedule rule);

  /**
   * Declares a scalar that training draws anew for every micro-batch, such as the layers that
   * AdapterDrop leaves out.
   *
   * @param name unique in this graft
   * @param evaluation its value wherever nothing is trained
   * @param draw from a generator that the training's seed, the step, the micro-batch and the name
   *     decide
   * @return a leaf of shape ()
   * @throws GraftException if the name was declared before
   */
  default Tensor drawn(String name, double evaluation, ToDoubleFunction<RandomGenerator> draw) {
    return scheduled(name, evaluation, step -> draw.applyAsDouble(step.random()));
  }

  /**
   * Trains a weight of the host: the graft gets a copy of its own, 32 bits a number, which programs
   * read in the host's place. The host's own weight stays as it is. Two grafts of a stack can't
   * unfreeze one weight.
   *
   * @param parameter one of {@link Host#parameters()}
   * @return the copy
   * @throws GraftException if this graft has unfrozen it before
   */
  default Tensor unfreeze(HostParameter parameter) {
    return unfreeze(parameter, UnaryOperator.identity());
  }

  /**
   * Trains a weight of the host with a learning rate or weight decay of its own, or one that may be
   * idle.
   *
   * @param parameter one of {@link Host#parameters()}
   * @param options from the declaration to the one that holds, such as {@code spec ->
   *     spec.withRateFactor(0.1)}; name, shape and initializer stay as they are
   * @return the copy
   * @throws GraftException if this graft has unfrozen it before
   */
  Tensor unfreeze(HostParameter parameter, UnaryOperator<ParameterSpec> options);

  /**
   * Intervenes at a projection. Interventions of one graft at one site act in the order in which
   * they are put there, each on what the one before it gave.
   *
   * @param site one of {@link Host#projections}; a graft can't act on a fused projection ({@code
   *     attention.qkv}) and on its parts, which are one weight
   * @param intervention recorded into every program of the graft
   */
  void at(Site.Projection site, ProjectionIntervention intervention);

  /**
   * Intervenes at a sublayer, on what it reads or adds to the residual stream.
   *
   * @param site one of {@link Host#sublayers()}
   * @param intervention recorded into every program of the graft
   */
  void at(Site.Sublayer site, SublayerIntervention intervention);

  /**
   * Intervenes at a block, on the stream that enters or leaves it.
   *
   * @param site one of {@link Host#blocks()}
   * @param intervention recorded into every program of the graft
   */
  void at(Site.Block site, SublayerIntervention intervention);

  /**
   * Intervenes at attention, between the projections.
   *
   * @param site one of {@link Host#attentions()}
   * @param intervention recorded into every program of the graft
   */
  void at(Site.Attention site, AttentionIntervention intervention);

  /**
   * Intervenes at the token embeddings.
   *
   * @param site the {@link Host#embeddings()}
   * @param intervention recorded into every program of the graft
   */
  void at(Site.Embeddings site, EmbeddingIntervention intervention);

  /**
   * Moves the positions of real tokens up, past rows that stand in front of the keys and values (Li
   * and Liang 2021). Virtual rows of the embeddings need none: they have positions of their own.
   *
   * @param rows added to the shift so far, and to those of other grafts of the stack
   */
  void shiftPositions(int rows);

  /**
   * Adds a scalar to the loss in training, such as AdaLoRA's orthogonality. For that one see Zhang
   * et al. 2023, section 3.1. One that depends on activations is added where they are, by {@link
   * Batch#penalty}.
   *
   * @param scalar of shape (), over tensors of this graft and the host's weights
   */
  void penalty(Tensor scalar);

  /**
   * {@return what stands in {@link #replaceGradient} and {@link #afterStep} for the gradient of a
   * trained tensor} It is the loss's, over all micro-batches of the step, before it is replaced or
   * clipped; zero where the loss does not depend on the tensor.
   *
   * @param parameter a trained tensor of this graft
   * @throws GraftException if it is not one
   */
  Tensor gradient(Tensor parameter);

  /**
   * Has the optimiser take its steps with something else than a gradient of the loss, such as one
   * without what earlier tasks need (Farajtabar et al. 2020) or one that makes up for a frozen
   * factor (LoRA-Pro, Wang et al. 2025). The value may be computed from tensors of this graft,
   * their {@linkplain #gradient gradients} and {@linkplain #scheduled scheduled} scalars, in 32
   * bits. Clipping comes after it. It has no effect on a tensor that the loss does not depend on.
   *
   * @param parameter a trained tensor of this graft
   * @param value of its shape
   * @throws GraftException if the tensor is not trained, its shape is another one than the value's,
   *     or its gradient is replaced already
   */
  void replaceGradient(Tensor parameter, Tensor value);

  /**
   * Changes a tensor of this graft after each step of the optimiser, on the device and in place.
   * The new value may be computed from tensors of this graft, which are read as the optimiser left
   * them, their {@linkplain #gradient gradients}, and {@linkplain #scheduled scheduled} scalars,
   * which have the values of the step's last micro-batch. All new values are computed, in 32 bits,
   * before any of them is written. The optimiser's state stays as it is.
   *
   * @param tensor a trained tensor or a buffer
   * @param value of its shape
   * @throws GraftException if the tensor is neither or drawn again wherever the graft is opened,
   *     its shape is another one than the value's, one of whole numbers would become real, or it
   *     changes already
   */
  void afterStep(Tensor tensor, Tensor value);
}
