package dev.graft.prefix;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Prompt tuning: Lester et al. 2021, arXiv 2104.08691, section 2; the prefix embedding of the LoRA
 * paper. Trained rows stand in front of the token embeddings.
 */
public final class PromptTuningMethod implements PeftMethod {
  /** The tensor that holds the rows. */
  static final String EMBEDDING = "prompt.embedding";

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("prompt-tuning", "embeddings in front of the text (Lester et al. 2021)")
        .withSettings(PromptTuningSettings.SPEC)
        .withLearningRate(1.5e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int tokens = settings.get(PromptTuningSettings.VIRTUAL_TOKENS);
    List<Integer> text = settings.get(PromptTuningSettings.TOKENS);
    Tensor rows =
        graft.parameter(
            EMBEDDING,
            Shape.of(tokens, host.width()),
            text.isEmpty() ? Initializer.normal(1) : ofText(host, text, tokens));
    graft.at(host.embeddings(), new Prompt(rows));
  }

  /** Section 3.2: prompts that begin as the embeddings of words. */
  private static Initializer ofText(Host host, List<Integer> text, int tokens) {
    Tensor table = host.embeddings().table();
    long[] ids = Texts.repeated(text, tokens, host).stream().mapToLong(Long::longValue).toArray();
    return Initializer.computed(table.rows(table.numbers(ids)));
  }

  /**
   * Puts rows in front of every sequence.
   *
   * @param rows P, (p, D): p virtual tokens, D the host's width
   */
  private record Prompt(Tensor rows) implements EmbeddingIntervention {
    /** Section 2: {@code [P; X]}, (B, p + T, D), in the place of the embedded input X. */
    @Override
    public Optional<Tensor> front(Batch batch) {
      return Optional.of(rows.unsqueeze(0));
    }
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(PeftPrompt.PROMPT);
  }
}
