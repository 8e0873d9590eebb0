package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.conformance.TinyHosts;
import dev.graft.methods.StackSpec;
import dev.graft.program.Device;
import dev.graft.program.Device.Capture;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.tasks.Tasks;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.MixedRows;
import dev.graft.testing.TinyHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Models whose programs are captured as CUDA graphs, where there is a GPU. */
@EnabledIf("isThere")
final class CapturedOnGpuTest {
  private static final StackSpec IA3 = TinyHost.only(new Ia3Method());
  private static final List<String> LABELS = List.of("no", "yes");
  private static final int ROWS = MixedRows.BATCH.rows();

  static boolean isThere() {
    return Device.gpus() > 0;
  }

  /** What is found on a device whose programs are captured so, and what was replayed of it. */
  private record Found(List<String> numbers, Device.GraphUse use) {}

  private static Found trained(Capture when, double dropout) {
    List<String> numbers = new ArrayList<>();
    double[] labels = IntStream.range(0, ROWS).mapToDouble(row -> row % 2).toArray();
    try (Device device = Device.named("gpu")) {
      device.captureGraphs(when);
      try (Model model =
              Model.load(
                  TinyHosts.named("bert"), device, Model.Options.DEFAULT.withDropout(dropout));
          Attachment attachment = MixedRows.moved(model, IA3, LABELS, 1);
          Training training =
              attachment.training(
                  new Training.Options(AdamW.DEFAULT, 0.01).withCheckpointing(true))) {
        for (int step = 0; step < 8; step++) {
          numbers.add(String.valueOf(training.accumulate(MixedRows.BATCH, labels, 0.25, 7 + step)));
          numbers.add(String.valueOf(training.step(MixedRows.BATCH, labels, 0.01, 0.75, 8 + step)));
          numbers.add(String.valueOf(training.step(MixedRows.BATCH, labels, 0.01, 9 + step)));
        }
        attachment.tensors().forEach((name, each) -> numbers.add(name + Arrays.toString(each)));
      }
      return new Found(numbers, device.graphUse());
    }
  }

  @Test
  void stepsWithCheckpointingAreThoseOfThePlainProgram() {
    Found captured = trained(Capture.ON, 0);
    assertThat(captured.numbers()).isEqualTo(trained(Capture.OFF, 0).numbers());
    assertThat(captured.use().refusals()).isEmpty();
    assertThat(captured.use().captured()).isEqualTo(3);
  }

  @Test
  void whereCheckpointingDrawsAtRandomStepsRunAsTheyAre() {
    Found captured = trained(Capture.ON, 0.1);
    assertThat(captured.numbers()).isEqualTo(trained(Capture.OFF, 0.1).numbers());
    assertThat(captured.use().refusals()).hasSize(3);
  }

  @Test
  void mixedBatchesAreThoseOfThePlainProgram() {
    Found captured = mixed(Capture.ON);
    assertThat(captured.numbers()).isEqualTo(mixed(Capture.OFF).numbers());
    assertThat(captured.use().refusals()).isEmpty();
    assertThat(captured.use().replayed()).isGreaterThan(4);
  }

  private static Found mixed(Capture when) {
    List<String> numbers = new ArrayList<>();
    try (Device device = Device.named("gpu")) {
      device.captureGraphs(when);
      try (Model model = Model.load(TinyHosts.named("bert"), device, Model.Options.DEFAULT);
          Tasks tasks = new Tasks(model)) {
        for (int task = 0; task < 3; task++) {
          tasks.add("task " + task, MixedRows.moved(model, IA3, LABELS, task));
        }
        for (int call = 0; call < 8; call++) {
          int first = call;
          List<String> of =
              IntStream.range(0, ROWS).mapToObj(row -> "task " + (row + first) % 3).toList();
          numbers.add(Arrays.deepToString(tasks.logits(MixedRows.BATCH, of)));
        }
      }
      return new Found(numbers, device.graphUse());
    }
  }
}
