package dev.graft.harness.study;

import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.report.comparison.Studies;
import dev.graft.harness.trial.Demand;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.Trial;
import dev.graft.harness.trial.TrialExecutor;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.methods.Methods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/** Somebody's executor that keeps little of what it should; the seed of a trial says which. */
public final class CarelessExecutors implements TrialExecutors {
  static final String NAME = "careless";
  static final long THROWS = 1;
  static final long LACKS_A_CLASS = 2;
  static final long GIVES_NOTHING = 3;
  static final long GIVES_ANOTHER = 4;
  static final long LOSES_THE_CHECKPOINT = 5;
  static final long READS_THE_TEST_SPLIT = 6;
  static final long RUNS = 7;
  static final int NO_SLOT = 8;
  static final int NO_START = 9;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public TrialExecutor open(ExecutorOptions options, int trials, List<Demand> demands) {
    int parallel = options.parallel().orElse(1);
    if (parallel == NO_START) {
      throw new IllegalStateException("no cluster");
    }
    return new Careless(parallel == NO_SLOT ? 0 : parallel);
  }

  private record Careless(int slots) implements TrialExecutor {
    @Override
    public Outcome run(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
      if (spec.seed() == THROWS) {
        throw new IllegalStateException("the queue is gone");
      }
      if (spec.seed() == LACKS_A_CLASS) {
        throw new NoClassDefFoundError("org/example/Queue");
      }
      if (spec.seed() == GIVES_NOTHING) {
        return null;
      }
      if (spec.seed() == GIVES_ANOTHER) {
        return Studies.trial(TrialSpec.reported(spec.arm(), 0), 1, 1);
      }
      if (spec.seed() == RUNS) {
        OutputFolder.create(folder.trial(spec));
        return new Trial(spec, folder, listener).run(Methods.installed());
      }
      Outcome made = Studies.trial(spec, 1, 1);
      if (spec.seed() == READS_THE_TEST_SPLIT) {
        try {
          Files.createDirectories(folder.path().resolve("trials/" + spec.arm().method()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return made;
    }

    @Override
    public void stored(TrialSpec spec, StudyFolder folder) {
      throw new IllegalStateException("nothing to let go");
    }
  }
}
