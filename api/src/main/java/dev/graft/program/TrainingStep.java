package dev.graft.program;

import dev.graft.GraftException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A whole training step in one native call: forward, loss, gradients, clipping by the global norm,
 * AdamW (Loshchilov and Hutter 2019, as {@code torch.optim.AdamW}), and what grafts change after
 * it. It belongs to one job: not for several threads at a time.
 */
public final class TrainingStep implements AutoCloseable {
  /**
   * The settings of AdamW.
   *
   * @param beta1 the decay of the first moment, in [0, 1)
   * @param beta2 the decay of the second moment, in [0, 1)
   * @param epsilon added to the root of the corrected second moment
   * @param clipNorm the global norm that gradients are clipped to; 0 for none
   */
  public record AdamW(double beta1, double beta2, double epsilon, double clipNorm) {
    /** PyTorch's, with gradients clipped to the norm 1. */
    public static final AdamW DEFAULT = new AdamW(0.9, 0.999, 1e-8, 1.0);
  }

  /**
   * A leaf that is trained.
   *
   * @param leaf one of the program's values
   * @param rateFactor by which the learning rate is multiplied for it
   * @param weightDecay the decoupled weight decay
   */
  public record Trained(Tensor leaf, double rateFactor, double weightDecay) {}

  private static final List<String> STATE = List.of("first", "second", "steps");

  private final Device device;
  private final StepCode code;
  private final Values bound;
  private final Values current;
  private Values state;

  /** In float16 only; else null. */
  private final LossScale scale;

  /** The gradients added up so far; none until micro-batches are accumulated. */
  private Values sums = Values.borrowing(List.of());

  /** What the micro-batches of a step share; none between steps. */
  private Values hoisted = Values.borrowing(List.of());

  /** The copies of values, what they are of, and their gradients; none until they are needed. */
  private List<Values> copies = List.of();

  private final Map<String, NativeModule> modules = new LinkedHashMap<>();
  private final Map<String, Replays> replays = new LinkedHashMap<>();
  private int accumulated;

  /** When what is under way was launched; 0 where nothing is yet. */
  private long launched;

  private TrainingStep(Builder builder) {
    this.device = builder.device;
    this.bound = builder.bound;
    this.current = builder.current;
    this.code =
        new StepCode(
            device.kernels(),
            builder.precision,
            builder.adamW,
            builder.weights,
            builder.bound,
            builder.values,
            builder.inputs,
            builder.trained,
            builder.loss,
            builder.checkpoints,
            new StepCode.Around(builder.replaced, builder.updates, builder.gradients));
    this.scale = builder.precision == Precision.FLOAT16 ? new LossScale(device) : null;
    this.state = zeros(trained(), List.of("first moment of ", "second moment of ", "steps of "));
  }

  private Values zeros(List<Tensor> of, List<String> kinds) {
    List<Value> zeros = new ArrayList<>();
    for (String kind : kinds) {
      for (Tensor each : of) {
        long[] shape = kind.startsWith("steps") ? new long[0] : each.shape().fixed();
        zeros.add(device.zeros(kind + each, Type.FLOAT32, shape));
      }
    }
    return Values.owning(zeros);
  }

  /**
   * {@return an empty builder}
   *
   * @param device where the values lie
   * @param precision of the forward and backward pass; trained values and the optimiser's state
   *     have 32 bits, and FLOAT16 scales the loss
   */
  public static Builder builder(Device device, Precision precision) {
    return new Builder(device, precision);
  }

  /** Collects the parts of a training step. */
  public static final class Builder {
    private final Device device;
    private final Precision precision;
    private AdamW adamW = AdamW.DEFAULT;
    private List<Tensor> weights = List.of();
    private Values bound = Values.borrowing(List.of());
    private List<Tensor> values = List.of();
    private Values current = Values.borrowing(List.of());
    private List<Tensor> inputs = List.of();
    private List<Trained> trained = List.of();
    private Tensor loss;
    private List<Tensor> checkpoints = List.of();
    private Map<Tensor, Tensor> replaced = Map.of();
    private Map<Tensor, Tensor> updates = Map.of();
    private Map<Tensor, Tensor> gradients = Map.of();

