package dev.graft.transformer;

import dev.graft.host.HostConfig;
import dev.graft.host.HostShape;
import dev.graft.host.TaskHeadLayout;
import dev.graft.program.Activation;
import dev.graft.program.Dim;
import dev.graft.program.Tensor;
import dev.graft.program.Type;

/** What a task head makes of the last hidden states, recorded. B, S, T and D are the pass's. */
public final class TaskHeadOutput {
  private final Transformer pass;
  private final TaskHead head;
  private final DeclaredGraft parameters;
  private final HostConfig config;

  /** Recorded when it is asked for: a language model's loss takes other rows than its logits. */
  private Tensor logits;

  /** The output of a stack's head. */
  public TaskHeadOutput(Stack stack, Transformer pass) {
    this.pass = pass;
    this.head = stack.head();
    this.parameters = stack.headGraft();
    this.config = pass.config();
  }

  /** (B, outputs), or (B, T, vocabulary) of a language model. */
  public synchronized Tensor logits() {
    if (logits == null) {
      logits =
          head.isLanguageModel()
              ? pass.project(HostShape.LM_HEAD, pass.tokens(pass.last()))
              : outputs(read(pass.last()));
    }
    return logits;
  }

  /**
   * The mean loss over a batch.
   *
   * @param labels (B): class numbers (INT64); (B, outputs): 0 or 1 for each label, or numbers
   *     (FLOAT32); (B, T) for a language model: each token, or -100 for one that is not to be
   *     predicted
   */
  public Tensor loss(Tensor labels) {
    return switch (head.problem()) {
      case SINGLE_LABEL_CLASSIFICATION -> logits().crossEntropy(labels, 0);
      case MULTI_LABEL_CLASSIFICATION -> logits().binaryCrossEntropy(labels);
      case REGRESSION -> logits().meanSquaredError(labels);
      case NEXT_TOKEN -> nextTokenLoss(labels);
    };
  }

  private Tensor nextTokenLoss(Tensor labels) {
    Tensor predicted = pass.project(HostShape.LM_HEAD, pass.beforeTokens(pass.last()));
    Dim tokens = predicted.shape().dim(1);
    Dim all = tokens.times(Transformer.B);
    // After virtual rows the first token is predicted too.
    Tensor next = labels.slice(1, Transformer.T.minus(tokens), Transformer.T);
    return predicted.reshape(all, predicted.shape().dim(2)).crossEntropy(next.reshape(all), 0);
  }

  /** What the head reads: from (B, S, D) to (B, D). */
  private Tensor read(Tensor x) {
    return switch (head.layout().reads()) {
      case POOLER -> pooled(x);
      case OWN_POOLER -> x.select(1, 0).dropout(config.dropouts().pooler());
      case FIRST -> x.select(1, 0);
      case LAST -> x.atEachRow(pass.batch().mask().sum(1).plus(-1));
      case MEAN -> mean(x);
      case ALL -> throw new IllegalStateException("a language-model head reads each row");
    };
  }

  private Tensor pooled(Tensor x) {
    Tensor first = x.slice(1, 0, 1).dropout(config.dropouts().pooler()); // (B, 1, D)
    return config.poolerActivation().of(pass.project("pooler", first)).squeeze(1);
  }

  private Tensor mean(Tensor x) {
    Tensor mask = pass.mask();
    Tensor share = mask.to(Type.REAL).dividedBy(mask.sum(1).unsqueeze(1)); // (B, T)
    return share.unsqueeze(1).matmul(pass.tokens(x)).squeeze(1);
  }

  /** From (B, D) to (B, outputs), through the hidden layer where there is one. */
  private Tensor outputs(Tensor x) {
    Tensor y = x;
    if (head.layout().hidden().isPresent()) {
      TaskHeadLayout.Hidden hidden = head.layout().hidden().get();
      Activation activation =
          head.layout().reads() == TaskHeadLayout.Reads.OWN_POOLER
              ? config.poolerActivation()
              : hidden.activation();
      y = activation.of(linear(hidden.path(), hidden.dropsInput() ? dropped(y) : y));
    }
    return linear(head.layout().output(), dropped(y));
  }

  /** An affine map of the head; without a bias if it declares none. */
  private Tensor linear(String path, Tensor x) {
    Tensor weight = parameters.tensor(path + ".weight");
    Tensor bias = parameters.find(path + ".bias").orElse(null);
    boolean ofEachRow = weight.shape().rank() == 3; // (B, outputs, D)
    return ofEachRow ? x.unsqueeze(1).linear(weight, bias).squeeze(1) : x.linear(weight, bias);
  }

  private Tensor dropped(Tensor x) {
    return x.dropout(config.dropouts().head());
  }
}
