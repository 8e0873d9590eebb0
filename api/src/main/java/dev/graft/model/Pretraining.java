package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.HostShape;
import dev.graft.host.HostWeights;
import dev.graft.host.MaskedHead;
import dev.graft.host.TokenBatch;
import dev.graft.model.StoredMaskedHead.Part;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a host was pretrained to do, with the head of its checkpoint that did it: to predict the
 * next token, or masked ones. The head belongs to no stack: with it any attachment can be asked how
 * well it still does what its host was made for, whatever it was trained for since.
 */
public final class Pretraining implements AutoCloseable {
  /** What is predicted. */
  public enum Objective {
    /** Every token from those before it: decoders. */
    NEXT_TOKEN,
    /** Tokens that were replaced, from all others: encoders. */
    MASKED_TOKEN
  }

  private final Model model;
  private final Optional<MaskedHead> layout;
  private final Map<Part, Tensor> leaves = new LinkedHashMap<>();
  private final List<Value> values = new ArrayList<>();

  private Pretraining(Model model) {
    this.model = model;
    this.layout = MaskedHead.of(model.directory().config());
    stored(model.directory(), model.host(), model.stored()).ifPresent(this::load);
  }

  /**
   * {@return the pretraining of a model's host; the caller closes it before the model}
   *
   * @param model whose checkpoint has the head
   * @throws GraftException if it has none
   */
  public static Pretraining of(Model model) {
    return new Pretraining(model);
  }

  /**
   * {@return what the host of a Hugging Face directory predicts} No weight is loaded.
   *
   * @param directory of a known architecture
   * @throws GraftException if its checkpoint has no head for that
   */
  public static Objective check(ModelDirectory directory) {
    HostShape host = HostShape.of(directory.config(), directory.tensors().names());
    return stored(directory, host, new HostWeights(host, directory.tensors())).isPresent()
        ? Objective.MASKED_TOKEN
        : Objective.NEXT_TOKEN;
  }

  /** The head for masked tokens; none of a host that has another. */
  private static Optional<StoredMaskedHead> stored(
      ModelDirectory directory, HostShape host, HostWeights stored) {
    Optional<MaskedHead> masked = MaskedHead.of(directory.config());
    if (masked.isEmpty() && !host.isLanguageModel()) {
      throw GraftException.input(
              "The checkpoint has no head for the next token, which %s hosts are pretrained with.",
              host.architecture())
          .in(directory.path())
          .line("missing", HostShape.LM_HEAD + ".weight")
          .remedy(
              "take a checkpoint that holds it, such as one of a %s", host.languageModelClass());
    }
    return masked.map(layout -> new StoredMaskedHead(directory, host, stored, layout));
  }

  private void load(StoredMaskedHead head) {
    try {
      for (Part part : head.parts()) {
        Shape shape = head.shape(part);
        leaves.put(part, Tensor.leaf(Tensor.Source.INPUT, part.toString(), shape, Type.FLOAT32));
        values.add(model.device().create(part.toString(), head.floats(part), shape.fixed()));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** {@return what is predicted} */
  public Objective objective() {
    return layout.isPresent() ? Objective.MASKED_TOKEN : Objective.NEXT_TOKEN;
  }

  /**
   * {@return the mean loss of an attachment over the tokens that it is to predict, in nats, with
   * its own methods but not its head}
   *
   * @param attachment of the same model, merged or not
   * @param batch rows of any lengths, padded
   * @param labels for each row and column the token to predict, or -100 for none. One at least is
   *     to be predicted, and of a decoder the first of a row can't be, unless a method puts rows in
   *     front
   * @throws GraftException as {@link Attachment#logits(TokenBatch)}
   */
  public float loss(Attachment attachment, TokenBatch batch, long[] labels) {
    if (attachment.model() != model) {
      throw new IllegalArgumentException("the attachment is one of another model");
    }
    Tensor leaf =
        Tensor.leaf(
            Tensor.Source.INPUT, "labels", Shape.of(Transformer.B, Transformer.T), Type.INT64);
    Tensor loss = layout.isPresent() ? masked(attachment, leaf) : nextToken(attachment).loss(leaf);
    List<Tensor> read = new ArrayList<>(leaves.values());
    read.add(leaf);
    try (Value given = model.device().create("labels", labels, batch.rows(), batch.length())) {
      List<Value> all = new ArrayList<>(values);
      all.add(given);
      return attachment.number(loss, read, batch, all);
    }
  }

  /** The attachment's methods with the host's own head in the place of theirs. */
  private TaskHeadOutput nextToken(Attachment attachment) {
    Stack stack = attachment.stack();
    TaskHead head = TaskHead.languageModel(model.host());
    DeclaredGraft declared = head.declare(model.host());
    return new TaskHeadOutput(
        new Stack(stack.placed(), stack.spec(), head, declared), attachment.pass());
  }

  private Tensor masked(Attachment attachment, Tensor labels) {
    Tensor x = attachment.pass().hidden().get(model.host().layers()); // (B, T, D)
    x =
        layout
            .orElseThrow()
            .activation()
            .of(x.linear(part(Part.DENSE_WEIGHT), part(Part.DENSE_BIAS)));
    double epsilon = model.host().config().norm().epsilon();
    x = x.layerNorm(part(Part.NORM_WEIGHT), part(Part.NORM_BIAS), epsilon);
    Tensor table = attachment.stack().placed().weight(model.host().embeddings().table());
    Tensor output = leaves.containsKey(Part.OUTPUT) ? part(Part.OUTPUT) : table;
    Tensor logits = x.linear(output, part(Part.BIAS)); // (B, T, vocabulary)
    Dim all = Transformer.B.times(Transformer.T);
    return logits.reshape(all, logits.shape().dim(2)).crossEntropy(labels.reshape(all), 0);
  }

  private Tensor part(Part part) {
    return leaves.get(part).to(Type.REAL);
  }

  @Override
  public void close() {
    values.forEach(Value::close);
  }
}
