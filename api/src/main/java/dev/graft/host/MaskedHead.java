package dev.graft.host;

import dev.graft.files.JsonFile;
import dev.graft.program.Activation;
import java.util.List;
import java.util.Optional;

/**
 * The head by which encoders predicted masked tokens in their pretraining, as data: a hidden layer
 * as wide as the stream, an activation, a norm, and an output for each token. All of it stands
 * beside the host, so that no name has the host's prefix.
 *
 * @param dense what checkpoints call the hidden layer
 * @param norm what they call the norm behind it
 * @param output what they call the layer that gives the outputs; its weight is the token table's
 *     unless a checkpoint has another. Empty where it never has one
 * @param biases what they call the outputs' bias, the one that counts first
 */
public record MaskedHead(
    String dense,
    Activation activation,
    String norm,
    Optional<String> output,
    List<String> biases) {
  private static final String ELECTRA_OUTPUT = "generator_lm_head";
  private static final String DISTILBERT_OUTPUT = "vocab_projector";

  public MaskedHead {
    biases = List.copyOf(biases);
  }

  /**
   * {@return the head of the class of transformers for masked tokens; none of decoders}
   *
   * @param config of a known {@code model_type}
   */
  public static Optional<MaskedHead> of(JsonFile config) {
    Architecture architecture = Architecture.of(config);
    Activation activation = architecture.config(config).mlp().activation();
    return switch (architecture) {
      case BERT -> Optional.of(bert(activation));
      case DEBERTA_V2 ->
          Optional.of(config.booleanOr("legacy", true) ? bert(activation) : deberta(activation));
      case ROBERTA ->
          Optional.of(
              new MaskedHead(
                  "lm_head.dense",
                  Activation.GELU,
                  "lm_head.layer_norm",
                  Optional.of("lm_head.decoder"),
                  List.of("lm_head.decoder.bias", "lm_head.bias")));
      case ELECTRA ->
          Optional.of(
              new MaskedHead(
                  "generator_predictions.dense",
                  Activation.GELU,
                  "generator_predictions.LayerNorm",
                  Optional.of(ELECTRA_OUTPUT),
                  List.of(ELECTRA_OUTPUT + ".bias")));
      case DISTILBERT ->
          Optional.of(
              new MaskedHead(
                  "vocab_transform",
                  activation,
                  "vocab_layer_norm",
                  Optional.of(DISTILBERT_OUTPUT),
                  List.of(DISTILBERT_OUTPUT + ".bias")));
      case GPT2, LLAMA, MISTRAL, QWEN2 -> Optional.empty();
    };
  }

  private static MaskedHead bert(Activation activation) {
    String head = "cls.predictions.";
    return new MaskedHead(
        head + "transform.dense",
        activation,
        head + "transform.LayerNorm",
        Optional.of(head + "decoder"),
        List.of(head + "decoder.bias", head + "bias"));
  }

  private static MaskedHead deberta(Activation activation) {
    String head = "lm_predictions.lm_head.";
    return new MaskedHead(
        head + "dense", activation, head + "LayerNorm", Optional.empty(), List.of(head + "bias"));
  }
}
