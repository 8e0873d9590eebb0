package dev.graft.harness.study.forecast;

import dev.graft.files.TemporaryFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.Splits;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.training.Judge;
import dev.graft.harness.training.Start;
import dev.graft.harness.training.Trail;
import dev.graft.harness.training.TrainingRun;
import dev.graft.harness.trial.Arm;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.program.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Times a few training steps of an arm on its real model and task. */
public final class StepTimer {
  private static final long SEED = 1;

  private final Methods methods;
  private final int steps;

  /**
   * A timer.
   *
   * @param steps that are timed, after one in which programs are compiled
   */
  public StepTimer(Methods methods, int steps) {
    this.methods = methods;
    this.steps = steps;
  }

  /** The seconds of a step: the median of those that were run. */
  public double seconds(Arm arm) {
    try (TemporaryFolder folder = TemporaryFolder.make("measure")) {
      return median(ends(arm, folder.path().resolve("measured")));
    }
  }

  /** When each step ended. */
  private List<Long> ends(Arm arm, Path folder) {
    List<Long> ends = new ArrayList<>();
    Labelling objective = new Labelling(TaskFinder.open(arm.task()));
    try (Device device = Device.named(arm.device());
        PhaseMeter meter = new PhaseMeter(device, arm.precision())) {
      new TrainingRun(
              arm.model(),
              objective,
              new Start.Fresh(StackSpec.parse(arm.method(), methods)),
              arm.recipe().withSteps(steps + 1),
              arm.precision(),
              SEED,
              folder,
              Optional.empty(),
              Optional.empty(),
              Trail.NONE)
          .on(
              device,
              meter,
              methods,
              new NoJudge(objective),
              progress -> {
                if (progress.phase() == Progress.Phase.TRAINING) {
                  ends.add(System.nanoTime());
                }
              });
    }
    return ends;
  }

  private static double median(List<Long> ends) {
    List<Double> times = new ArrayList<>();
    for (int i = 1; i < ends.size(); i++) {
      times.add((ends.get(i) - ends.get(i - 1)) / 1e9);
    }
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  /** Nothing is asked of weights that are thrown away. */
  private record NoJudge(Labelling objective) implements Judge<Splits, Boolean> {
    @Override
    public Splits read(Attachment attachment, Tokenizer tokenizer) {
      return objective.read(attachment, tokenizer);
    }

    @Override
    public Boolean judge(Attachment trained, Splits splits) {
      return true;
    }

    @Override
    public Map<String, Double> scores(Boolean judgement) {
      return Map.of();
    }
  }
}
