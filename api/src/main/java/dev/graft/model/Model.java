package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.HostParameter;
import dev.graft.api.Methods;
import dev.graft.api.Owned;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ForeignFiles;
import dev.graft.checkpoint.JsonFile;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Values;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * A host with its weights on a device: the base that any number of attachments share. Its weights
 * never change.
 */
public final class Model implements AutoCloseable {
  private final ModelDirectory directory;
  private final Transformer host;
  private final Device device;
  private final Precision precision;
  private final HostWeights names;
  private final Values weights;
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
     * @param precision any but FLOAT64
     * @param dropout in [0, 1) if present
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
    Transformer configured = Transformer.of(directory.config(), directory.tensors().names());
    this.directory = directory;
    this.host =
        options.dropout().isPresent()
            ? configured.withDropout(options.dropout().getAsDouble())
            : configured;
    this.device = device;
    this.precision = options.precision();
    this.names = new HostWeights(host, directory.tensors());
    names.refuseLeftOver();
    this.weights = names.onto(device, precision);
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
  public static Transformer check(ModelDirectory directory) {
    Transformer host = Transformer.of(directory.config(), directory.tensors().names());
    new HostWeights(host, directory.tensors()).refuseLeftOver();
    return host;
  }

  /** {@return the host's shape and sites} */
  public Transformer host() {
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
            .weights(leaves())
            .outputs(leaves())
            .returned(Precision.FLOAT32)
            .build();
    Map<String, float[]> copies = new LinkedHashMap<>();
    try (CompiledProgram compiled = program.compile(device, weights);
        Values none = Values.borrowing(List.of());
        Values results = compiled.run(none, none)) {
      for (int i = 0; i < results.size(); i++) {
        copies.put(host.parameters().get(i).name(), results.get(i).floats());
      }
    }
    return copies;
  }

  /** The values of the host's parameters, in their order. */
  Values weights() {
    return weights;
  }

  List<Tensor> leaves() {
    return host.parameters().stream().map(HostParameter::tensor).toList();
  }

  /** The program compiled against the base's weights; each structure once. */
  CompiledProgram compiled(Program program) {
    return compiled.computeIfAbsent(program.source(), source -> program.compile(device, weights));
  }

  /** How many programs were compiled against the base's weights. */
  int programs() {
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
    return Stack.of(host, spec, Head.forHost(host, labels));
  }

  /**
   * {@return the stack of methods and the language-model head on the host}
   *
   * @param spec the methods in order; none for the host alone
   * @throws GraftException if the host has no such head, settings don't fit it, or a method fails
   */
  public Stack languageModel(StackSpec spec) {
    return Stack.of(host, spec, Head.languageModel(host));
  }

  /**
   * {@return a stack with fresh values; the caller closes it} The head begins with the checkpoint's
   * if it has a head of the same shape.
   *
   * @param stack on this model's host
   * @param seed equal seeds begin equal
   */
  public Attachment attach(Stack stack, long seed) {
    return Attachment.of(this, stack, names.head(stack), seed);
  }

  /**
   * {@return a saved stack, or an adapter of another library, on this base; the caller closes it}
   *
   * @param folder as {@link Attachment#save} or {@link Attachment#saveForeign} wrote it, or PEFT or
   *     AdapterHub did
   * @param methods where the stack's methods are looked up
   * @throws GraftException if it was made for another base, or is damaged
   */
  public Attachment open(Path folder, Methods methods) {
    return open(folder, methods, false);
  }

  /**
   * {@return a saved stack, or an adapter of another library, on this base; the caller closes it}
   *
   * @param folder as {@link #open(Path, Methods)} reads it
   * @param methods where the stack's methods are looked up
   * @param anyBase whether what was made for another base is taken as well, where its shapes fit
   * @throws GraftException if it does not fit this base, or is damaged
   */
  public Attachment open(Path folder, Methods methods, boolean anyBase) {
    return ForeignFiles.isAdapter(folder)
        ? ForeignStack.open(this, folder, methods, anyBase)
        : SavedStack.open(this, folder, methods, anyBase);
  }

  /**
   * {@return the names of the head's tensors that the checkpoint does not hold, which a fresh stack
   * draws}
   *
   * @param stack on this model's host
   */
  public List<String> freshHead(Stack stack) {
    return names.head(stack).isEmpty()
        ? stack.headGraft().owned().stream().map(Owned::name).toList()
        : List.of();
  }

  /**
   * {@return the names of the classes in {@code config.json}; none if it has none, or for
   * regression}
   */
  public List<String> labels() {
    JsonFile names = directory.config().at("id2label");
    if (names.json().size() == 1) {
      return List.of();
    }
    return IntStream.range(0, names.json().size())
        .mapToObj(i -> names.stringOr(Integer.toString(i), "LABEL_" + i))
        .toList();
  }

  /** The names of so many classes, made up where the configuration has others. */
  List<String> labels(int outputs) {
    if (outputs == 1 || labels().size() == outputs) {
      return outputs == 1 ? List.of() : labels();
    }
    return IntStream.range(0, outputs).mapToObj(i -> "LABEL_" + i).toList();
  }

  /** The host's weights in the checkpoint. */
  HostWeights stored() {
    return names;
  }

  /** The checkpoint's own values for a head, if it has one of that shape. */
  Map<Owned, float[]> storedHead(Stack stack) {
    return names.head(stack);
  }

  /** {@return the precision in which the weights are kept and programs compute} */
  public Precision precision() {
    return precision;
  }

  @Override
  public void close() {
    compiled.values().forEach(CompiledProgram::close);
    weights.close();
  }
}
