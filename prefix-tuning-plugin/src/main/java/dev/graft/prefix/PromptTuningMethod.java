package dev.graft.prefix;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Trait;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Prompt tuning: Lester et al. 2021, arXiv 2104.08691, section 2; the prefix embedding of the LoRA
 * paper. Trained rows stand in front of the token embeddings.
 */
public final class PromptTuningMethod implements PeftMethod, ForeignFormat {
  /** The tensor that holds the rows. */
  static final String EMBEDDING = "prompt.embedding";

  @Override
  public String name() {
    return "prompt-tuning";
  }

  @Override
  public String summary() {
    return "embeddings in front of the text (Lester et al. 2021)";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return PromptTuningSettings.SPEC;
  }

  @Override
  public Set<Trait> traits() {
    return Set.of();
  }

  @Override
  public double learningRate() {
    return 3e-2;
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

  // PEFT's files

  @Override
  public Library library() {
    return Library.PEFT;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return PeftPrompt.PROMPT.equals(configuration.get("peft_type"));
  }

  @Override
  public Own read(Adapter adapter, Host host) {
    return PeftPrompt.read(adapter, EMBEDDING);
  }

  @Override
  public Adapter write(Own own, Host host, boolean languageModel) {
    return PeftPrompt.ofPrompt(own, host, languageModel);
  }
}
