package dev.graft.model;

import ai.djl.ndarray.NDList;
import dev.graft.GraftException;
import dev.graft.api.Initializer;
import dev.graft.api.Owned;
import dev.graft.checkpoint.AtomicFile;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** A stack with values, attached to a model: what answers, trains, merges and is saved. */
public final class Attachment implements AutoCloseable {
  private final Model model;
  private final Stack stack;
  private final Values values;
  private final Merging merging;
  private final Forward forward;
  private final CompiledProgram logits;

  private Attachment(Model model, Stack stack, Values values, Merging merging) {
    this.model = model;
    this.stack = stack;
    this.values = values;
    this.merging = merging;
    this.forward = new Forward(stack, merging.maps());
    Program program = program(List.of(forward.logits()));
    this.logits =
        merging.isEmpty()
            ? model.compiled(program)
            : program.compile(model.device(), merging.bound());
  }

  /**
   * A stack with given values.
   *
   * @param tensors by declaration; those that are not given begin from their initialisers
   */
  static Attachment of(Model model, Stack stack, Map<Owned, float[]> tensors, long seed) {
    Map<Owned, float[]> known = new HashMap<>(computed(model, stack, tensors.keySet()));
    known.putAll(tensors);
    List<Value> values = new ArrayList<>();
    try {
      for (Owned owned : stack.owned()) {
        float[] given = known.get(owned);
        float[] numbers = given == null ? initial(stack, owned, seed + values.size()) : given;
        values.add(model.device().create(owned.name(), numbers, owned.spec().shape().fixed()));
      }
      return new Attachment(model, stack, Values.owning(values), Merging.none(model));
    } catch (RuntimeException | LinkageError e) {
      values.forEach(Value::close);
      throw e;
    }
  }

  /** The initial values that follow from the host's weights, all by one program. */
  private static Map<Owned, float[]> computed(Model model, Stack stack, Set<Owned> given) {
    Map<Owned, Tensor> expressions = new LinkedHashMap<>();
    for (Owned owned : stack.owned()) {
      if (owned.spec().initializer() instanceof Initializer.Computed computed
          && !given.contains(owned)) {
        expressions.put(owned, computed.expression().to(Type.FLOAT32));
      }
    }
    if (expressions.isEmpty()) {
      return Map.of();
    }
    Program program =
        Program.builder(Precision.FLOAT32)
            .stored(model.precision())
            .weights(model.leaves())
            .outputs(List.copyOf(expressions.values()))
            .build();
    Map<Owned, float[]> values = new HashMap<>();
    try (CompiledProgram compiled = program.compile(model.device(), model.weights());
        Values none = Values.borrowing(List.of());
        Values results = compiled.run(none, none)) {
      int i = 0;
      for (Owned owned : expressions.keySet()) {
        values.put(owned, results.get(i++).floats());
      }
    }
    return values;
  }

  private static float[] initial(Stack stack, Owned owned, long seed) {
    try {
      return drawn(owned, seed);
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(
          e,
          "The initial values of '%s' of %s can't be drawn.",
          owned.name(),
          stack.graftOf(owned).name());
    }
  }