    private Builder(Device device, Precision precision) {
      this.device = device;
      this.precision = precision;
    }

    /**
     * Sets the settings of AdamW, if they are not the {@linkplain AdamW#DEFAULT default}.
     *
     * @param settings for all steps
     * @return this
     */
    public Builder optimizer(AdamW settings) {
      this.adamW = settings;
      return this;
    }

    /**
     * Sets the frozen weights.
     *
     * @param leaves in the order of their values
     * @param bound in the precision of the program; they must outlive the step
     * @return this
     */
    public Builder weights(List<Tensor> leaves, Values bound) {
      this.weights = leaves;
      this.bound = bound;
      return this;
    }

    /**
     * Sets what grafts own; those that are trained change in place. One that is among the inputs
     * too is read there.
     *
     * @param leaves in the order of their values
     * @param current of 32 bits; they must outlive the step
     * @return this
     */
    public Builder values(List<Tensor> leaves, Values current) {
      this.values = leaves;
      this.current = current;
      return this;
    }

    /**
     * Sets the leaves that a batch fills.
     *
     * @param leaves in the order of the batch's values
     * @return this
     */
    public Builder inputs(List<Tensor> leaves) {
      this.inputs = leaves;
      return this;
    }

    /**
     * Sets those of the values that are trained; one that the loss does not depend on stays.
     *
     * @param leaves in any order
     * @return this
     */
    public Builder trained(List<Trained> leaves) {
      this.trained = leaves;
      return this;
    }

    /**
     * Sets what steps make smaller.
     *
     * @param scalar of shape ()
     * @return this
     */
    public Builder loss(Tensor scalar) {
      this.loss = scalar;
      return this;
    }

    /**
     * Sets nodes of the loss's graph that cut it into segments, for gradient checkpointing (Chen et
     * al. 2016): between forward and backward of each segment no more is kept than what it reads of
     * earlier ones, and it is computed once more on the way back.
     *
     * @param nodes such as what each block of a transformer reads, in the order in which they are
     *     computed, and what the head reads; none for no checkpointing
     * @return this
     */
    public Builder checkpoints(List<Tensor> nodes) {
      this.checkpoints = nodes;
      return this;
    }

    /**
     * Sets what steps are taken with in the place of gradients, before clipping and in 32 bits.
     *
     * @param replaced from trained leaves to values that may read what stands for gradients
     * @return this
     */
    public Builder gradients(Map<Tensor, Tensor> replaced) {
      this.replaced = replaced;
      return this;
    }

    /**
     * Sets what changes after the optimiser's step, in 32 bits: all of it is computed before any of
     * it is written.
     *
     * @param updates from a value's leaf to its new value
     * @param gradients from trained leaves to the leaves that stand for their gradients before
     *     clipping, which the new values may read
     * @return this
     */
    public Builder afterStep(Map<Tensor, Tensor> updates, Map<Tensor, Tensor> gradients) {
      this.updates = updates;
      this.gradients = gradients;
      return this;
    }

    /**
     * {@return a training that has not begun; the caller closes it}
     *
     * @throws IllegalArgumentException if the loss does not depend on anything that is trained
     * @throws GraftException if what changes after a step depends on other leaves than values and
     *     gradients
     */
    public TrainingStep build() {
      return new TrainingStep(this);
    }
  }

  /**
   * Takes a step, with the gradients {@linkplain #accumulate added up} so far if there are any.
   *
   * @param batch the inputs
   * @param learningRate for this step
   * @param seed of this step's dropout
   * @return two numbers: the loss of the batch, and the norm of the gradient before it was clipped
   */
  public float[] step(Values batch, double learningRate, long seed) {
    return run(accumulated == 0 ? "step" : "finish", batch, learningRate, 1, seed);
  }

  /**
   * Adds the gradients of a micro-batch to those that the next {@link #step} will use.
   *
   * @param batch the inputs
   * @param share by which the loss is multiplied
   * @param seed of the micro-batch's dropout
   * @return the loss of the micro-batch
   */
  public float accumulate(Values batch, double share, long seed) {
    accumulated++;
    return run("accumulate", batch, 0, share, seed)[0];
  }

