package dev.graft.harness.objective;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import dev.graft.harness.data.Passage;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Texts are predicted token by token.
 *
 * @param texts that are trained on
 * @param validation what the quality after training is taken on
 * @param test what is only judged by
 */
public record LanguageModelling(
    Passages texts, Optional<Passages> validation, Optional<Passages> test, List<String> notes)
    implements Objective {
  /** Texts are judged one by one, which takes its time. */
  private static final int MOST_HELD_OUT = 1000;

  private static final long HELD_OUT_SEED = 20190920;

  public LanguageModelling {
    notes = List.copyOf(notes);
  }

  /** Texts of which a tenth is held out where there are none to validate on. */
  public static LanguageModelling of(
      Passages texts, Optional<Passages> validation, Optional<Passages> test) {
    int held = Math.min(MOST_HELD_OUT, Math.round(texts.all().size() / 10f));
    if (validation.isPresent() || held == 0) {
      return new LanguageModelling(texts, validation, test, List.of());
    }
    List<Passage> order = new ArrayList<>(texts.all());
    Collections.shuffle(order, new Random(HELD_OUT_SEED));
    Comparator<Passage> byLine = Comparator.comparingInt(Passage::line);
    return new LanguageModelling(
        new Passages(texts.file(), order.stream().skip(held).sorted(byLine).toList()),
        Optional.of(new Passages(texts.file(), order.stream().limit(held).sorted(byLine).toList())),
        test,
        List.of("validated on %s of the texts, which are held out".formatted(held)));
  }

  /** Texts that are only judged by. */
  public static LanguageModelling judging(Passages texts) {
    return new LanguageModelling(texts, Optional.empty(), Optional.of(texts), List.of());
  }

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
  public TokenisedPassages train(Attachment attachment, Tokenizer tokenizer) {
    return tokenised(texts, attachment, tokenizer);
  }

  @Override
  public boolean hasTest() {
    return test.isPresent();
  }

  @Override
  public Overview overview(Examples train, Attachment attachment, Tokenizer tokenizer) {
    List<Overview.Part> parts = new ArrayList<>();
    parts.add(Overview.Part.of("training", train));
    validation.ifPresent(
        held -> parts.add(Overview.Part.of("validation", tokenised(held, attachment, tokenizer))));
    return new Overview(name(), notes, tokenizer.maxLength(), parts, Map.of(), List.of());
  }

  private static TokenisedPassages tokenised(
      Passages texts, Attachment attachment, Tokenizer tokenizer) {
    return new TokenisedPassages(
        texts, tokenizer, Split.readable(attachment), end(attachment.model()));
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
    requireTest();
    return perplexity(attachment, tokenizer, test.orElseThrow(), listener);
  }

  private static Quality perplexity(
      Attachment attachment, Tokenizer tokenizer, Passages texts, Consumer<Progress> listener) {
    TokenisedPassages passages = tokenised(texts, attachment, tokenizer);
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
                Perplexity.PERPLEXITY,
                Optional.empty(),
                Perplexity.estimate(surprise, tokens, Estimate.SEED))));
  }
}
