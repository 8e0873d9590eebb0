package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.api.Owned.Role;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * What one method, with settings, adds to one host: parameters and interventions. A description: no
 * value exists yet, so a graft on a host of any size costs nothing.
 */
public final class Graft {
  private final String name;
  private final Map<String, Owned> owned = new LinkedHashMap<>();
  private final Map<String, Owned> unfrozen = new LinkedHashMap<>();
  private final Map<Site, List<Object>> interventions = new LinkedHashMap<>();
  private final List<Tensor> penalties = new ArrayList<>();
  private final List<Scheduled> scheduled = new ArrayList<>();
  private final Map<Tensor, Tensor> gradients = new LinkedHashMap<>();
  private final Map<Tensor, Tensor> updates = new LinkedHashMap<>();
  private final Function<ParameterSpec, Tensor> leaves;
  private int positionShift;

  /**
   * An empty graft: {@link PeftMethod#graft} is given one to fill.
   *
   * @param name by which messages call it: the method's, numbered where a stack has several of one
   *     method ({@code lora-2})
   */
  public Graft(String name) {
    this(name, spec -> Tensor.leaf(Tensor.Source.VALUE, spec.name(), spec.shape(), Type.REAL));
  }

  /**
   * An empty graft with another way to read the tensors that a method declares.
   *
   * @param name by which messages call it
   * @param leaves what stands for a declared tensor: where each row of a batch has its own, {@link
   *     Trait#PER_ROW} says in which shape
   */
  public Graft(String name, Function<ParameterSpec, Tensor> leaves) {
    this.name = name;
    this.leaves = leaves;
  }