  /**
   * Takes a step with the gradients added up so far and those of a last micro-batch.
   *
   * @param batch the inputs of the last micro-batch
   * @param learningRate for this step
   * @param share by which the loss of the last micro-batch is multiplied
   * @param seed of the last micro-batch's dropout
   * @return two numbers: the loss of the last micro-batch, and the norm of the whole gradient
   *     before it was clipped
   */
  public float[] step(Values batch, double learningRate, double share, long seed) {
    return run("finish", batch, learningRate, share, seed);
  }

  private float[] run(String method, Values batch, double rate, double share, long seed) {
    launched = 0;
    try (Values results = results(method, batch, rate, share, seed)) {
      if (!method.equals("accumulate")) {
        accumulated = 0;
      }
      float[] numbers = new float[results.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = results.get(i).number();
      }
      device.stepped(System.nanoTime() - launched);
      return numbers;
    }
  }

  /**
   * Gradients of a loss.
   *
   * @param loss of the batch
   * @param of from the trained leaves to row-major numbers
   */
  public record Gradients(float loss, Map<Tensor, float[]> of) {}

  /**
   * {@return the gradients of the loss, without a step}
   *
   * @param batch the inputs
   * @param seed of the dropout
   */
  public Gradients gradients(Values batch, long seed) {
    try (Values results = results("gradients", batch, 0, 1, seed)) {
      Map<Tensor, float[]> gradients = new LinkedHashMap<>();
      List<Tensor> leaves = trained();
      for (int i = 0; i < leaves.size(); i++) {
        gradients.put(leaves.get(i), results.get(i + 1).floats());
      }
      return new Gradients(results.get(0).number(), gradients);
    }
  }

  private Values results(String method, Values batch, double rate, double share, long seed) {
    NativeModule module = modules.computeIfAbsent(method, this::compile);
    try (Value rateValue = device.input("learning rate", new float[] {(float) rate});
        Value shareValue = device.input("share", new float[] {(float) share})) {
      List<Value> all = new ArrayList<>(batch.list());
      all.add(rateValue);
      all.add(shareValue);
      if (code.readsHoisted(method)) {
        all.addAll(hoisted(Values.borrowing(all)).list());
      }
      Values inputs = Values.borrowing(all);
      Replays.Body body =
          new Replays.Body() {
            @Override
            public void prepare() {
              device.seed(seed);
            }

            @Override
            public void launching() {
              launch();
            }

            @Override
            public Values run(Values given) {
              return module.train(method, given, TrainingStep.this::launch);
            }
          };
      // The generator is the engine's, one for all threads.
      synchronized (TrainingStep.class) {
        if (code.isRepeated(method)) {
          return replays
              .computeIfAbsent(method, this::replays)
              .run(Values.borrowing(List.of()), inputs, body);
        }
        body.prepare();
        return body.run(inputs);
      }
    } finally {
      if (method.equals("finish")) {
        letHoistedGo();
      }
    }
  }

  /** The step is under way from here on, if it was not before. */
  private void launch() {
    launched = launched == 0 ? System.nanoTime() : launched;
  }

  private Replays replays(String method) {
    Replays made = new Replays(device.graphs(), "training: " + method, code.changes(method));
    if (code.reseeds(method)) {
      made.refuse("checkpointed blocks draw at random, and again from the same seed");
    }
    return made;
  }

  /** Computed for the first micro-batch of a step. */
  private Values hoisted(Values inputs) {
    if (hoisted.size() == 0) {
      NativeModule module = modules.computeIfAbsent(StepCode.HOIST, this::compile);
      hoisted = module.train(StepCode.HOIST, inputs, this::launch);
    }
    return hoisted;
  }

  private void letHoistedGo() {
    hoisted.close();
    hoisted = Values.borrowing(List.of());
  }

  private NativeModule compile(String method) {
    return device.compiling(() -> compiled(method));
  }

