package dev.graft.harness.training;

import dev.graft.harness.measure.Measure;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import java.util.Map;

/**
 * Looks at what was trained before it is saved.
 *
 * @param <J> what it finds
 */
public interface Judge<J> {
  J judge(Attachment trained, Tokenizer tokenizer);

  /** What of it goes into the provenance. */
  Map<Measure, Double> scores(J judgement);
}
