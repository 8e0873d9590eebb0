package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.api.Schedule;
import dev.graft.host.TokenBatch;
import dev.graft.program.Device;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Scheduled;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The training of one attachment: changes its tensors in place, a step at a time. These stay until
 * both are closed.
 */
public final class Training implements AutoCloseable {
  /**
   * How steps are taken.
   *
   * @param adamW the optimiser's constants
   * @param weightDecay for parameters that declare none of their own
   * @param rates by which the learning rate of a step is multiplied for each graft
   * @param firstStep how many steps were taken before: where grafts' schedules go on
   * @param totalSteps how many steps are planned, those before among them, for schedules that ask
   * @param checkpointing whether of each block no more is kept for the way back than what it reads,
   *     and the block is computed once more (gradient checkpointing, Chen et al. 2016)
   */
  public record Options(
      AdamW adamW,
      double weightDecay,
      ToDoubleFunction<DeclaredGraft> rates,
      long firstStep,
      OptionalLong totalSteps,
      boolean checkpointing) {
    /**
     * Training from its first step on.
     *
     * @param adamW the optimiser's constants
     * @param weightDecay for parameters that declare none of their own
     * @param rates by which the learning rate of a step is multiplied for each graft, the head's
     *     among them
     */
    public Options(AdamW adamW, double weightDecay, ToDoubleFunction<DeclaredGraft> rates) {
      this(adamW, weightDecay, rates, 0, OptionalLong.empty(), false);
    }

    /**
     * Training from its first step on, all grafts at the rate of the step.
     *
     * @param adamW the optimiser's constants
     * @param weightDecay for parameters that declare none of their own
     */
    public Options(AdamW adamW, double weightDecay) {
      this(adamW, weightDecay, graft -> 1);
    }

    /**
     * {@return the same for a part of a training that is planned as a whole}
     *
     * @param first how many steps were taken before
     * @param total how many steps are planned, those before among them
     */
    public Options withSteps(long first, long total) {
      return new Options(adamW, weightDecay, rates, first, OptionalLong.of(total), checkpointing);
    }

    /**
     * {@return the same with or without gradient checkpointing} It takes about a third more time
     * and much less memory, and the gradients stay what they were.
     *
     * @param isOn whether blocks are computed once more on the way back
     */
    public Options withCheckpointing(boolean isOn) {
      return new Options(adamW, weightDecay, rates, firstStep, totalSteps, isOn);
    }
  }

  private final Attachment attachment;
  private final List<Scheduled> scheduled;
  private final OptionalLong totalSteps;
  private final Tensor loss;
  private final List<Tensor> checkpoints;
  private final List<Tensor> inputs;
  private final Values tensors;
  private final TrainingStep step;
  private long number;
  private int microBatch;

