package dev.graft.harness.training;

import dev.graft.harness.objective.Overview;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.Map;

/**
 * Looks at what was trained before it is saved.
 *
 * @param <J> what it finds
 */
public interface Judge<J> {
  /**
   * Reads what it will judge by, so that what is wrong with that is known before any training.
   *
   * @param overview of all data
   */
  default void prepare(Overview overview, Attachment attachment, Tokenizer tokenizer) {}

  J judge(Attachment trained, Tokenizer tokenizer);

  /** What of it goes into the provenance, by names that tell the split apart. */
  Map<String, Double> scores(J judgement);
}
