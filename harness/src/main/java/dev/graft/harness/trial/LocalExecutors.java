package dev.graft.harness.trial;

import dev.graft.harness.job.Machine;
import dev.graft.harness.measure.FreeMemory;
import dev.graft.program.Device;
import java.util.List;

/** Runs trials on this machine: one a GPU, or by cores and memory. */
public final class LocalExecutors implements TrialExecutors {
  public static final String NAME = "local";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public TrialExecutor open(ExecutorOptions options, int trials, List<Demand> demands) {
    boolean onCpu = demands.stream().allMatch(demand -> demand.device().equals("cpu"));
    Places places =
        new Places(
            onCpu ? 0 : Device.gpus(),
            Runtime.getRuntime().availableProcessors(),
            FreeMemory.now());
    return LocalProcesses.on(
        places.slots(options.parallel(), trials, demands),
        Machine.now().sharedBy(places.sharers(options.parallel(), demands)),
        options.timeout());
  }
}
