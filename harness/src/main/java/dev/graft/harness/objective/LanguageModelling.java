package dev.graft.harness.objective;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.graft.harness.data.Passages;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Perplexity;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Texts are predicted token by token.
 *
 * @param validation what the quality after training is taken on
 */
public record LanguageModelling(Passages texts, Optional<Passages> validation)
    implements Objective {
  @Override
  public String name() {
    Path file = texts.file().getFileName();
    return file == null ? texts.file().toString() : file.toString();
  }

  @Override
  public String contentHash() {
    return texts.contentHash();
  }

  @Override
  public TaskHead head(HostShape host) {
    return TaskHead.languageModel(host);
  }

  @Override
  public boolean fits(TaskHead head) {
    return head.isLanguageModel();
  }

  @Override
  public TokenisedPassages train(Model model, Tokenizer tokenizer) {
    return tokenised(texts, model, tokenizer);
  }

  private static TokenisedPassages tokenised(Passages texts, Model model, Tokenizer tokenizer) {
    return new TokenisedPassages(texts, tokenizer, end(model));
  }

  /** The token that the configuration says a text ends with, the first if there are several. */
  private static OptionalInt end(Model model) {
    JsonElement end = model.directory().config().json().get("eos_token_id");
    if (end instanceof JsonArray several) {
      return several.isEmpty() ? OptionalInt.empty() : OptionalInt.of(several.get(0).getAsInt());
    }
    return end == null || end.isJsonNull() ? OptionalInt.empty() : OptionalInt.of(end.getAsInt());
  }

  @Override
  public Optional<Quality> validate(
      Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener) {
    return validation.map(held -> perplexity(attachment, tokenizer, held, listener));
  }

  @Override
  public Quality test(Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener) {
    return perplexity(attachment, tokenizer, texts, listener);
  }

  private static Quality perplexity(
      Attachment attachment, Tokenizer tokenizer, Passages texts, Consumer<Progress> listener) {
    TokenisedPassages passages = tokenised(texts, attachment.model(), tokenizer);
    int[] tokens = new int[passages.size()];
    double[] surprise = new double[passages.size()];
    long all = 0;
    for (int i = 0; i < tokens.length; i++) {
      int[] alone = {i};
      tokens[i] = passages.predicted(i);
      all += tokens[i];
      surprise[i] =
          tokens[i] * (double) attachment.loss(passages.batch(alone, 0), passages.targets(alone));
      listener.accept(new Progress(Progress.Phase.EVALUATING, i + 1, tokens.length, Double.NaN));
    }
    return new Quality(
        String.format(
            Locale.ROOT,
            "%,d tokens of %d texts of %s",
            all,
            tokens.length,
            texts.file().getFileName()),
        List.of(
            new Quality.Score(
                Perplexity.PERPLEXITY, Perplexity.estimate(surprise, tokens, Estimate.SEED))));
  }
}
