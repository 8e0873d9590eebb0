package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.job.Interruption;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.trial.Demand;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.Stage;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialExecutor;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.parts.Parts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An executor, whoever made it, held to what studies rely on: where it throws, or gives what is no
 * outcome of the trial, the trial has failed, and the others run. A {@link GraftException} is its
 * way of ending the study.
 */
final class CheckedExecutor {
  private final Parts.Installed<TrialExecutors> kind;
  private final TrialExecutor executor;
  private final int slots;

  private CheckedExecutor(Parts.Installed<TrialExecutors> kind, TrialExecutor executor, int slots) {
    this.kind = kind;
    this.executor = executor;
    this.slots = slots;
  }

  /**
   * Opens one of a kind.
   *
   * @throws GraftException if it can't be opened, or runs nothing
   */
  static CheckedExecutor open(
      Parts.Installed<TrialExecutors> kind,
      ExecutorOptions options,
      int trials,
      List<Demand> demands) {
    TrialExecutor executor;
    int slots;
    try {
      executor = kind.part().open(options, trials, demands);
      slots = executor.slots();
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      if (kind.isOwn()) {
        throw e;
      }
      throw GraftException.thrownByPlugin(e, "An executor can't be opened.").in(kind);
    }
    if (slots < 1) {
      throw GraftException.plugin("An executor has no slot to run a trial in.")
          .in(kind)
          .expected("1 or more")
          .found(slots)
          .remedy("the plugin's author has to mend it");
    }
    return new CheckedExecutor(kind, executor, slots);
  }

  /** How many trials run at a time. */
  int slots() {
    return slots;
  }

  /** Runs a trial, and gives what came of it whatever the executor does. */
  Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
    Outcome outcome;
    try {
      outcome = executor.run(spec, folder, listener);
    } catch (GraftException e) {
      throw e;
    } catch (Throwable e) { // an Error too, and what other languages throw undeclared
      if (Thread.currentThread().isInterrupted()) {
        throw Interruption.told().causedBy(e);
      }
      if (kind.isOwn()) {
        throw e;
      }
      return failed(
          spec, folder, GraftException.thrownByPlugin(e, "The trial's executor failed.").in(kind));
    }
    Optional<GraftException> mistake = mistake(spec, folder, outcome);
    return mistake.isPresent() ? failed(spec, folder, mistake.get().in(kind)) : outcome;
  }

  private static Optional<GraftException> mistake(
      TrialSpec spec, StudyFolder folder, Outcome outcome) {
    if (outcome == null) {
      return Optional.of(
          GraftException.plugin("The trial's executor returned without an outcome.")
              .expected("a result, or a failure with its reason"));
    }
    if (!outcome.spec().equals(spec)) {
      return Optional.of(
          GraftException.plugin("The trial's executor returned the outcome of another trial.")
              .expected(described(spec))
              .found(described(outcome.spec())));
    }
    if (!(outcome instanceof TrialResult result)) {
      return Optional.empty();
    }
    if (!result.hasCheckpoint(folder)) {
      return Optional.of(
          GraftException.plugin("The trial's executor returned a result without its checkpoint.")
              .expected("the folder %s", folder.path().resolve(result.checkpoint()))
              .found("nothing there"));
    }
    if (spec.stage() == Stage.TUNING && result.test().isPresent()) {
      return Optional.of(
          GraftException.plugin("The trial's executor returned answers to the test split.")
              .expected("none of a trial that settings are chosen by"));
    }
    return Optional.empty();
  }

  private static String described(TrialSpec spec) {
    return "%s, seed %s, %s%s"
        .formatted(
            spec.arm().method(),
            spec.seed(),
            spec.stage().toString().toLowerCase(Locale.ROOT),
            spec.until().map(step -> " until step " + step).orElse(""));
  }

  /** The failure of a trial; where in the executor it came about is in its log. */
  private static TrialFailure failed(TrialSpec spec, StudyFolder folder, GraftException reason) {
    Path log = new JobFolder(folder.trial(spec)).log();
    StringWriter trace = new StringWriter();
    reason.printStackTrace(new PrintWriter(trace, true));
    OutputFolder.create(log.getParent());
    try {
      Files.writeString(
          log, trace.toString(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw Folders.unwritable(log, e);
    }
    return new TrialFailure(spec, reason.getMessage(), folder.relative(log));
  }

  /**
   * Tells the executor that an outcome is stored.
   *
   * @return what went wrong in it, which costs nothing that is stored
   */
  Optional<GraftException> stored(TrialSpec spec, StudyFolder folder) {
    try {
      executor.stored(spec, folder);
      return Optional.empty();
    } catch (GraftException e) {
      return Optional.of(e);
    } catch (Throwable e) {
      if (kind.isOwn()) {
        throw e;
      }
      return Optional.of(
          GraftException.thrownByPlugin(e, "The executor of a stored trial failed.").in(kind));
    }
  }
}
