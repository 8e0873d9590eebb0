package dev.graft.harness.objective;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.graft.harness.data.Passages;
import dev.graft.harness.job.Progress;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Texts that are predicted token by token, tokenised when they are first asked for. */
final class PassageSplits implements Splits {
  private static final String TRAINING = "training";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  private final LanguageModelling objective;
  private final Attachment attachment;
  private final Tokenizer tokenizer;
  private final Map<String, TokenisedPassages> read = new HashMap<>();

  PassageSplits(LanguageModelling objective, Attachment attachment, Tokenizer tokenizer) {
    this.objective = objective;
    this.attachment = attachment;
    this.tokenizer = tokenizer;
  }

  private TokenisedPassages tokenised(String split, Passages texts) {
    return read.computeIfAbsent(
        split,
        unread ->
            new TokenisedPassages(
                texts, tokenizer, Split.readable(attachment), end(attachment.model())));
  }

  private Optional<TokenisedPassages> validation() {
    return objective.validation().map(texts -> tokenised(VALIDATION, texts));
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
  public TokenisedPassages train() {
    return tokenised(TRAINING, objective.texts());
  }

  @Override
  public Overview overview() {
    List<Overview.Part> parts = new ArrayList<>();
    parts.add(Overview.Part.of(TRAINING, train()));
    validation().ifPresent(held -> parts.add(Overview.Part.of(VALIDATION, held)));
    return new Overview(
        objective.name(), objective.notes(), tokenizer.maxLength(), parts, Map.of(), List.of());
  }

  @Override
  public OptionalDouble score(Attachment trained, Consumer<Progress> listener) {
    return validation().stream()
        .mapToDouble(texts -> Surprise.of(trained, texts, listener).perplexity())
        .findFirst();
  }

  @Override
  public Optional<Quality> validate(Attachment trained, Consumer<Progress> listener) {
    return validation()
        .map(texts -> quality(trained, texts, objective.validation().get(), listener));
  }

  @Override
  public Quality test(Attachment trained, Consumer<Progress> listener) {
    objective.requireTest();
    Passages texts = objective.test().orElseThrow();
    return quality(trained, tokenised(TEST, texts), texts, listener);
  }

  private Quality quality(
      Attachment trained, TokenisedPassages read, Passages texts, Consumer<Progress> listener) {
    Surprise surprise = Surprise.of(trained, read, listener);
    return new Quality(
        String.format(
            Locale.ROOT,
            "%,d tokens of %d texts of %s",
            surprise.tokens(),
            read.size(),
            texts.file().getFileName()),
        List.of(new Quality.Score(objective.measure(), Optional.empty(), surprise.estimate())));
  }
}
