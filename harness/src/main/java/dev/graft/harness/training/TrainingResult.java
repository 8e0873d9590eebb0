package dev.graft.harness.training;

import dev.graft.model.HeadOrigin;
import java.util.List;

/**
 * What came of a training.
 *
 * @param stack that was trained, without settings that have their defaults
 * @param freshHead the head's tensors that neither the model nor a saved stack gave, and why
 * @param judgement what was found of it before it was saved
 * @param provenance as it was saved
 * @param <J> the type of the judgement
 */
public record TrainingResult<J>(
    String stack,
    Counts counts,
    List<HeadOrigin> freshHead,
    TrainingSteps steps,
    J judgement,
    Provenance provenance) {
  public TrainingResult {
    freshHead = List.copyOf(freshHead);
  }
}
