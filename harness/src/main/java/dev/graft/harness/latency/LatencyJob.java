package dev.graft.harness.latency;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.job.JobProcess;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.LatencyBenchmark;
import dev.graft.harness.measure.LatencyComparison;
import dev.graft.harness.measure.LatencyTimes;
import dev.graft.harness.model.AnyTokens;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.saved.Saved;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Times the forward passes of finished checkpoints on one host against the host itself with a head,
 * all in one process.
 *
 * @param model the host, as {@link ModelDirectory#of} takes it
 * @param precision in which the host is kept and computes
 * @param checkpoints the folders of the checkpoints, by method
 */
public record LatencyJob(
    String model,
    String device,
    Precision precision,
    LatencySpec spec,
    Map<String, String> checkpoints) {
  /** Fewer allow no interval that is worth anything. */
  private static final int FEWEST_ROUNDS = 10;

  private static final long SEED = 1;

  public LatencyJob {
    checkpoints = Collections.unmodifiableMap(new LinkedHashMap<>(checkpoints));
  }

  /** What the job's file holds when it is done. */
  public record Results(List<LatencyResult> sizes) {}

  /** In a process of its own. */
  public static void main(String[] args) {
    JobProcess.run(
        args,
        (job, listener) ->
            Json.read(job.task(), LatencyJob.class).run(Methods.installed(), listener));
  }

  private Results run(Methods methods, Consumer<Progress> listener) {
    listener.accept(new Progress(Progress.Phase.LOADING, 0, 1, Double.NaN));
    List<Attachment> opened = new ArrayList<>();
    try (Device place = Device.named(device);
        Model host =
            Model.load(
                ModelDirectory.of(model), place, Model.Options.DEFAULT.withPrecision(precision))) {
      try {
        Map<String, Attachment> arms = new LinkedHashMap<>();
        checkpoints.forEach(
            (method, folder) -> {
              Attachment attachment = Saved.open(host, Path.of(folder), methods, Saved.Base.SAME);
              opened.add(attachment);
              arms.put(LatencyResult.arm(method, false), attachment);
              Attachment merged = attachment.merged();
              opened.add(0, merged);
              if (merged.mergedSites() > 0) {
                arms.put(LatencyResult.arm(method, true), merged);
              }
            });
        TaskHead head = arms.values().iterator().next().stack().head();
        StackSpec nothing = new StackSpec(List.of());
        Attachment base = host.attach(Stack.of(host.host(), nothing, head), SEED);
        opened.add(base);
        List<LatencyResult> results = new ArrayList<>();
        for (LatencySpec.Size size : spec.sizes()) {
          listener.accept(
              new Progress(Progress.Phase.TIMING, results.size(), spec.sizes().size(), Double.NaN));
          results.add(time(size, base, arms));
        }
        return new Results(results);
      } finally {
        opened.forEach(Attachment::close);
      }
    }
  }

  private LatencyResult time(LatencySpec.Size size, Attachment base, Map<String, Attachment> arms) {
    TokenBatch batch = AnyTokens.batch(base.model().host(), size.rows(), size.length());
    LatencyBenchmark benchmark =
        new LatencyBenchmark(
            Duration.ofMillis(Math.round(1000 * spec.seconds())), FEWEST_ROUNDS, SEED);
    LatencyTimes times =
        benchmark.run(
            () -> base.logits(batch),
            arms.entrySet().stream()
                .map(
                    arm ->
                        new LatencyBenchmark.Arm(arm.getKey(), () -> arm.getValue().logits(batch)))
                .toList());
    return new LatencyResult(size, times, LatencyComparison.of(times, spec.margin()));
  }
}
