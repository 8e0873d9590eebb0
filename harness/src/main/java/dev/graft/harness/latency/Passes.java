package dev.graft.harness.latency;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.graft.harness.measure.gpu.DeviceCost;
import dev.graft.harness.measure.gpu.DeviceMeter;
import dev.graft.harness.measure.gpu.Nvml;
import dev.graft.harness.measure.latency.LatencyBenchmark;
import dev.graft.harness.measure.latency.LatencyTimes;
import dev.graft.harness.model.AnyTokens;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.program.Device;
import java.util.LinkedHashMap;
import java.util.Map;

/** Forward passes over one batch, timed by their caller and on the device. */
final class Passes {
  private final Copies copies;
  private final TokenBatch batch;
  private final LatencySpec.Size size;

  Passes(Copies copies, LatencySpec.Size size) {
    this.copies = copies;
    this.size = size;
    this.batch = AnyTokens.batch(copies.base().model().host(), size.rows(), size.length());
  }

  /** From the tokens in Java's memory to the logits there. */
  LatencyTimes timed(LatencyBenchmark benchmark) {
    return benchmark.run(
        () -> copies.base().logits(batch),
        () -> copies.twin().logits(batch),
        copies.arms().entrySet().stream()
            .map(arm -> new LatencyBenchmark.Arm(arm.getKey(), () -> arm.getValue().logits(batch)))
            .toList());
  }

  /**
   * What the passes cost the device, tokens and logits in its memory.
   *
   * @param withEnergy whether energy is measured, which takes a second an arm
   */
  ProcessTimes with(LatencyTimes times, boolean withEnergy) {
    Device device = copies.base().model().device();
    Map<String, DeviceCost> costs = new LinkedHashMap<>();
    if (device.isGpu()) {
      DeviceMeter meter = new DeviceMeter(Nvml.index(device), withEnergy);
      costs.put(ProcessTimes.BASE, cost(copies.base(), device, meter));
      copies.arms().forEach((name, arm) -> costs.put(name, cost(arm, device, meter)));
    }
    return new ProcessTimes(size, times, costs);
  }

  private DeviceCost cost(Attachment arm, Device device, DeviceMeter meter) {
    ai.djl.Device place = ai.djl.Device.gpu(Nvml.index(device));
    try (NDManager manager = NDManager.newBaseManager(place, "PyTorch")) {
      NDList there = batch.onto(manager);
      return meter.of(() -> arm.logits(there).close());
    }
  }
}
