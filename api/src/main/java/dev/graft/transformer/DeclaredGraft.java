package dev.graft.transformer;

import dev.graft.GraftException;
import dev.graft.api.AttentionIntervention;
import dev.graft.api.BufferSpec;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.Graft;
import dev.graft.api.HostParameter;
import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Schedule;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.transformer.Owned.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** A graft as whoever records programs reads it: what a method declared with the other half. */
public final class DeclaredGraft implements Graft {
  private final String name;
  private final Map<String, Owned> owned = new LinkedHashMap<>();
  private final Map<String, Owned> unfrozen = new LinkedHashMap<>();
  private final Map<Site, List<Object>> interventions = new LinkedHashMap<>();
  private final List<Tensor> penalties = new ArrayList<>();
  private final List<Scheduled> scheduled = new ArrayList<>();
  private final Map<Tensor, Tensor> gradients = new LinkedHashMap<>();
  private final Map<Tensor, Tensor> replacedGradients = new LinkedHashMap<>();
  private final Map<Tensor, Tensor> updates = new LinkedHashMap<>();
  private final Leaves leaves;
  private int positionShift;
  private boolean isDeclared;

  /** What stands for the tensors that a method declares. */
  @FunctionalInterface
  public interface Leaves {
    Tensor of(String name, Shape shape, Type type);
  }

  /**
   * An empty graft, for a method to fill.
   *
   * @param name by which messages call it
   */
  public DeclaredGraft(String name) {
    this(name, (own, shape, type) -> Tensor.leaf(Tensor.Source.VALUE, own, shape, type));
  }

  /**
   * An empty graft with another way to read the tensors that a method declares.
   *
   * @param name by which messages call it
   * @param leaves what stands for a declared tensor: where each row of a batch has its own, {@link
   *     dev.graft.api.Trait#PER_ROW} says in which shape
   */
  public DeclaredGraft(String name, Leaves leaves) {
    this.name = name;
    this.leaves = leaves;
  }

  // What a method declares

  /** Says that the method has declared all that it will: interventions can't add to it. */
  void close() {
    isDeclared = true;
  }

  private void requireOpen(String what) {
    if (isDeclared) {
      throw GraftException.plugin("The method '%s' declares %s too late.", name, what)
          .expected("all declarations in graft(), before it returns")
          .remedy(
              "what depends on activations is added by Batch.penalty, and shared by Batch.share");
    }
  }

  @Override
  public Tensor parameter(ParameterSpec spec) {
    return own(Role.PARAMETER, spec);
  }

  @Override
  public Tensor buffer(BufferSpec spec) {
    ParameterSpec declared = ParameterSpec.of(spec.name(), spec.shape(), spec.initializer());
    return own(Role.BUFFER, declared, spec.type(), spec.seed());
  }

  @Override
  public Tensor number(String name, double number) {
    return own(Role.NUMBER, ParameterSpec.of(name, Shape.SCALAR, Initializer.constant(number)));
  }

  @Override
  public Tensor scheduled(String name, double evaluation, Schedule rule) {
    Tensor leaf = number(name, evaluation);
    scheduled.add(new Scheduled(leaf, name, rule));
    return leaf;
  }

  @Override
  public Tensor unfreeze(HostParameter parameter, UnaryOperator<ParameterSpec> options) {
    ParameterSpec copy =
        ParameterSpec.of(
            parameter.name(), parameter.tensor().shape(), Initializer.computed(parameter.tensor()));
    ParameterSpec chosen = options.apply(copy);
    Tensor leaf =
        own(
            Role.UNFROZEN,
            new ParameterSpec(
                copy.name(),
                copy.shape(),
                copy.initializer(),
                chosen.rateFactor(),
                chosen.weightDecay(),
                chosen.mayBeIdle(),
                chosen.cutGradient()));
    unfrozen.put(parameter.name(), owned.get(parameter.name()));
    return leaf;
  }

