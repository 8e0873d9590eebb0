package dev.graft.harness.objective;

import dev.graft.files.Sha256;
import dev.graft.harness.data.Passage;
import dev.graft.harness.data.Passages;
import dev.graft.harness.measure.Perplexity;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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
    return Sha256.of(
        Stream.of(Optional.of(texts), validation, test)
            .map(split -> split.map(Passages::contentHash).orElse("none"))
            .collect(Collectors.joining("\n")));
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
  public Perplexity measure() {
    return Perplexity.PERPLEXITY;
  }

  @Override
  public boolean hasValidation() {
    return validation.isPresent();
  }

  @Override
  public boolean hasTest() {
    return test.isPresent();
  }

  @Override
  public Splits read(Attachment attachment, Tokenizer tokenizer) {
    return new PassageSplits(this, attachment, tokenizer);
  }
}
