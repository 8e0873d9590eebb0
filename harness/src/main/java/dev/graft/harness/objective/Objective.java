package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.harness.measure.Measure;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead;

/** What a model learns and is judged by: examples, the head that answers, and the measure. */
public sealed interface Objective permits Labelling, LanguageModelling {
  /** What the data are called. */
  String name();

  /** A hash of the data, and of what judges. */
  String contentHash();

  /**
   * The head that answers.
   *
   * @throws GraftException if the host can't have it
   */
  TaskHead head(HostShape host);

  /** Whether a head that was made elsewhere answers as well. */
  boolean fits(TaskHead head);

  /** What counts where one number must. */
  Measure measure();

  /** Whether there is anything that training may be steered by. */
  boolean hasValidation();

  /**
   * The data, for a model to train on and to be judged by.
   *
   * @param tokenizer which stays open as long as they are used
   */
  Splits read(Attachment attachment, Tokenizer tokenizer);

  /** Whether there is anything that is only for judging. */
  boolean hasTest();

  /** Refuses data that can only be trained on. */
  default void requireTest() {
    if (!hasTest()) {
      throw GraftException.input("The task %s has no test split.", name())
          .expected("a file of examples that are not trained on")
          .remedy("name it by --test, or by test in task.yaml: a file, or 20% to hold out a part");
    }
  }

  /** Refuses an attachment whose head does not fit. */
  default void require(Attachment attachment) {
    TaskHead head = attachment.stack().head();
    if (!fits(head)) {
      throw GraftException.input("The task head is for another task than %s.", name())
          .expected(Heads.described(head(attachment.model().host())))
          .found(Heads.described(head));
    }
  }
}