  @Override
  public void at(Site.Projection site, ProjectionIntervention intervention) {
    put(site, intervention);
  }

  @Override
  public void at(Site.Sublayer site, SublayerIntervention intervention) {
    put(site, intervention);
  }

  @Override
  public void at(Site.Block site, SublayerIntervention intervention) {
    put(site, intervention);
  }

  @Override
  public void at(Site.Attention site, AttentionIntervention intervention) {
    put(site, intervention);
  }

  @Override
  public void at(Site.Embeddings site, EmbeddingIntervention intervention) {
    put(site, intervention);
  }

  @Override
  public void shiftPositions(int rows) {
    requireOpen("a shift of positions");
    positionShift += rows;
  }

  @Override
  public void penalty(Tensor scalar) {
    requireOpen("a penalty");
    require(scalar.shape().rank() == 0, "can't be a penalty", "a scalar, such as a sum", scalar);
    penalties.add(scalar);
  }

  @Override
  public Tensor gradient(Tensor parameter) {
    requireTrained(parameter);
    return gradients.computeIfAbsent(
        parameter,
        p ->
            Tensor.leaf(
                Tensor.Source.VALUE,
                "the gradient of " + declared(p).orElseThrow().name(),
                p.shape(),
                Type.REAL));
  }

  @Override
  public void replaceGradient(Tensor parameter, Tensor value) {
    requireOpen("another gradient");
    requireTrained(parameter);
    requireShape(
        parameter,
        value,
        "can't have " + value + " of shape " + value.shape() + " for its gradient");
    require(
        replacedGradients.putIfAbsent(parameter, value) == null,
        "has its gradient replaced twice",
        "one value for each tensor",
        parameter);
  }

  private void requireTrained(Tensor parameter) {
    require(
        declared(parameter).filter(Owned::isTrained).isPresent(),
        "has no gradient",
        "a parameter that this graft declared or unfroze",
        parameter);
  }

  private void requireShape(Tensor tensor, Tensor value, String otherwise) {
    require(tensor.shape().equals(value.shape()), otherwise, "a value of its own shape", tensor);
  }

  @Override
  public void afterStep(Tensor tensor, Tensor value) {
    requireOpen("a change after a step");
    require(
        declared(tensor).filter(Owned::isSaved).isPresent(),
        "can't change after a step",
        "a parameter or saved buffer that this graft declared or unfroze",
        tensor);
    require(
        value.type() == tensor.type() || tensor.type() != Type.INT64,
        "can't become real numbers after a step",
        "a value of whole numbers",
        tensor);
    requireShape(
        tensor, value, "can't become " + value + " of shape " + value.shape() + " after a step");
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
    return own(role, spec, Type.REAL, OptionalLong.empty());
  }

  private Tensor own(Role role, ParameterSpec spec, Type type, OptionalLong seed) {
    requireOpen("'" + spec.name() + "'");
    if (!spec.shape().isFixed()) {
      throw GraftException.plugin(
              "%s declares '%s' with the shape %s, which a batch would decide.",
              name, spec.name(), spec.shape())
          .expected("sizes that the host and the settings decide");
    }
    Tensor leaf = leaves.of(spec.name(), spec.shape(), type);
    if (owned.putIfAbsent(spec.name(), new Owned(leaf, role, spec, seed)) != null) {
      throw GraftException.plugin("%s declares '%s' twice.", name, spec.name())
          .expected("a name for each tensor, such as its site's path and its own");
    }
    return leaf;
  }

  private void put(Site site, Object intervention) {
    requireOpen("an intervention at " + site.path());
    interventions.computeIfAbsent(site, s -> new ArrayList<>()).add(intervention);
  }

  // What a host reads

  @Override
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

  /** {@return what steps are taken with in the place of gradients, by the tensor} */
  public Map<Tensor, Tensor> replacedGradients() {
    return Collections.unmodifiableMap(replacedGradients);
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
