package dev.graft.model;

import ai.djl.ndarray.NDList;
import dev.graft.GraftException;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.host.TokenBatch;
import dev.graft.merging.BaseWeights;
import dev.graft.merging.MergeError;
import dev.graft.merging.MergeErrors;
import dev.graft.merging.MergedWeights;
import dev.graft.merging.Unmerged;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Dim;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * A stack with values, attached to a model: what answers, trains and merges.
 *
 * <p>What the stack computes from its tensors alone, whatever the batch, is computed when it is
 * first asked and kept until its tensors change or {@link #letGo()} is called. It takes memory of
 * its own: as much as a weight of the host where a method computes one.
 */
public final class Attachment implements AutoCloseable {
  private final Model model;
  private final Stack stack;
  private final Values values;
  private final MergedWeights merged;
  private final Transformer pass;
  private final TaskHeadOutput output;
  private final List<Tensor> hoistable;
  private final HoistedValues hoisted;
  private final AtomicLong changes;
  private final CompiledProgram logits;
  private volatile List<HeadOrigin> headOrigins;

  /**
   * A stack with values.
   *
   * @param values of {@link Stack#owned()}, in its order; closed with this
   * @param headOrigins of the head's tensors, in their order
   */
  Attachment(Model model, Stack stack, Values values, List<HeadOrigin> headOrigins) {
    this(model, stack, values, headOrigins, MergedWeights.none(model.base()), new AtomicLong());
  }

  private Attachment(
      Model model,
      Stack stack,
      Values values,
      List<HeadOrigin> headOrigins,
      MergedWeights merged,
      AtomicLong changes) {
    this.headOrigins = List.copyOf(headOrigins);
    this.model = model;
    this.stack = stack;
    this.values = values;
    this.merged = merged;
    this.pass = new Transformer(stack.placed(), merged.maps());
    this.output = new TaskHeadOutput(stack, pass);
    this.hoistable = program().hoistable();
    this.changes = changes;
    this.hoisted = hoistedValues();
    this.logits = merged.isEmpty() ? model.compiled(running()) : compiled(running());
  }

  /** Another one of the same stack, unmerged: what is recorded and compiled is the same. */
  private Attachment(Attachment like, Values values, List<HeadOrigin> headOrigins) {
    this.headOrigins = List.copyOf(headOrigins);
    this.model = like.model;
    this.stack = like.stack;
    this.values = values;
    this.merged = like.merged;
    this.pass = like.pass;
    this.output = like.output;
    this.hoistable = like.hoistable;
    this.changes = new AtomicLong();
    this.hoisted = hoistedValues();
    this.logits = like.logits;
  }

  private HoistedValues hoistedValues() {
    return new HoistedValues(
        values,
        hoistable.isEmpty() ? Optional.empty() : Optional.of(this::computeHoisted),
        changes);
  }

  private Values computeHoisted(Values tensors) {
    // In the pass's precision, for programs alone to read.
    Program program =
        Program.builder(model.precision())
            .weights(weights().leaves())
            .values(stack.leaves())
            .outputs(hoistable)
            .build();
    try (Values none = Values.borrowing(List.of())) {
      return run(program, tensors, none);
    }
  }

  private CompiledProgram compiled(Program program) {
    return program.compile(model.device(), weights().values());
  }

  private Program.Builder building(List<Tensor> inputs, List<Tensor> outputs) {
    return Program.builder(model.precision())
        .weights(weights().leaves())
        .values(stack.leaves())
        .inputs(inputs)
        .outputs(outputs)
        .returned(Precision.FLOAT32);
  }

  private Program withoutHoisted(List<Tensor> inputs, List<Tensor> outputs) {
    return building(inputs, outputs).hoisted(hoistable).build();
  }

  /** {@return the base, which must outlive this} */
  public Model model() {
    return model;
  }

  /** {@return the stack that this gives values to} */
  public Stack stack() {
    return stack;
  }

  /** The recorded pass of the unmerged or merged stack. */
  Transformer pass() {
    return pass;
  }

  /** What the head makes of it. */
  TaskHeadOutput output() {
    return output;
  }

  /** {@return the program that gives the logits from weights, tensors and a batch alone} */
  public Program program() {
    return building(pass.inputs(), List.of(output.logits())).build();
  }

  /** The program that is run for logits: it reads what is hoisted. */
  Program running() {
    return withoutHoisted(pass.inputs(), List.of(output.logits()));
  }

  /** {@return the weights that programs are bound to: the base's, and what is merged} */
  public BaseWeights weights() {
    return merged.bound();
  }

  /** {@return the values of the stack's tensors, in the order of {@link Stack#owned()}} */
  public Values values() {
    return values;
  }

  /**
   * {@return the names of those of the {@link #tensors()} that hold an infinity or "not a number"}
   * They are looked at where they lie.
   */
  public List<String> lost() {
    List<Tensor> zeros = // or "not a number": nothing else is 0 times an infinity
        stack.leaves().stream()
            .map(x -> x.times(0).reshape(Dim.of(-1)).sum(0).to(Type.FLOAT32))
            .toList();
    Program program =
        Program.builder(Precision.FLOAT32).values(stack.leaves()).outputs(zeros).build();
    List<String> lost = new ArrayList<>();
    try (Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(model.device(), none);
        Values results = compiled.run(values, none)) {
      for (int i = 0; i < results.size(); i++) {
        if (stack.owned().get(i).isSaved() && Float.isNaN(results.get(i).number())) {
          lost.add(stack.names().get(i));
        }
      }
    }
    return lost;
  }

  /**
   * {@return copies of the saved tensors of one graft, by their names}
   *
   * @param graft one of the stack's, or the head's
   */
  public Map<String, StoredTensor> stored(DeclaredGraft graft) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (Owned owned : graft.owned()) {
      if (owned.isSaved()) {
        tensors.put(owned.name(), stored(owned));
      }
    }
    return tensors;
  }

  /**
   * {@return a copy of what a tensor holds}
   *
   * @param owned one of {@link Stack#owned()}
   */
  public StoredTensor stored(Owned owned) {
    return owned.stored(values.get(stack.owned().indexOf(owned)));
  }

  /**
   * {@return a tensor as files are to hold it, copied when it is written}
   *
   * @param owned one of {@link Stack#owned()}
   * @param name in the file
   */
  public LazyTensor written(Owned owned, String name) {
    long[] shape = owned.spec().shape().fixed();
    return owned.isWhole()
        ? LazyTensor.whole(name, () -> stored(owned).wholeElements(), shape)
        : LazyTensor.of(name, DType.F32, () -> stored(owned).elements(), shape);
  }

  /** {@return copies of all saved tensors, by the names of {@link Stack#names()}} */
  public Map<String, StoredTensor> stored() {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    List<Owned> owned = stack.owned();
    List<String> names = stack.names();
    for (int i = 0; i < owned.size(); i++) {
      if (owned.get(i).isSaved()) {
        tensors.put(names.get(i), owned.get(i).stored(values.get(i)));
      }
    }
    return tensors;
  }

  /**
   * {@return the logits of a batch: for each row one number a label, or T x vocabulary numbers}
   *
   * @param batch T tokens wide
   * @throws GraftException if an id is not in the host's vocabulary, there are more tokens than the
   *     host has positions for, or what comes out is not a number
   */
  public float[][] logits(TokenBatch batch) {
    check(batch);
    try (Values inputs = Values.owning(batch.onto(model.device()));
        Values results = hoisted.read(all -> logits.run(all, inputs))) {
      float[][] rows = batch.perRow(results.get(0).floats());
      Answer.requireFinite(rows);
      return rows;
    }
  }

  /**
   * {@return what the head says to each row of a batch}
   *
   * @param batch rows of any lengths, padded
   * @throws GraftException if the head is that of a language model
   */
  public List<Answer> answers(TokenBatch batch) {
    if (stack.head().isLanguageModel()) {
      throw GraftException.input("The stack's head predicts tokens, not labels.")
          .expected("a head for classes or a score")
          .found("a language-model head")
          .remedy(
              "ask for the logits of the next token instead, or put a head with labels on the model");
    }
    return Arrays.stream(logits(batch)).map(row -> Answer.of(row, stack.head())).toList();
  }

  /**
   * {@return the mean loss over a batch, as in training but without dropout or penalties}
   *
   * @param batch rows of any lengths, padded
   * @param labels as {@link Training#step} takes them
   * @throws GraftException as {@link #logits(TokenBatch)}
   */
  public float loss(TokenBatch batch, double[] labels) {
    Tensor leaf = stack.head().labelsLeaf();
    try (Value given = stack.head().labels(labels, batch, model.device())) {
      return number(output.loss(leaf), List.of(leaf), batch, List.of(given));
    }
  }

  /**
   * The number that an expression over this pass comes to.
   *
   * @param further what it reads besides the batch
   * @param given the values of these
   * @throws GraftException as {@link #logits(TokenBatch)}
   */
  float number(Tensor expression, List<Tensor> further, TokenBatch batch, List<Value> given) {
    check(batch);
    List<Tensor> inputs = new ArrayList<>(pass.inputs());
    inputs.addAll(further);
    Program program = withoutHoisted(inputs, List.of(expression));
    try (Values tokens = Values.owning(batch.onto(model.device()));
        Values all =
            Values.borrowing(Stream.concat(tokens.list().stream(), given.stream()).toList());
        Values results = hoisted.read(values -> run(program, values, all))) {
      float number = results.get(0).number();
      Answer.requireFinite(new float[] {number});
      return number;
    }
  }

  /** Runs a program, which is compiled once for all unless the weights are merged ones. */
  private Values run(Program program, Values read, Values inputs) {
    if (merged.isEmpty()) {
      return model.compiled(program).run(read, inputs);
    }
    try (CompiledProgram compiled = compiled(program)) {
      return compiled.run(read, inputs);
    }
  }

  /**
   * {@return what stands in the stream after the embeddings and after each block, each (rows x
   * length x width), row-major}
   *
   * @param batch rows of any lengths, padded
   * @throws GraftException as {@link #logits(TokenBatch)}
   */
  public List<float[]> hiddenStates(TokenBatch batch) {
    check(batch);
    Program program = withoutHoisted(pass.inputs(), pass.hidden());
    try (Values inputs = Values.owning(batch.onto(model.device()));
        Values results = hoisted.read(all -> run(program, all, inputs))) {
      return results.list().stream().map(Value::floats).toList();
    }
  }

  void check(TokenBatch batch) {
    check(batch.smallestId(), batch.largestId(), batch.length());
  }

  /**
   * {@return the same for ids, mask and types as DJL's arrays, which {@link #check} has to have
   * seen}
   *
   * @param batch three arrays of INT64, (rows, length) each
   */
  public NDList logits(NDList batch) {
    return hoisted.read(all -> logits.run(all, batch));
  }

  /**
   * Lets go of what was computed from the tensors alone: for attachments that are kept but not
   * asked for some time. Calls that run keep it until they have ended; the next one computes it
   * anew.
   */
  public void letGo() {
    hoisted.letGo();
  }

  /** Says that the tensors have changed. */
  void changed() {
    headOrigins = headOrigins.stream().map(origin -> HeadOrigin.given(origin.tensor())).toList();
    hoisted.changed();
  }

  /**
   * Refuses tokens that are not in the host's vocabulary, and more than its positions hold.
   *
   * @param smallestId of a batch
   * @param largestId of a batch
   * @param length of its longest sequence
   * @throws GraftException if they don't fit the host
   */
  public void check(long smallestId, long largestId, int length) {
    model.host().config().requireFit(smallestId, largestId, length, pass.virtualPositions());
  }

  /**
   * {@return how many tokens a text may have: the host's positions without those that the stack
   * takes; the largest integer where positions don't end}
   *
   * @throws GraftException if the stack leaves no position for a text
   */
  public int room() {
    check(0, 0, 1);
    int all = model.host().config().room();
    return all == Integer.MAX_VALUE ? all : all - pass.virtualPositions();
  }

  /**
   * {@return copies of the trained and frozen tensors of real numbers by name, row by row} A name
   * that an earlier graft of the stack has too follows its graft's: {@code
   * lora-2/layers.0.attention.query.lora_A}. Buffers of whole numbers are among {@link #stored()}.
   */
  public Map<String, float[]> tensors() {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    stored()
        .forEach(
            (name, each) -> {
              if (each.type() != Type.INT64) {
                tensors.put(name, each.elements());
              }
            });
    return tensors;
  }

  /**
   * {@return the same stack with other values; the caller closes it}
   *
   * @param tensors by name, as in {@link #tensors()}; those that are not named keep theirs
   * @throws IllegalArgumentException if the stack has no tensor of a name
   */
  public Attachment with(Map<String, float[]> tensors) {
    List<String> names = stack.names();
    Set<String> unknown = new TreeSet<>(tensors.keySet());
    names.forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("the stack '" + stack + "' has no tensors " + unknown);
    }
    Map<Owned, StoredTensor> all = new HashMap<>();
    List<Owned> owned = stack.owned();
    for (int i = 0; i < owned.size(); i++) {
      Owned each = owned.get(i);
      float[] given = tensors.get(names.get(i));
      all.put(
          each,
          given == null
              ? each.stored(values.get(i))
              : new StoredTensor(each.spec().shape(), given));
    }
    List<HeadOrigin> origins = new ArrayList<>();
    for (int i = 0; i < headOrigins.size(); i++) {
      HeadOrigin origin = headOrigins.get(i);
      String name = names.get(names.size() - headOrigins.size() + i); // the head comes last
      origins.add(tensors.containsKey(name) ? HeadOrigin.given(origin.tensor()) : origin);
    }
    return merged.isEmpty()
        ? new Attachment(this, InitialValues.of(stack, model.base(), all, 0), origins)
        : model.attach(stack, all, origins, 0);
  }

  /**
   * Gives the saved tensors other numbers, in place.
   *
   * @param tensors all of them, as {@link #stored()} gives them
   * @throws IllegalArgumentException if they are not those of this stack; then nothing has changed
   */
  public void restore(Map<String, StoredTensor> tensors) {
    Map<Integer, StoredTensor> places = new LinkedHashMap<>();
    for (int i = 0; i < stack.owned().size(); i++) {
      StoredTensor given = tensors.get(stack.names().get(i));
      if (stack.owned().get(i).isSaved()) {
        if (given == null || !stack.owned().get(i).isLike(given)) {
          throw new IllegalArgumentException(
              "'%s' of the stack '%s' is not there, or another"
                  .formatted(stack.names().get(i), stack));
        }
        places.put(i, given);
      }
    }
    if (places.size() != tensors.size()) {
      throw new IllegalArgumentException("the stack '" + stack + "' has fewer tensors");
    }
    places.forEach(
        (i, given) -> {
          try (Value fresh = stack.owned().get(i).on(model.device(), given)) {
            values.get(i).copyFrom(fresh);
          }
        });
    changed();
  }

  /** {@return where the tensors of the head have their numbers from, in their order} */
  public List<HeadOrigin> headOrigins() {
    return headOrigins;
  }

  /**
   * Refuses a head of which a tensor was drawn and never trained: its answers would be random.
   *
   * @throws GraftException which names the tensors, and why they are not the checkpoint's
   */
  public void requireHead() {
    List<HeadOrigin> drawn = headOrigins.stream().filter(HeadOrigin::isDrawn).toList();
    if (drawn.isEmpty()) {
      return;
    }
    GraftException failure =
        GraftException.input("The task head was drawn at random and never trained.")
            .in(model.directory().path())
            .expected("the numbers of a trained one, from the adapter or the checkpoint")
            .line("stack", stack.spec().items().isEmpty() ? "none, the model alone" : stack);
    for (HeadOrigin each : drawn) {
      failure = failure.line(each.tensor(), each.reason().orElseThrow());
    }
    failure =
        failure.remedy(
            "take the adapter or model that the head was trained in, or train it; --fresh-head asks the drawn one");
    throw failure;
  }

  /**
   * {@return this attachment with all interventions computed into weights that can be: at each site
   * the leading run of mergeable ones; the caller closes it} The base keeps its own weights, so
   * closing the result is all there is to unmerging. It reads this attachment's other tensors,
   * which stay until both are closed.
   *
   * @throws IllegalStateException if this is closed
   */
  public Attachment merged() {
    Values tensors = values.shared();
    try {
      MergedWeights computed = MergedWeights.of(model.base(), stack, tensors);
      try {
        return new Attachment(model, stack, tensors, headOrigins, computed, changes);
      } catch (RuntimeException | Error e) {
        computed.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
  }

  /** {@return the number of projections and token tables whose weights hold interventions} */
  public int mergedSites() {
    return merged.count();
  }

  /** {@return what merging left beside the weights of a {@link #merged} attachment, and why} */
  public List<Unmerged> unmerged() {
    return merged.unmerged();
  }

  /**
   * Compares each projection whose weights hold interventions with its unmerged self, on what it
   * reads in the unmerged forward pass of a batch.
   *
   * @param batch whose real tokens count
   * @return one record a projection of that forward pass; none unless this is {@link #merged}
   */
  public List<MergeError> mergeErrors(TokenBatch batch) {
    check(batch);
    return MergeErrors.measure(merged, stack, values, batch);
  }

  /**
   * {@return a training of this attachment's tensors, in place; the caller closes it}
   *
   * @param options of the optimiser
   * @throws IllegalStateException if this is {@link #merged}
   * @throws GraftException if the stack has no weights to train
   */
  public Training training(Training.Options options) {
    return new Training(this, options);
  }

  @Override
  public void close() {
    if (!merged.isEmpty()) {
      logits.close();
    }
    hoisted.close();
    values.close();
    merged.close();
  }
}
