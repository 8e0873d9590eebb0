package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Where there is a GPU. */
@EnabledIf("isThere")
final class GraphsOnGpuTest {
  private static final int WIDTH = 64;
  private static final int REPLAYS = 10_000;
  private static final Values NONE = Values.borrowing(List.of());

  private final Tensor x =
      Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(WIDTH)), Type.REAL);
  private final Tensor w = Tensor.leaf(Source.VALUE, "w", Shape.of(WIDTH, WIDTH), Type.REAL);

  static boolean isThere() {
    return Device.gpus() > 0;
  }

  private static Value numbers(Device device, String name, int seed, int rows) {
    float[] numbers = new float[rows * WIDTH];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) Math.sin(1.7 * i + seed);
    }
    return device.create(name, numbers, rows, WIDTH);
  }

  private CompiledProgram compiled(Device device, Tensor output) {
    return Program.builder(Precision.FLOAT32)
        .values(List.of(w))
        .inputs(List.of(x))
        .outputs(List.of(output))
        .build()
        .compile(device, NONE);
  }

  private static float[] run(Device device, CompiledProgram program, Values values, int seed) {
    try (Values batch = Values.owning(List.of(numbers(device, "x", seed, 3)));
        Values results = program.run(values, batch)) {
      return results.get(0).floats();
    }
  }

  @Test
  void replaysGiveWhatTheProgramGivesThroughClearingOfTheCache() {
    Tensor output = x.linear(w).gelu().linear(w).softmax(1);
    try (Device plain = Device.named("gpu");
        Device gpu = Device.named("gpu");
        Values values = Values.owning(List.of(numbers(gpu, "w", 1, WIDTH)));
        CompiledProgram expected = compiled(plain, output)) {
      gpu.captureGraphs(Device.Capture.ON);
      try (CompiledProgram program = compiled(gpu, output)) {
        for (int call = 0; call < 5; call++) {
          assertThat(run(gpu, program, values, call)).isEqualTo(run(plain, expected, values, call));
          gpu.releaseUnused();
        }
        float[] first = run(gpu, program, values, 7);
        int live = gpu.liveTensors();
        for (int call = 0; call < REPLAYS; call++) {
          assertThat(Arrays.equals(run(gpu, program, values, 7), first)).isTrue();
        }
        assertThat(gpu.liveTensors()).isEqualTo(live);
      }
      assertThat(gpu.graphUse()).isEqualTo(new Device.GraphUse(1, 4 + REPLAYS, List.of()));
    }
  }

  @Test
  void whatWaitsForTheGpuRunsAsItIsAndOthersAreCapturedAfterwards() {
    Tensor uncapturable =
        Tensor.call(
            "torch.masked_select",
            Shape.of(Dim.symbol("N")),
            Type.REAL,
            Dim.of(0),
            x.linear(w),
            x.greaterOrEqual(0));
    Tensor fine = x.linear(w);
    try (Device plain = Device.named("gpu");
        Device gpu = Device.named("gpu");
        Values values = Values.owning(List.of(numbers(gpu, "w", 1, WIDTH)))) {
      gpu.captureGraphs(Device.Capture.ON);
      for (Tensor output : List.of(uncapturable, fine)) {
        try (CompiledProgram expected = compiled(plain, output);
            CompiledProgram program = compiled(gpu, output)) {
          for (int call = 0; call < 5; call++) {
            assertThat(run(gpu, program, values, call))
                .isEqualTo(run(plain, expected, values, call));
          }
        }
      }
      assertThat(gpu.graphUse().captured()).isEqualTo(1);
      assertThat(gpu.graphUse().refusals()).hasSize(1);
    }
  }

  @Test
  void stepsWithDropoutAreThoseOfThePlainProgram() {
    try (Device plain = Device.named("gpu");
        Device gpu = Device.named("gpu")) {
      gpu.captureGraphs(Device.Capture.ON);
      assertThat(trained(gpu)).isEqualTo(trained(plain));
      assertThat(gpu.graphUse().refusals()).isEmpty();
      assertThat(gpu.graphUse().captured()).isEqualTo(3);
    }
  }

  private List<String> trained(Device device) {
    Tensor y = Tensor.leaf(Source.INPUT, "y", Shape.of(Dim.symbol("B")), Type.REAL);
    List<String> found = new ArrayList<>();
    try (Values current = Values.owning(List.of(numbers(device, "w", 1, WIDTH)));
        TrainingStep step =
            TrainingStep.builder(device, Precision.FLOAT32)
                .values(List.of(w), current)
                .inputs(List.of(x, y))
                .trained(List.of(new Trained(w, 1, 0.1)))
                .loss(x.dropout(0.5).linear(w).sum(1).meanSquaredError(y))
                .optimizer(AdamW.DEFAULT)
                .build()) {
      for (int i = 0; i < 6; i++) {
        try (Values batch =
            Values.owning(
                List.of(
                    numbers(device, "x", i, 4), device.create("y", new float[] {1, 0, 1, i}, 4)))) {
          found.add(String.valueOf(step.accumulate(batch, 0.25, 7 + i)));
          found.add(Arrays.toString(step.step(batch, 0.1 / (1 + i), 0.75, 8 + i)));
          found.add(Arrays.toString(step.step(batch, 0.1 / (1 + i), 9)));
        }
      }
      found.add(Arrays.toString(current.get(0).floats()));
    }
    return found;
  }
}
