package dev.graft.host;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.program.Activation;
import dev.graft.program.Shape;
import java.util.Optional;

/**
 * How a task head is built, as data: which of the last hidden states it reads, the hidden layer
 * that some have, and the outputs. Parameters have their Hugging Face names.
 */
@SuppressWarnings("ImmutableEnumChecker") // A hidden layer is a record of constants.
public enum TaskHeadLayout {
  /** BERT: the host's pooler behind the first token, activation, dropout, linear. */
  POOLED(Reads.POOLER, "classifier"),
  /** BERT whose checkpoint has no pooler: the same with one that belongs to the head. */
  OWN_POOLER_OF_BERT(
      Reads.OWN_POOLER, new Hidden("bert.pooler.dense", Activation.TANH, false), "classifier"),
  /** DeBERTa whose checkpoint has none, as published ones. */
  OWN_POOLER_OF_DEBERTA(
      Reads.OWN_POOLER, new Hidden("pooler.dense", Activation.GELU, false), "classifier"),
  /** RoBERTa: the first token, dropout, linear, tanh, dropout, linear; all of it trained. */
  FIRST_TOKEN_TANH(
      Reads.FIRST, new Hidden("classifier.dense", Activation.TANH, true), "classifier.out_proj"),
  /** ELECTRA: the same with gelu. */
  FIRST_TOKEN_GELU(
      Reads.FIRST, new Hidden("classifier.dense", Activation.GELU, true), "classifier.out_proj"),
  /** DistilBERT: the first token, linear, relu, dropout, linear; all of it trained. */
  FIRST_TOKEN_RELU(Reads.FIRST, new Hidden("pre_classifier", Activation.RELU, false), "classifier"),
  /** Decoders: the last real token, linear without a bias. */
  LAST_TOKEN(Reads.LAST, "score"),
  /** For hosts without a pooler: the mean over real tokens, dropout, linear. */
  MEAN(Reads.MEAN, "classifier"),
  /** The next token, by the host's own language-model head: nothing of it is trained. */
  LANGUAGE_MODEL(Reads.ALL, HostShape.LM_HEAD);

  /** Which of the last hidden states, (B, S, D), a head reads. */
  public enum Reads {
    /** What the host's pooler makes of row 0. */
    POOLER,
    /** Row 0, as a pooler does that the host does not have. */
    OWN_POOLER,
    /** Row 0. */
    FIRST,
    /** The last real token. */
    LAST,
    /** The mean over real tokens. */
    MEAN,
    /** Every row that a token follows. */
    ALL
  }

  /**
   * A hidden layer, as wide as the stream.
   *
   * @param path of its parameters
   * @param activation behind it
   * @param dropsInput whether there is dropout before it, too
   */
  public record Hidden(String path, Activation activation, boolean dropsInput) {}

  private final Reads reads;
  private final Optional<Hidden> hidden;
  private final String output;

  TaskHeadLayout(Reads reads, String output) {
    this(reads, Optional.empty(), output);
  }

  TaskHeadLayout(Reads reads, Hidden hidden, String output) {
    this(reads, Optional.of(hidden), output);
  }

  TaskHeadLayout(Reads reads, Optional<Hidden> hidden, String output) {
    this.reads = reads;
    this.hidden = hidden;
    this.output = output;
  }

  /** {@return which hidden states it reads} */
  public Reads reads() {
    return reads;
  }

  /** {@return the hidden layer, where it has one} */
  public Optional<Hidden> hidden() {
    return hidden;
  }

  /** {@return the path of the layer that gives the outputs} */
  public String output() {
    return output;
  }

  /** Declares the parameters that it trains, with so many outputs. */
  public void declare(Graft graft, HostConfig config, int outputs) {
    hidden.ifPresent(layer -> linear(graft, layer.path(), config, config.width()));
    switch (reads) {
      case ALL -> {}
      case LAST -> weight(graft, output, config, outputs);
      case POOLER, OWN_POOLER, FIRST, MEAN -> linear(graft, output, config, outputs);
    }
  }

  private static void linear(Graft graft, String path, HostConfig config, long out) {
    weight(graft, path, config, out);
    graft.parameter(path + ".bias", Shape.of(out), Initializer.zeros());
  }

  private static void weight(Graft graft, String path, HostConfig config, long out) {
    graft.parameter(
        path + ".weight",
        Shape.of(out, config.width()),
        Initializer.normal(config.initializerRange()));
  }
}
