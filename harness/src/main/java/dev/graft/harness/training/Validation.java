package dev.graft.harness.training;

import dev.graft.harness.job.Progress;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Overview;
import dev.graft.harness.objective.Quality;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Judges by what training may be steered by, where the objective has such.
 *
 * @param reader is told what there is before it is trained on
 */
public record Validation(
    Objective objective, Consumer<Progress> listener, Consumer<Overview> reader)
    implements Judge<Optional<Quality>> {
  @Override
  public void prepare(Overview overview, Attachment attachment, Tokenizer tokenizer) {
    reader.accept(overview);
  }

  @Override
  public Optional<Quality> judge(Attachment trained, Tokenizer tokenizer) {
    return objective.validate(trained, tokenizer, listener);
  }

  @Override
  public Map<String, Double> scores(Optional<Quality> judgement) {
    Map<String, Double> scores = new LinkedHashMap<>();
    judgement.ifPresent(
        quality ->
            quality
                .scores()
                .forEach(score -> scores.put(score.metric().label(), score.estimate().value())));
    return scores;
  }
}