  Training(Attachment attachment, Options options) {
    if (attachment.mergedSites() > 0) {
      throw new IllegalStateException("a merged attachment can't be trained");
    }
    this.attachment = attachment;
    Stack stack = attachment.stack();
    if (stack.methodCount() + stack.headCount() == 0) {
      throw GraftException.input(
              "There is nothing to train: neither methods nor head have weights.")
          .in("the stack '%s'".formatted(stack))
          .expected("a method that trains weights, or a head for labels, which is trained")
          .found("the head of the language model, which stays as it is");
    }
    Tensor labels = stack.head().labelsLeaf();
    // A pass of its own: what interventions add to the loss is what they add in this one.
    Transformer pass = new Transformer(stack.placed());
    Tensor loss = new TaskHeadOutput(stack, pass).loss(labels);
    List<Tensor> penalties = new ArrayList<>(pass.penalties());
    stack.grafts().forEach(graft -> penalties.addAll(graft.penalties()));
    this.loss = penalties.stream().reduce(loss, Tensor::plus);
    this.checkpoints = options.checkpointing() ? pass.stream() : List.of();
    this.inputs = new ArrayList<>(pass.inputs());
    inputs.add(labels);
    this.scheduled = stack.grafts().stream().flatMap(g -> g.scheduled().stream()).toList();
    scheduled.forEach(each -> inputs.add(each.leaf()));
    this.number = options.firstStep();
    this.totalSteps = options.totalSteps();
    Map<Tensor, Tensor> replaced = new LinkedHashMap<>();
    Map<Tensor, Tensor> updates = new LinkedHashMap<>();
    Map<Tensor, Tensor> gradients = new HashMap<>();
    for (DeclaredGraft graft : stack.grafts()) {
      replaced.putAll(graft.replacedGradients());
      updates.putAll(graft.updates());
      gradients.putAll(graft.gradients());
    }
    List<Trained> trained = new ArrayList<>();
    stack
        .all()
        .forEach(
            graft ->
                graft.owned().stream()
                    .filter(Owned::isTrained)
                    .forEach(owned -> trained.add(trained(owned, graft, options))));
    this.tensors = attachment.values().shared();
    try {
      this.step = step(trained, replaced, updates, gradients, options);
    } catch (RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
  }

  private TrainingStep step(
      List<Trained> trained,
      Map<Tensor, Tensor> replaced,
      Map<Tensor, Tensor> updates,
      Map<Tensor, Tensor> gradients,
      Options options) {
    Model model = attachment.model();
    return TrainingStep.builder(model.device(), model.precision())
        .weights(model.base().leaves(), model.base().values())
        .values(attachment.stack().leaves(), tensors)
        .inputs(inputs)
        .trained(trained)
        .loss(loss)
        .checkpoints(checkpoints)
        .optimizer(options.adamW())
        .gradients(replaced)
        .afterStep(updates, gradients)
        .build();
  }

  private static Trained trained(Owned owned, DeclaredGraft graft, Options options) {
    double rate = owned.spec().rateFactor() * options.rates().applyAsDouble(graft);
    double decay = owned.spec().weightDecay().orElse(options.weightDecay());
    return new Trained(owned.leaf(), rate, decay);
  }

  /**
   * Takes a step.
   *
   * @param batch rows of any lengths, padded
   * @param labels for each row the number of its class, or the number to predict; for a language
   *     model row by row each token, or -100 for one that is not to be predicted
   * @param learningRate before the factors of grafts and parameters
   * @param seed of this step's dropout and of what grafts draw
   * @return the batch's loss before the step
   */
  public float step(TokenBatch batch, double[] labels, double learningRate, long seed) {
    try (Values inputs = inputs(batch, labels, seed)) {
      return taken(() -> step.step(inputs, learningRate, seed));
    }
  }

  /**
   * Takes a step with a micro-batch and those that were {@linkplain #accumulate accumulated}.
   *
   * @param batch the last micro-batch
   * @param labels as the other {@link #step(TokenBatch, double[], double, long) step} takes them
   * @param learningRate before the factors of grafts and parameters
   * @param share by which the loss of this micro-batch is multiplied; the shares of a step add up
   *     to 1
   * @param seed of this micro-batch's dropout and of what grafts draw
   * @return the loss of this micro-batch before the step
   */
  public float step(
      TokenBatch batch, double[] labels, double learningRate, double share, long seed) {
    try (Values inputs = inputs(batch, labels, seed)) {
      return taken(() -> step.step(inputs, learningRate, share, seed));
    }
  }

  private float taken(Supplier<float[]> take) {
    float[] result;
    try {
      result = take.get();
    } finally {
      attachment.changed();
    }
    number++;
    microBatch = 0;
    return result[0];
  }

  /**
   * Adds the gradients of a micro-batch to those that the next step will use.
   *
   * @param batch rows of any lengths, padded
   * @param labels as {@link #step(TokenBatch, double[], double, long) step} takes them
   * @param share by which its loss is multiplied; the shares of a step add up to 1
   * @param seed of this micro-batch's dropout and of what grafts draw
   * @return the loss of the micro-batch
   */
  public float accumulate(TokenBatch batch, double[] labels, double share, long seed) {
    try (Values inputs = inputs(batch, labels, seed)) {
      float loss = step.accumulate(inputs, share, seed);
      microBatch++;
      return loss;
    }
  }

  /**
   * Computes the gradients of the trained tensors, before clipping; no step is taken.
   *
   * @param batch rows of any lengths, padded
   * @param labels as {@link #step(TokenBatch, double[], double, long) step} takes them
   * @param seed of the dropout and of what grafts draw
   * @return row by row, with the names of {@link Attachment#tensors()}, and the loss under "loss"
   */
  public Map<String, float[]> gradients(TokenBatch batch, double[] labels, long seed) {
    try (Values inputs = inputs(batch, labels, seed)) {
      TrainingStep.Gradients found = step.gradients(inputs, seed);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      gradients.put("loss", new float[] {found.loss()});
      found.of().forEach((leaf, gradient) -> gradients.put(name(leaf), gradient));
      return gradients;
    }
  }

  private String name(Tensor leaf) {
    return attachment.stack().names().get(attachment.stack().leaves().indexOf(leaf));
  }

  /**
   * {@return the optimiser's state by name} With it, {@link Attachment#tensors()} and the number of
   * steps ({@link Options#withSteps}), {@link #resume} goes on as if training had never stopped.
   */
  public Map<String, float[]> state() {
    Map<String, float[]> state = new LinkedHashMap<>();
    stateValues().forEach((name, value) -> state.put(name, value.floats()));
    return state;
  }

  /** {@return the same where it lies, to be read one by one; closed with this} */
  public Map<String, Value> stateValues() {
    Map<String, Value> state = new LinkedHashMap<>();
    List<Value> values = step.stateValues();
    List<String> names = stateNames(values.size());
    for (int i = 0; i < values.size(); i++) {
      state.put(names.get(i), values.get(i));
    }
    return state;
  }

  /**
   * Goes on from the state of another training of the same stack; before the first step.
   *
   * @param state as {@link #state()} gave it
   * @throws IllegalArgumentException if it is the state of another stack
   * @throws IllegalStateException after the first step
   */
  public void resume(Map<String, float[]> state) {
    List<String> names = stateNames(state.size());
    if (!state.keySet().equals(new LinkedHashSet<>(names))) {
      throw new IllegalArgumentException("not the optimiser's state of " + attachment.stack());
    }
    step.resume(names.stream().map(state::get).toList());
  }

  /**
   * {@return the name in {@link #state()} of a tensor's mean gradient, which is there if the loss
   * depends on the tensor}
   *
   * @param tensor one of {@link Attachment#tensors()}
   */
  public static String momentOf(String tensor) {
    return "first moment of " + tensor;
  }

  private List<String> stateNames(int size) {
    List<String> names = new ArrayList<>();
    step.trained().forEach(leaf -> names.add(momentOf(name(leaf))));
    for (String kind : List.of("second moment of ", "steps of ")) {
      step.trained().forEach(leaf -> names.add(kind + name(leaf)));
    }
    if (names.size() < size) {
      names.addAll(List.of("loss scale", "steps at this loss scale"));
    }
    return names;
  }

  /** {@return the loss that steps make smaller, in 64 bits; the caller closes it before this} */
  public ExactLoss exactLoss() {
    return new ExactLoss(this, attachment, loss, inputs);
  }

  /** What a step reads besides weights and the stack's tensors. */
  Values inputs(TokenBatch batch, double[] labels, long seed) {
    attachment.check(batch);
    double[] numbers = scheduled.stream().mapToDouble(each -> at(each, seed)).toArray();
    Device device = attachment.model().device();
    List<Value> values = new ArrayList<>(batch.onto(device));
    values.add(attachment.stack().head().labels(labels, batch, device));
    for (int i = 0; i < numbers.length; i++) {
      values.add(device.input(scheduled.get(i).name(), new float[] {(float) numbers[i]}));
    }
    return Values.owning(values);
  }

  private double at(Scheduled each, long seed) {
    long mixed = SeedMix.ofScalar(seed, number, microBatch, each.name());
    return each.rule().at(new Schedule.Step(number, totalSteps, new SplittableRandom(mixed)));
  }

  @Override
  public void close() {
    step.close();
    tensors.close();
  }
}