  private NativeModule compiled(String method) {
    if (StepCode.ADDING.contains(method) && sums.size() == 0) {
      sums = zeros(code.added(), List.of("gradient of "));
    }
    List<String> names = new ArrayList<>(List.of("w", "g", "a"));
    List<Values> lists = new ArrayList<>(List.of(bound, current, sums));
    if (scale != null) {
      names.add(LossScale.LIST);
      lists.add(scale.state());
    }
    for (int k = 0; k < code.groups().size(); k++) {
      List<Integer> members = code.groups().get(k);
      names.add("parameters" + k);
      lists.add(select(current, members.stream().map(code::valueOfTrained)));
      for (int part = 0; part < 3; part++) {
        int offset = part * code.trained().size();
        names.add(STATE.get(part) + k);
        lists.add(select(state, members.stream().map(i -> i + offset)));
      }
    }
    if (!code.copies(method).leaves().isEmpty()) {
      names.addAll(HalfCopies.LISTS);
      lists.addAll(copies(code.copies(method)));
    }
    NativeModule.Method text = method.equals(StepCode.HOIST) ? code.hoist() : code.method(method);
    NativeModule module = new NativeModule(device, names, List.of(text));
    module.bind(lists);
    return module;
  }

  private List<Values> copies(HalfCopies made) {
    if (copies.isEmpty()) {
      Values kept = select(current, made.leaves().stream().map(code::indexOf));
      try (NativeModule module = new NativeModule(device, List.of(), List.of(made.made()))) {
        copies =
            List.of(
                module.train(HalfCopies.MAKE, kept),
                kept,
                zeros(made.trained(), List.of("gradient of ")));
      }
    }
    return copies;
  }

  private static Values select(Values from, Stream<Integer> indices) {
    return Values.borrowing(indices.map(from::get).toList());
  }

  /** {@return what is really trained: the leaves that the loss depends on} */
  public List<Tensor> trained() {
    return code.trained().stream().map(Trained::leaf).toList();
  }

  /**
   * {@return the optimiser's state: the first moments of {@link #trained()}, the second ones, and
   * the numbers of steps; in float16 also the loss scale and the steps since it changed}
   */
  public List<float[]> state() {
    return stateValues().stream().map(Value::floats).toList();
  }

  /** {@return the same where it lies, to be read one by one; closed with this} */
  public List<Value> stateValues() {
    return Stream.concat(
            state.list().stream(), scale == null ? Stream.of() : scale.state().list().stream())
        .toList();
  }

  /**
   * Goes on from the state of another training of the same leaves.
   *
   * @param saved as {@link #state()} gave it
   * @throws IllegalStateException after the first step
   * @throws IllegalArgumentException if it is not of the same sizes
   */
  public void resume(List<float[]> saved) {
    if (!modules.isEmpty()) {
      throw new IllegalStateException("a training can't be resumed after its first step");
    }
    List<Value> fresh = stateValues();
    if (saved.size() != fresh.size()) {
      throw new IllegalArgumentException(
          saved.size() + " tensors of state, but " + fresh.size() + " are needed");
    }
    for (int i = 0; i < saved.size(); i++) { // before any is made
      if (saved.get(i).length != fresh.get(i).size()) {
        throw new IllegalArgumentException(
            "%s numbers of %s, but %s are needed"
                .formatted(saved.get(i).length, fresh.get(i).name(), fresh.get(i).size()));
      }
    }
    List<Value> resumed = new ArrayList<>();
    for (int i = 0; i < saved.size(); i++) {
      resumed.add(device.create(fresh.get(i).name(), saved.get(i), fresh.get(i).shape()));
    }
    int own = state.size();
    state.close();
    state = Values.owning(resumed.subList(0, own));
    if (scale != null) {
      scale.resume(Values.owning(resumed.subList(own, resumed.size())));
    }
  }

  @Override
  public void close() {
    replays.values().forEach(Replays::close);
    modules.values().forEach(NativeModule::close);
    state.close();
    sums.close();
    copies.forEach(Values::close);
    letHoistedGo();
    if (scale != null) {
      scale.close();
    }
  }
}
