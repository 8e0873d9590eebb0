package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.HostParameter;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.files.Bounds;
import dev.graft.files.JsonFile;
import dev.graft.host.HostShape;
import dev.graft.host.HostWeights;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.merging.BaseWeights;
import dev.graft.methods.StackSpec;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Values;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHead.Problem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A host with its weights on a device: the base that any number of attachments share. Its weights
 * never change.
 */
public final class Model implements AutoCloseable {
  private static final String PROBLEM = "problem_type";

  /** As many outputs does a head have in transformers where nothing is said. */
  private static final int UNSAID_OUTPUTS = 2;

  private static final Bounds OUTPUTS = Bounds.whole(0, 1_000_000);

  private final ModelDirectory directory;
  private final HostShape host;
  private final Device device;
  private final Precision precision;
  private final HostWeights stored;
  private final BaseWeights base;
  private String fingerprint;
  private final Map<String, CompiledProgram> compiled = new ConcurrentHashMap<>();

  /**
   * How a host is loaded.
   *
   * @param precision in which its weights are kept and it computes: float32, bfloat16 or float16;
   *     grafts keep 32 bits, and so do their gradients and the optimiser
   * @param dropout of the host's own dropouts in training; if absent those of its configuration
   */
  public record Options(Precision precision, OptionalDouble dropout) {
    /** 32 bits, and the dropouts of the host's configuration. */
    public static final Options DEFAULT = new Options(Precision.FLOAT32, OptionalDouble.empty());

    /**
     * Checks the precision.
     *
     * @throws GraftException if the precision is FLOAT64
     */
    public Options {
      if (precision == Precision.FLOAT64) {
        throw GraftException.input("A host can't be kept in the precision float64.")
            .expected("float32, bfloat16 or float16");
      }
    }

    /**
     * {@return the same in another precision}
     *
     * @param other float32, bfloat16 or float16
     * @throws GraftException if it is FLOAT64
     */
    public Options withPrecision(Precision other) {
      return new Options(other, dropout);
    }

    /**
     * {@return the same with other dropouts of the host in training}
     *
     * @param probability of all of them, in [0, 1); 0 for none
     */
    public Options withDropout(double probability) {
      return new Options(precision, OptionalDouble.of(probability));
    }
  }

  private Model(ModelDirectory directory, Device device, Options options) {
    HostShape configured = HostShape.of(directory.config(), directory.tensors().names());
    this.directory = directory;
    this.host =
        options.dropout().isPresent()
            ? configured.withDropout(options.dropout().getAsDouble())
            : configured;
    this.device = device;
    this.precision = options.precision();
    this.stored = new HostWeights(host, directory.tensors());
    stored.refuseLeftOver();
    List<Tensor> leaves = host.parameters().stream().map(HostParameter::tensor).toList();
    this.base = new BaseWeights(device, precision, leaves, stored.onto(device, precision));
  }

  /**
   * {@return a Hugging Face directory's host, loaded with the {@linkplain Options#DEFAULT default}
   * options; the caller closes it}
   *
   * @param directory of a known architecture
   * @param device where the weights go; it must outlive the model
   * @throws GraftException if it is not one of a known architecture, or weights are missing, left
   *     over or of a wrong shape
   */
  public static Model load(ModelDirectory directory, Device device) {
    return load(directory, device, Options.DEFAULT);
  }

  /**
   * {@return a Hugging Face directory's host, loaded whatever precision its weights are stored in;
   * the caller closes it}
   *
   * @param directory of a known architecture
   * @param device where the weights go; it must outlive the model
   * @param options the precision to load it in, and its dropouts
   * @throws GraftException as {@link #load(ModelDirectory, Device)}, or if a weight is too large
   *     for the precision
   */
  public static Model load(ModelDirectory directory, Device device, Options options) {
    return new Model(directory, device, options);
  }

  /**
   * Checks a Hugging Face directory as loading does, but loads no weight.
   *
   * @param directory of a known architecture
   * @return the host that it holds
   * @throws GraftException as {@link #load(ModelDirectory, Device)}
   */
  public static HostShape check(ModelDirectory directory) {
    HostShape host = HostShape.of(directory.config(), directory.tensors().names());
    new HostWeights(host, directory.tensors()).refuseLeftOver();
    return host;
  }