  // What a method declares

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
  public Tensor parameter(String name, Shape shape, Initializer initializer) {
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
  public Tensor parameter(ParameterSpec spec) {
    return own(Role.PARAMETER, spec);
  }

  /**
   * Declares a tensor that is frozen but saved, such as VeRA's shared matrices.
   *
   * @param name unique in this graft, among its parameters too
   * @param shape of numbers only: no size that a batch decides
   * @param initializer how it begins, unless it is read from a checkpoint
   * @return what interventions compute with; several sites may share it
   * @throws GraftException if the name was declared before or a batch would decide the shape
   */
  public Tensor buffer(String name, Shape shape, Initializer initializer) {
    return own(Role.BUFFER, ParameterSpec.of(name, shape, initializer));
  }

  /**
   * Declares a scalar that follows from the settings, such as alpha / rank: a tensor and not a
   * constant of the program, so that grafts which differ only in it share one program.
   *
   * @param name unique in this graft; the number is neither saved nor counted
   * @param number kept in 32 bits
   * @return a leaf of shape ()
   * @throws GraftException if the name was declared before
   */
  public Tensor number(String name, double number) {
    return own(
        Role.NUMBER, ParameterSpec.of(name, Shape.of(new long[0]), Initializer.constant(number)));
  }

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
  public Tensor scheduled(String name, double evaluation, Scheduled.Rule rule) {
    Tensor leaf = number(name, evaluation);
    scheduled.add(new Scheduled(leaf, name, rule));
    return leaf;
  }

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
  public Tensor drawn(String name, double evaluation, ToDoubleFunction<RandomGenerator> draw) {
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
  public Tensor unfreeze(HostParameter parameter) {
    Tensor leaf =
        own(
            Role.UNFROZEN,
            ParameterSpec.of(
                parameter.name(),
                parameter.tensor().shape(),
                Initializer.computed(parameter.tensor())));
    unfrozen.put(parameter.name(), owned.get(parameter.name()));
    return leaf;
  }

  /**
   * Intervenes at a projection. Interventions of one graft at one site act in the order in which
   * they are put there, each on what the one before it gave.
   *
   * @param site one of {@link Host#projections}; a graft can't act on a fused projection ({@code
   *     attention.qkv}) and on its parts, which are one weight
   * @param intervention recorded into every program of the graft
   */
  public void at(Site.Projection site, ProjectionIntervention intervention) {
    put(site, intervention);
  }

  /**
   * Intervenes at a sublayer, on what it adds to the residual stream.
   *
   * @param site one of {@link Host#sublayers()}
   * @param intervention recorded into every program of the graft
   */
  public void at(Site.Sublayer site, SublayerIntervention intervention) {
    put(site, intervention);
  }

  /**
   * Intervenes at a block, on the stream that leaves it.
   *
   * @param site one of {@link Host#blocks()}
   * @param intervention recorded into every program of the graft
   */
  public void at(Site.Block site, SublayerIntervention intervention) {
    put(site, intervention);
  }

  /**
   * Intervenes at attention, between the projections.
   *
   * @param site one of {@link Host#attentions()}
   * @param intervention recorded into every program of the graft
   */
  public void at(Site.Attention site, AttentionIntervention intervention) {
    put(site, intervention);
  }

  /**
   * Intervenes at the token embeddings.
   *
   * @param site the {@link Host#embeddings()}
   * @param intervention recorded into every program of the graft
   */
  public void at(Site.Embeddings site, EmbeddingIntervention intervention) {
    put(site, intervention);
  }

  /**
   * Moves the positions of real tokens up, past rows that stand in front of the keys and values (Li
   * and Liang 2021). Virtual rows of the embeddings need none: they have positions of their own.
   *
   * @param rows added to the shift so far, and to those of other grafts of the stack
   */
  public void shiftPositions(int rows) {
    positionShift += rows;
  }

  /**
   * Adds a scalar to the loss in training, such as AdaLoRA's orthogonality. For that one see Zhang
   * et al. 2023, section 3.1.
   *
   * @param scalar of shape ()
   */
  public void penalty(Tensor scalar) {
    penalties.add(scalar);
  }

  /**
   * {@return what stands in {@link #afterStep} for the gradient of a trained tensor} It is the one
   * that the step was taken with, over all its micro-batches, before clipping; zero where the loss
   * does not depend on the tensor.
   *
   * @param parameter a trained tensor of this graft
   * @throws GraftException if it is not one
   */
  public Tensor gradient(Tensor parameter) {
    require(
        declared(parameter).filter(Owned::isTrained).isPresent(),
        "has no gradient",
        "a parameter that this graft declared or unfroze",
        parameter);
    return gradients.computeIfAbsent(
        parameter,
        p ->
            Tensor.leaf(
                Tensor.Source.VALUE,
                "the gradient of " + declared(p).orElseThrow().name(),
                p.shape(),
                Type.REAL));
  }

  /**
   * Changes a tensor of this graft after each step of the optimiser, on the device and in place.
   * The new value may be computed from tensors of this graft, which are read as the optimiser left
   * them, their {@linkplain #gradient gradients}, and {@linkplain #scheduled scheduled} scalars,
   * which have the values of the step's last micro-batch. All new values are computed, in 32 bits,
   * before any of them is written. The optimiser's state stays as it is.
   *
   * @param tensor a trained tensor or a buffer
   * @param value of its shape
   * @throws GraftException if the tensor is neither, its shape is another one than the value's, or
   *     it changes already
   */
  public void afterStep(Tensor tensor, Tensor value) {
    require(
        declared(tensor).filter(Owned::isSaved).isPresent(),
        "can't change after a step",
        "a parameter or buffer that this graft declared or unfroze",
        tensor);
    require(
        tensor.shape().equals(value.shape()),
        "can't become " + value + " of shape " + value.shape() + " after a step",
        "a value of its own shape",
        tensor);
    require(
        updates.putIfAbsent(tensor, value) == null,
        "changes twice after a step",
        "one new value for each tensor",
        tensor);
  }

  private void require(boolean fits, String otherwise, String expected, Tensor tensor) {
    if (!fits) {
      throw GraftException.plugin("%s: %s %s.", name, tensor, otherwise).expected(expected);
    }
  }

  private Optional<Owned> declared(Tensor leaf) {
    return owned.values().stream().filter(tensor -> tensor.leaf() == leaf).findFirst();
  }

  private Tensor own(Role role, ParameterSpec spec) {
    if (!spec.shape().isFixed()) {
      throw GraftException.plugin(
              "%s declares '%s' with the shape %s, which a batch would decide.",
              name, spec.name(), spec.shape())
          .expected("sizes that the host and the settings decide");
    }
    Tensor leaf = leaves.apply(spec);
    if (owned.putIfAbsent(spec.name(), new Owned(leaf, role, spec)) != null) {
      throw GraftException.plugin("%s declares '%s' twice.", name, spec.name())
          .expected("a name for each tensor, such as its site's path and its own");
    }
    return leaf;
  }

  private void put(Site site, Object intervention) {
    interventions.computeIfAbsent(site, s -> new ArrayList<>()).add(intervention);
  }

  // What a host reads

  /** {@return the name by which messages call this graft} */
  public String name() {
    return name;
  }

  /** {@return all tensors, in the order they were declared} */
  public List<Owned> owned() {
    return List.copyOf(owned.values());
  }

  /**
   * {@return the tensor that was declared under a name}
   *
   * @param name as the method declared it; of an unfrozen weight the host's name
   * @throws IllegalArgumentException if none was declared
   */
  public Tensor tensor(String name) {
    return find(name)
        .orElseThrow(
            () -> new IllegalArgumentException(this.name + " has no tensor '" + name + "'"));
  }

  /**
   * {@return the tensor of a name, if one was declared}
   *
   * @param name as the method declared it; of an unfrozen weight the host's name
   */
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(owned.get(name)).map(Owned::leaf);
  }

  /**
   * {@return what stands in for a weight of the host, if it was unfrozen}
   *
   * @param hostParameter a {@link HostParameter#name()}
   */
  public Optional<Owned> unfrozen(String hostParameter) {
    return Optional.ofNullable(unfrozen.get(hostParameter));
  }

  /** {@return the sites with interventions, in the order they were declared} */
  public List<Site> sites() {
    return List.copyOf(interventions.keySet());
  }

  /**
   * {@return the interventions of a kind at a site, in the order they were put there}
   *
   * @param <T> the type of intervention that the site takes
   * @param site one that may have none
   * @param kind the interface of the site's interventions, such as {@link ProjectionIntervention}
   * @throws ClassCastException if the site takes another kind
   */
  public <T> List<T> interventions(Site site, Class<T> kind) {
    return interventions.getOrDefault(site, List.of()).stream().map(kind::cast).toList();
  }

  /** {@return the scalars that training adds to the loss, in the order they were declared} */
  public List<Tensor> penalties() {
    return Collections.unmodifiableList(penalties);
  }

  /**
   * {@return the scalars that training sets, scheduled and drawn ones, in the order they were
   * declared}
   */
  public List<Scheduled> scheduled() {
    return Collections.unmodifiableList(scheduled);
  }

  /**
   * {@return what stands for the gradients of trained tensors, by the tensor, where the method
   * asked for it}
   */
  public Map<Tensor, Tensor> gradients() {
    return Collections.unmodifiableMap(gradients);
  }

  /** {@return the new values of the tensors that change after a step, by the tensor} */
  public Map<Tensor, Tensor> updates() {
    return Collections.unmodifiableMap(updates);
  }

  /** {@return by how many positions this graft moves real tokens up; 0 for most} */
  public int positionShift() {
    return positionShift;
  }

  /** {@return the number of trained elements} */
  public long trainedCount() {
    return owned.values().stream().filter(Owned::isTrained).mapToLong(Owned::size).sum();
  }
}
