package dev.graft.harness.objective;

import dev.graft.harness.job.Progress;
import dev.graft.model.Attachment;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/** The data of an objective as one model reads them: each text is tokenised once. */
public interface Splits {
  /** What is trained on. */
  Examples train();

  /**
   * What there is to train on and to judge by.
   *
   * @throws dev.graft.GraftException if there is something that the model can't read
   */
  Overview overview();

  /**
   * The objective's {@linkplain Objective#measure() measure} on what training may be steered by, if
   * there is such.
   */
  OptionalDouble score(Attachment trained, Consumer<Progress> listener);

  /** The quality on what training may be steered by, if there is such. */
  Optional<Quality> validate(Attachment trained, Consumer<Progress> listener);

  /**
   * The quality on what is only for judging.
   *
   * @throws dev.graft.GraftException if there is no such
   */
  Quality test(Attachment trained, Consumer<Progress> listener);
}