  /** {@return the host's shape and sites} */
  public HostShape host() {
    return host;
  }

  /** {@return where the weights lie} */
  public Device device() {
    return device;
  }

  /** {@return what the model was loaded from} */
  public ModelDirectory directory() {
    return directory;
  }

  /**
   * {@return texts padded to the longest of them, with this host's id of padding}
   *
   * @param texts as this model's tokenizer encoded them
   */
  public TokenBatch batch(List<Tokens> texts) {
    return TokenBatch.of(texts, host.config().paddingId());
  }

  /** {@return a hash of the weights' names, shapes and contents in the checkpoint} */
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      fingerprint = Fingerprint.of(directory.tensors());
    }
    return fingerprint;
  }

  /**
   * {@return copies of the weights as they are on the device now, by the parameters' names, in 32
   * bits}
   */
  public Map<String, float[]> copyWeights() {
    Program program =
        Program.builder(precision)
            .weights(base.leaves())
            .outputs(base.leaves())
            .returned(Precision.FLOAT32)
            .build();
    Map<String, float[]> copies = new LinkedHashMap<>();
    try (CompiledProgram compiled = program.compile(device, base.values());
        Values none = Values.borrowing(List.of());
        Values results = compiled.run(none, none)) {
      for (int i = 0; i < results.size(); i++) {
        copies.put(host.parameters().get(i).name(), results.get(i).floats());
      }
    }
    return copies;
  }

  /** {@return the weights, which never change} */
  public BaseWeights base() {
    return base;
  }

  /** The program compiled against the base's weights; each structure once. */
  public CompiledProgram compiled(Program program) {
    return compiled.computeIfAbsent(
        program.source(), source -> program.compile(device, base.values()));
  }

  /** {@return how many programs were compiled against the base's weights} */
  public int programs() {
    return compiled.size();
  }

  /**
   * {@return the stack of methods and a head on the host}
   *
   * @param spec the methods in order; none for the host alone
   * @param labels the names of the classes, two at least; none for regression
   * @throws GraftException if settings don't fit the host, or a method fails
   */
  public Stack stack(StackSpec spec, List<String> labels) {
    return Stack.of(host, spec, TaskHead.forHost(host, labels));
  }

  /**
   * {@return the stack of methods and the language-model head on the host}
   *
   * @param spec the methods in order; none for the host alone
   * @throws GraftException if the host has no such head, settings don't fit it, or a method fails
   */
  public Stack languageModel(StackSpec spec) {
    return Stack.of(host, spec, TaskHead.languageModel(host));
  }

  /**
   * {@return a stack with fresh values; the caller closes it} The head begins with what the
   * checkpoint has of it, as {@link Attachment#headOrigins} tells.
   *
   * @param stack on this model's host
   * @param seed equal seeds begin equal
   */
  public Attachment attach(Stack stack, long seed) {
    return attach(stack, Map.of(), seed);
  }

  /**
   * {@return a stack with given values; the caller closes it}
   *
   * @param stack on this model's host
   * @param tensors those that are known; those of the head that are not begin with what the
   *     checkpoint has of them, and all others from their initialisers
   * @param seed equal seeds begin equal
   */
  public Attachment attach(Stack stack, Map<Owned, StoredTensor> tensors, long seed) {
    StoredHead checkpoint =
        storedHead(
            stack,
            stack.headGraft().owned().stream().filter(o -> !tensors.containsKey(o)).toList());
    List<HeadOrigin> origins =
        stack.headGraft().owned().stream()
            .map(
                owned ->
                    tensors.containsKey(owned)
                        ? HeadOrigin.given(owned.name())
                        : checkpoint.values().containsKey(owned)
                            ? HeadOrigin.stored(owned.name())
                            : HeadOrigin.drawn(owned.name(), checkpoint.lacking().get(owned)))
            .toList();
    Map<Owned, StoredTensor> known = new HashMap<>(checkpoint.values());
    known.putAll(tensors);
    return attach(stack, known, origins, seed);
  }

  /** The same where it is known already where the head's tensors are from. */
  Attachment attach(
      Stack stack, Map<Owned, StoredTensor> tensors, List<HeadOrigin> origins, long seed) {
    Values values = InitialValues.of(stack, base, tensors, seed);
    try {
      return new Attachment(this, stack, values, origins);
    } catch (RuntimeException | Error e) {
      values.close();
      throw e;
    }
  }

  /**
   * {@return the names of a head's outputs in {@code config.json}, as transformers understands it;
   * none if it says nothing of them} Without {@code id2label} there are {@code num_labels} numbered
   * ones.
   */
  public List<String> labels() {
    JsonFile config = directory.config();
    JsonFile names = config.at("id2label");
    int count = names.json().size();
    if (count == 0) {
      return IntStream.range(0, config.intOr("num_labels", 0, OUTPUTS))
          .mapToObj(i -> "LABEL_" + i)
          .toList();
    }
    return IntStream.range(0, count).mapToObj(i -> names.requireString(String.valueOf(i))).toList();
  }

  /**
   * {@return the head that this model answers with alone: one for classes or scores if its
   * checkpoint has any, else that of a language model if it is one, else the one that {@code
   * config.json} describes}
   *
   * @throws GraftException if the {@code problem_type} of {@code config.json} is unknown
   */
  public TaskHead head() {
    TaskHeadLayout layout = host().referenceHead();
    Optional<TensorInfo> outputs = stored.find(layout.output() + ".weight");
    if (outputs.isPresent()) {
      return head(layout, Math.toIntExact(outputs.get().shape().dim(0).fixed()));
    }
    return host().isLanguageModel() ? TaskHead.languageModel(host()) : head(layout);
  }

  /**
   * {@return the head that {@code config.json} describes, as transformers understands it}
   *
   * @param layout other than a language model's
   * @throws GraftException if its {@code problem_type} is unknown
   */
  public TaskHead head(TaskHeadLayout layout) {
    return head(layout, labels().isEmpty() ? UNSAID_OUTPUTS : labels().size());
  }

  /**
   * {@return the head of so many outputs, with the names of {@code config.json} if it has as many}
   *
   * @param layout other than a language model's
   * @throws GraftException if the {@code problem_type} of {@code config.json} is unknown
   */
  public TaskHead head(TaskHeadLayout layout, int outputs) {
    Problem problem = problem(outputs);
    List<String> names =
        labels().size() == outputs
            ? labels()
            : IntStream.range(0, outputs).mapToObj(i -> "LABEL_" + i).toList();
    boolean isOneNumber = problem == Problem.REGRESSION && outputs == 1;
    return new TaskHead(layout, isOneNumber ? List.of() : names, problem);
  }

  private Problem problem(int outputs) {
    List<Problem> known =
        List.of(
            Problem.SINGLE_LABEL_CLASSIFICATION,
            Problem.MULTI_LABEL_CLASSIFICATION,
            Problem.REGRESSION);
    JsonFile config = directory.config();
    Problem byNumber = outputs == 1 ? Problem.REGRESSION : Problem.SINGLE_LABEL_CLASSIFICATION;
    if (!config.has(PROBLEM)) {
      return byNumber;
    }
    String said = config.requireString(PROBLEM);
    Problem problem =
        known.stream()
            .filter(each -> each.key().equals(said))
            .findFirst()
            .orElseThrow(
                () ->
                    GraftException.input("The configuration has an unknown '%s'.", PROBLEM)
                        .in(config.file())
                        .expected(
                            known.stream().map(Problem::key).collect(Collectors.joining(", ")))
                        .found(said));
    return problem == Problem.SINGLE_LABEL_CLASSIFICATION ? byNumber : problem;
  }

  /** The host's weights in the checkpoint. */
  public HostWeights stored() {
    return stored;
  }

  /**
   * {@return the checkpoint's own values for a head; none unless it has all of them in their
   * shapes}
   *
   * @param stack on this model's host
   */
  public Map<Owned, StoredTensor> storedHead(Stack stack) {
    StoredHead checkpoint = storedHead(stack, stack.headGraft().owned());
    return checkpoint.lacking().isEmpty() ? checkpoint.values() : Map.of();
  }

  private StoredHead storedHead(Stack stack, List<Owned> wanted) {
    return new StoredHead(stored, labels(), stack.head(), wanted);
  }

  /** {@return the precision in which the weights are kept and programs compute} */
  public Precision precision() {
    return precision;
  }

  @Override
  public void close() {
    compiled.values().forEach(CompiledProgram::close);
    base.values().close();
  }
}
