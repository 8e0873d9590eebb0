package dev.graft.harness.training;

import dev.graft.harness.objective.Splits;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.Map;

/**
 * Looks at what was trained before it is saved.
 *
 * @param <S> what it looks by
 * @param <J> what it finds
 */
public interface Judge<S extends Splits, J> {
  /**
   * Reads what is trained on and what it will judge by, so that what is wrong with that is known
   * before any training.
   */
  S read(Attachment attachment, Tokenizer tokenizer);

  J judge(Attachment trained, S splits);

  /** What of it goes into the provenance, by names that tell the split apart. */
  Map<String, Double> scores(J judgement);
}
