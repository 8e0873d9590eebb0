package dev.graft.harness.training;

import dev.graft.harness.job.Progress;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Overview;
import dev.graft.harness.objective.Quality;
import dev.graft.harness.objective.Splits;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Judges by what training may be steered by, and then, this once, by what is only for judging, as
 * far as the objective has such.
 *
 * @param reader is told what there is before it is trained on
 */
public record QualityJudge(
    Objective objective, Consumer<Progress> listener, Consumer<Overview> reader)
    implements Judge<Splits, QualityJudge.Qualities> {
  /** What was found on either split. */
  public record Qualities(Optional<Quality> validation, Optional<Quality> test) {}

  @Override
  public Splits read(Attachment attachment, Tokenizer tokenizer) {
    Splits splits = objective.read(attachment, tokenizer);
    reader.accept(splits.overview());
    return splits;
  }

  @Override
  public Qualities judge(Attachment trained, Splits splits) {
    return new Qualities(
        splits.validate(trained, listener),
        objective.hasTest() ? Optional.of(splits.test(trained, listener)) : Optional.empty());
  }

  @Override
  public Map<String, Double> scores(Qualities found) {
    Map<String, Double> scores = new LinkedHashMap<>();
    found.validation().ifPresent(quality -> put(quality, "validation", scores));
    found.test().ifPresent(quality -> put(quality, "test", scores));
    return scores;
  }

  private static void put(Quality quality, String split, Map<String, Double> into) {
    for (Quality.Score score : quality.scores()) {
      String name = score.split().map(part -> split + "-" + part).orElse(split);
      into.put(name + "-" + score.metric().label(), score.estimate().value());
    }
  }
}
