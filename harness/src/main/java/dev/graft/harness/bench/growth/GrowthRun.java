package dev.graft.harness.bench.growth;

import dev.graft.harness.bench.Figure;
import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.program.Precision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A process for each axis, one after the other. */
public final class GrowthRun {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private GrowthRun() {}

  /**
   * What was found.
   *
   * @param failure why the last process has nothing, if it has not
   */
  public record Found(List<Growth> axes, Optional<String> failure) {
    public Found {
      axes = List.copyOf(axes);
    }
  }

  /**
   * Runs them.
   *
   * @param model the folder of a host with so many layers
   * @param device as {@link dev.graft.program.Device#named} takes it
   * @param seconds for the rounds of an axis
   * @param folder that the processes work in
   */
  public static Found of(
      GrowthPlan plan,
      Function<Integer, String> model,
      String device,
      Precision precision,
      double seconds,
      JobFolder folder,
      Consumer<Progress> listener) {
    ChildJvm child = new ChildJvm(GrowthJob.class, Machine.now(), Optional.empty());
    List<Growth> done = new ArrayList<>();
    for (Axis axis : plan.axes().keySet()) {
      List<Figure> figures = plan.figures(axis, model);
      folder.prepare(new GrowthJob(figures, device, precision, seconds), PATIENCE);
      Ending ending = child.run(folder, listener);
      if (!ending.isDone()) {
        return new Found(done, Optional.of(ending.reason(folder)));
      }
      GrowthJob.Results found = Json.read(folder.result(), GrowthJob.Results.class);
      done.add(Growth.of(axis, plan.axes().get(axis), figures, device, precision, found));
    }
    return new Found(done, Optional.empty());
  }
}
