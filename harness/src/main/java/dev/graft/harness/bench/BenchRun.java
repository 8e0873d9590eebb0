package dev.graft.harness.bench;

import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.Machine;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The processes of {@code graft bench}, one after the other. */
public final class BenchRun {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private BenchRun() {}

  /**
   * What was found.
   *
   * @param failure why the last process has nothing, if it has not
   */
  public record Found(List<BenchJob.Results> processes, Optional<String> failure) {
    public Found {
      processes = List.copyOf(processes);
    }
  }

  /**
   * Runs them.
   *
   * @param folder that they work in
   */
  public static Found of(BenchSpec spec, JobFolder folder, Consumer<Progress> listener) {
    PeerSide.require(spec.peer(), spec.ways());
    Machine machine = Machine.now();
    ChildJvm child = new ChildJvm(BenchJob.class, machine, Optional.empty());
    List<BenchJob.Results> done = new ArrayList<>();
    for (int number = 1; number <= spec.processes(); number++) {
      folder.prepare(
          new BenchJob(spec, number, machine.settings(System.getenv()).keySet()), PATIENCE);
      Ending ending = child.run(folder, listener);
      if (!ending.isDone()) {
        return new Found(done, Optional.of(ending.reason(folder)));
      }
      done.add(Json.read(folder.result(), BenchJob.Results.class));
    }
    return new Found(done, Optional.empty());
  }
}
