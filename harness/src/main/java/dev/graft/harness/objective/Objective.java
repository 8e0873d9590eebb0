package dev.graft.harness.objective;

import dev.graft.GraftException;
import dev.graft.harness.job.Progress;
import dev.graft.host.HostShape;
import dev.graft.host.Tokenizer;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead;
import java.util.Optional;
import java.util.function.Consumer;

/** What a model learns and is judged by: examples, the head that answers, and the measure. */
public sealed interface Objective permits Labelling, LanguageModelling {
  /** What the data are called. */
  String name();

  /** A hash of the data. */
  String contentHash();

  /**
   * The head that answers.
   *
   * @throws GraftException if the host can't have it
   */
  TaskHead head(HostShape host);

  /** Whether a head that was made elsewhere answers as well. */
  boolean fits(TaskHead head);

  /** What is trained on. */
  Examples train(Attachment attachment, Tokenizer tokenizer);

  /** The quality on what training may be steered by, if there is such. */
  Optional<Quality> validate(
      Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener);

  /**
   * What there is to train on and to judge by, as the model reads it.
   *
   * @param train as {@link #train} gave it
   * @throws GraftException if there is something that the model can't read
   */
  Overview overview(Examples train, Attachment attachment, Tokenizer tokenizer);

  /** Whether there is anything that is only for judging. */
  boolean hasTest();

  /** Refuses data that can only be trained on. */
  default void requireTest() {
    if (!hasTest()) {
      throw GraftException.input("The task %s has no test split.", name())
          .expected("a file of examples that are not trained on")
          .remedy("name it: --test, or test in task.yaml");
    }
  }

  /** The quality on what is only for judging. */
  Quality test(Attachment attachment, Tokenizer tokenizer, Consumer<Progress> listener);

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