  private static float[] drawn(Owned owned, long seed) {
    Initializer.Draw draw = ((Initializer.Drawn) owned.spec().initializer()).draw();
    RandomGenerator random = new SplittableRandom(31 * seed + owned.name().hashCode());
    float[] numbers = new float[Math.toIntExact(owned.size())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) draw.next(random, owned.spec().shape());
    }
    return numbers;
  }

  private Program program(List<Tensor> outputs) {
    return program(forward.inputs(), outputs);
  }

  private Program program(List<Tensor> inputs, List<Tensor> outputs) {
    return Program.builder(model.precision())
        .weights(merging.leaves())
        .values(stack.leaves())
        .inputs(inputs)
        .outputs(outputs)
        .returned(Precision.FLOAT32)
        .build();
  }

  /** {@return the base, which must outlive this} */
  public Model model() {
    return model;
  }

  /** {@return the stack that this gives values to} */
  public Stack stack() {
    return stack;
  }

  Forward forward() {
    return forward;
  }

  /** The values of the stack's tensors, in the order of {@link Stack#owned()}. */
  Values values() {
    return values;
  }

  /**
   * {@return the logits of a batch: for each row one number a label, or T x vocabulary numbers}
   *
   * @param batch T tokens wide
   * @throws GraftException if an id is not in the host's vocabulary, or there are more tokens than
   *     the host has positions for
   */
  public float[][] logits(TokenBatch batch) {
    check(batch);
    try (Values inputs = Values.owning(batch.onto(model.device()));
        Values results = logits.run(values, inputs)) {
      return rows(results.get(0).floats(), batch.rows());
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
    check(batch);
    Tensor leaf = stack.head().labelsLeaf();
    List<Tensor> inputs = new ArrayList<>(forward.inputs());
    inputs.add(leaf);
    List<Value> given = new ArrayList<>(batch.onto(model.device()));
    given.add(stack.head().labels(labels, batch, model.device()));
    Program program = program(inputs, List.of(stack.head().loss(forward, leaf)));
    try (Values values = Values.owning(given);
        Values results = run(program, values)) {
      return results.get(0).number();
    }
  }

  /** Runs a program, which is compiled once for all unless the weights are merged ones. */
  private Values run(Program program, Values inputs) {
    if (merging.isEmpty()) {
      return model.compiled(program).run(values, inputs);
    }
    try (CompiledProgram compiled = program.compile(model.device(), merging.bound())) {
      return compiled.run(values, inputs);
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
    try (CompiledProgram hidden =
            program(forward.hidden()).compile(model.device(), merging.bound());
        Values inputs = Values.owning(batch.onto(model.device()));
        Values results = hidden.run(values, inputs)) {
      return results.list().stream().map(Value::floats).toList();
    }
  }

  void check(TokenBatch batch) {
    check(batch.smallestId(), batch.largestId(), batch.length());
  }

  /** The same for ids, mask and types as DJL's arrays, which are not checked. */
  NDList logits(NDList batch) {
    return logits.run(values, batch);
  }

  void check(long smallestId, long largestId, int length) {
    check(model, smallestId, largestId, length, stack.positionShift() + forward.virtualRows());
  }

  /** Refuses tokens that are not in the host's vocabulary, and more than its positions hold. */
  static void check(Model model, long smallestId, long largestId, int length, int virtual) {
    HostConfig config = model.host().config();
    config.refuseUnknown(smallestId);
    config.refuseUnknown(largestId);
    config.refuseLonger(length, virtual);
  }

  static float[][] rows(float[] numbers, int rows) {
    int width = numbers.length / rows;
    float[][] table = new float[rows][];
    for (int i = 0; i < rows; i++) {
      table[i] = Arrays.copyOfRange(numbers, i * width, (i + 1) * width);
    }
    return table;
  }

  /**
   * {@return copies of the trained and frozen tensors by name, row by row} A name that an earlier
   * graft of the stack has too follows its graft's: {@code lora-2/layers.0.attention.query.lora_A}.
   */
  public Map<String, float[]> tensors() {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    List<Owned> owned = stack.owned();
    List<String> names = stack.names();
    for (int i = 0; i < owned.size(); i++) {
      if (owned.get(i).isSaved()) {
        tensors.put(names.get(i), values.get(i).floats());
      }
    }
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
    Map<Owned, float[]> all = new HashMap<>();
    List<Owned> owned = stack.owned();
    for (int i = 0; i < owned.size(); i++) {
      float[] given = tensors.get(names.get(i));
      all.put(owned.get(i), given == null ? values.get(i).floats() : given);
    }
    return of(model, stack, all, 0);
  }

  /**
   * Saves the stack's values into a new folder, whole or not at all: one sub-folder a graft, one
   * for the head, and a record of methods, settings and base.
   *
   * @param folder a new one
   * @param provenance how the values were made
   * @throws GraftException if the folder is there already or can't be written
   */
  public void save(Path folder, Map<String, String> provenance) {
    SavedStack.write(this, folder, provenance);
  }

  /**
   * Saves the only graft, with the head, as the library that its method knows would: PEFT or
   * AdapterHub.
   *
   * @param folder a new one, written whole or not at all
   * @param provenance goes into the metadata of the tensors' file
   * @throws GraftException if there is not exactly one graft, no library has such adapters, or the
   *     folder is there already or can't be written
   */
  public void saveForeign(Path folder, Map<String, String> provenance) {
    ForeignStack.write(this, folder, provenance);
  }

  /**
   * Saves the host with the stack merged into its weights, as a folder that Hugging Face's
   * transformers loads without Graft, tokenizer included. Weights keep the types that the base's
   * are stored in.
   *
   * <p>Whatever precision the model is loaded in, merging starts from the weights as the base's
   * checkpoint holds them. A tied language-model head that the stack changes is written beside the
   * token table, untied. The configuration is the base's but for the head: transformers classifies
   * batches with a decoder only where it has a {@code pad_token_id}.
   *
   * @param folder a new one, written whole or not at all
   * @throws GraftException if a graft can't be merged, transformers has no class with the head, or
   *     the folder is there already or can't be written
   */
  public void exportHuggingFace(Path folder) {
    HuggingFaceExport.write(this, folder, Optional.empty());
  }

  /**
   * As {@link #exportHuggingFace(Path)}, with all weights in one precision.
   *
   * @param folder a new one, written whole or not at all
   * @param precision of every weight in the file
   * @throws GraftException also if a weight is too large for the precision
   */
  public void exportHuggingFace(Path folder, Precision precision) {
    HuggingFaceExport.write(this, folder, Optional.of(precision));
  }

  /**
   * Saves the host with the stack as a TorchScript module that PyTorch, libtorch and DJL load
   * without Graft, weights included, in the precision they are kept in. Its method is {@code
   * forward(input_ids, attention_mask=None, token_type_ids=None)}, each (rows, length), padded on
   * the right; it gives the logits, (rows, labels) or (rows, length, vocabulary), in 32 bits. What
   * is {@link #merged} is written merged, the rest stays beside the weights.
   *
   * @param file a new one, written whole or not at all
   * @throws GraftException if the file is there already or can't be written
   */
  public void exportTorchScript(Path file) {
    if (Files.exists(file)) {
      throw GraftException.input("%s is there already.", file)
          .expected("a file to be made")
          .remedy("name another one or remove it");
    }
    List<Program.Argument> arguments =
        List.of(
            Program.Argument.required("input_ids"),
            Program.Argument.optional("attention_mask", 1),
            Program.Argument.optional("token_type_ids", 0));
    AtomicFile.write(
        file,
        channel ->
            program(List.of(forward.logits()))
                .save(
                    Channels.newOutputStream(channel),
                    arguments,
                    model.device(),
                    merging.bound(),
                    values));
  }

  /**
   * {@return this attachment with all interventions computed into weights that can be: at each site
   * the leading run of mergeable ones} The result owns the merged weights only; the base keeps its
   * own, so closing the result is all there is to unmerging. It reads this attachment's other
   * tensors, which must outlive it.
   */
  public Attachment merged() {
    Merging computed = Merging.of(model, stack, values);
    try {
      return new Attachment(model, stack, Values.borrowing(values.list()), computed);
    } catch (RuntimeException | Error e) {
      computed.close();
      throw e;
    }
  }

  /** {@return the number of projections whose weights hold interventions} */
  public int mergedSites() {
    return merging.count();
  }

  /** {@return what merging left beside the weights of a {@link #merged} attachment, and why} */
  public List<Unmerged> unmerged() {
    return merging.unmerged();
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
    return MergeErrors.measure(model, stack, values, merging, batch);
  }

  /**
   * {@return a training of this attachment's tensors, in place; the caller closes it}
   *
   * @param options of the optimiser
   * @throws IllegalStateException if this is {@link #merged}
   */
  public Training training(Training.Options options) {
    return new Training(this, options);
  }

  @Override
  public void close() {
    if (!merging.isEmpty()) {
      logits.close();
    }
    values.close();
    merging.close();
  }
}
