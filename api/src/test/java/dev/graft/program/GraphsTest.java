package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import dev.graft.GraftException;
import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.program.cuda.NotAvailableException;
import dev.graft.testing.TestDevice;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What is around captured graphs. The processor has none: here they are programs that run again.
 */
class GraphsTest {
  private static final Values NONE = Values.borrowing(List.of());

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final Tensor x =
      Tensor.leaf(Source.INPUT, "x", Shape.of(Dim.symbol("B"), Dim.of(2)), Type.REAL);
  private final Tensor w = Tensor.leaf(Source.VALUE, "w", Shape.of(2), Type.REAL);
  private final Reruns reruns = new Reruns();
  private final List<String> logged = new ArrayList<>();
  private final Logger logger = Logger.getLogger(Graphs.class.getName());
  private final Handler listening =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          logged.add(java.text.MessageFormat.format(record.getMessage(), record.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  GraphsTest() {
    logger.addHandler(listening);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(listening);
  }

  /** Replays by running what was captured. */
  private final class Reruns implements Graphs.Recorder {
    private int open;
    private int written;
    private String refusal;

    @Override
    public Values rehearse(Supplier<Values> body) {
      return body.get();
    }

    @Override
    public void write(Value kept, Buffer numbers) {
      written++;
      try (Value with =
          kept.array().getDataType() == DataType.INT64
              ? cpu.device().create("", ((LongBuffer) numbers).array(), kept.shape())
              : cpu.device().create("", ((FloatBuffer) numbers).array(), kept.shape())) {
        kept.copyFrom(with);
      }
    }

    @Override
    public Graphs.Recording capture(long pool, Supplier<Values> body) throws NotAvailableException {
      if (refusal != null) {
        throw new NotAvailableException(refusal);
      }
      open++;
      return new Graphs.Recording() {
        private Values results = Values.borrowing(List.of());

        @Override
        public void replay() {
          results.close();
          results = body.get();
        }

        @Override
        public Values results() {
          return results;
        }

        @Override
        public void close() {
          results.close();
          open--;
        }
      };
    }
  }

  private void captureAsReruns() {
    captureAsReruns(Device.Capture.ON);
  }

  private void captureAsReruns(Device.Capture when) {
    device.capture(new Graphs(device, when, () -> reruns));
  }

  private CompiledProgram product(Precision returned) {
    return Program.builder(Precision.FLOAT32)
        .values(List.of(w))
        .inputs(List.of(x))
        .outputs(List.of(x.times(w)))
        .returned(returned)
        .build()
        .compile(device, NONE);
  }

  private Values values(float... numbers) {
    return cpu.own(Values.owning(List.of(device.create("w", numbers, 2))));
  }

  private Values batch(float... numbers) {
    return cpu.own(Values.owning(List.of(device.create("x", numbers, numbers.length / 2, 2))));
  }

  private static float[] run(CompiledProgram program, Values values, Values batch) {
    try (Values results = program.run(values, batch)) {
      return results.get(0).floats();
    }
  }

  @Test
  void onTheProcessorProgramsRunAsTheyAreAndOneLineSaysWhy() {
    device.captureGraphs(Device.Capture.ON);
    try (CompiledProgram first = product(Precision.FLOAT32);
        CompiledProgram second = product(Precision.FLOAT32)) {
      for (int call = 0; call < 3; call++) {
        assertThat(run(first, values(1, 2), batch(3, 4))).containsExactly(3, 8);
        assertThat(run(second, values(1, 2), batch(3, 4))).containsExactly(3, 8);
      }
    }
    String reason = "all programs of cpu: the device is the processor";
    assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(0, 0, List.of(reason)));
    assertThat(logged).containsExactly("No CUDA graph is used for " + reason);
  }

  @Test
  void nothingIsCapturedUnasked() {
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 3; call++) {
        run(program, values, batch(3, 4));
      }
    }
    assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(0, 0, List.of()));
    assertThat(logged).isEmpty();
  }

  @Test
  void aSecondCallIsCapturedAndReplaysReadTheirInputsAnew() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      assertThat(run(program, values, batch(3, 4))).containsExactly(3, 8);
      assertThat(device.graphUse().captured()).isZero();
      assertThat(run(program, values, batch(5, 6))).containsExactly(5, 12);
      assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(1, 0, List.of()));
      assertThat(run(program, values, batch(7, 8))).containsExactly(7, 16);
      assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(1, 1, List.of()));
    }
  }

  @Test
  void whatIsNotOnTheDeviceIsWrittenStraightToWhereAGraphReadsIt() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 5; call++) {
        float[] numbers = {call, 4};
        Value input = device.input("x", numbers, 1, 2);
        numbers[1] = 7; // too late
        try (Values batch = Values.owning(List.of(input))) {
          assertThat(run(program, values, batch)).containsExactly(call, 8);
          assertThat(input.waiting() == null).isEqualTo(call < 2);
          assertThat(input.shape()).containsExactly(1, 2);
        }
      }
      assertThat(reruns.written).isEqualTo(3);
      assertThatThrownBy(() -> device.input("x", new float[3], 1, 2))
          .hasMessageContaining("3 numbers do not fill the shape (1, 2)");
      try (Value whole = device.input("n", new long[] {3, 5}, 2)) {
        assertThat(whole.longs()).containsExactly(3, 5);
      }
    }
  }

  @Test
  void valuesThatChangeInPlaceAreSeen() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      run(program, values, batch(3, 4));
      run(program, values, batch(3, 4));
      values.get(0).copyFrom(values(10, 20).get(0));
      assertThat(run(program, values, batch(3, 4))).containsExactly(30, 80);
      assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(1, 1, List.of()));
    }
  }

  @Test
  void resultsStayWhenTheGraphIsReplayedAgain() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      run(program, values, batch(3, 4));
      try (Values first = program.run(values, batch(5, 6));
          Values second = program.run(values, batch(7, 8))) {
        assertThat(first.get(0).floats()).containsExactly(5, 12);
        assertThat(second.get(0).floats()).containsExactly(7, 16);
      }
    }
  }

  @Test
  void otherValuesAndOtherShapesHaveGraphsOfTheirOwn() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values one = values(1, 2);
      Values other = values(1, 2); // equal, and elsewhere
      for (int call = 0; call < 3; call++) {
        assertThat(run(program, one, batch(3, 4))).containsExactly(3, 8);
        assertThat(run(program, other, batch(3, 4))).containsExactly(3, 8);
        assertThat(run(program, one, batch(3, 4, 5, 6))).containsExactly(3, 8, 5, 12);
      }
      assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(3, 3, List.of()));
      assertThat(reruns.open).isEqualTo(3);
    }
    assertThat(reruns.open).isZero();
  }

  @Test
  void theGraphThatWasNotUsedForLongestIsLetGo() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int rows = 1; rows <= Replays.MOST + 1; rows++) {
        run(program, values, batch(new float[2 * rows]));
        run(program, values, batch(new float[2 * rows]));
      }
      assertThat(reruns.open).isEqualTo(Replays.MOST);
      run(program, values, batch(new float[2 * 2])); // the second shape is there
      assertThat(device.graphUse().captured()).isEqualTo(Replays.MOST + 1);
      run(program, values, batch(new float[2])); // the first is not
      run(program, values, batch(new float[2]));
      assertThat(device.graphUse().captured()).isEqualTo(Replays.MOST + 2);
    }
  }

  @Test
  void shapesThatDoNotRepeatAreNotCaptured() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int rows = 1; rows <= 400; rows++) {
        run(program, values, batch(new float[2 * rows]));
      }
    }
    assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(0, 0, List.of()));
    assertThat(logged).isEmpty();
  }

  @Test
  void whereMoreShapesRepeatThanThereIsRoomForSomeStayCaptured() {
    captureAsReruns();
    int shapes = 2 * Replays.MOST;
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 20 * shapes; call++) {
        float[] numbers = new float[2 * (1 + call % shapes)];
        numbers[0] = call;
        assertThat(run(program, values, batch(numbers))[0]).isEqualTo(call);
      }
      assertThat(reruns.open).isEqualTo(Replays.MOST);
    }
    long captured = device.graphUse().captured();
    assertThat(captured).isEqualTo(Replays.MOST + Replays.MOST_LET_GO);
    assertThat(device.graphUse().replayed()).isGreaterThan(9 * Replays.MOST);
    assertThat(logged).singleElement().asString().endsWith("shapes of its inputs repeat");
  }

  @Test
  void graphsOfClosedValuesMakeRoomForOthers() {
    captureAsReruns();
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      for (int i = 0; i < 2 * Replays.MOST + Replays.MOST_LET_GO; i++) {
        try (Values values = Values.owning(List.of(device.create("w", new float[] {1, i}, 2)))) {
          for (int call = 0; call < 3; call++) {
            assertThat(run(program, values, batch(3, 1))).containsExactly(3, i);
          }
        }
      }
      assertThat(reruns.open).isLessThanOrEqualTo(Replays.MOST);
    }
    assertThat(device.graphUse().replayed()).isEqualTo(2 * Replays.MOST + Replays.MOST_LET_GO);
    assertThat(logged).isEmpty();
  }

  @Test
  void unaskedThatIsCapturedWhichHasBeenRunSomeTimes() {
    captureAsReruns(Device.Capture.AUTO);
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 3; call++) {
        assertThat(run(program, values, batch(call, 4))).containsExactly(call, 8);
      }
      assertThat(device.graphUse().told()).isEmpty();
      for (int call = 0; call < 3; call++) {
        assertThat(run(program, values, batch(call, 4))).containsExactly(call, 8);
      }
      assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(1, 2, List.of()));
    }
  }

  @Test
  void unaskedNothingIsSaidOfWhatCanNotBeCaptured() {
    device.captureGraphs(Device.Capture.AUTO);
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 6; call++) {
        run(program, values, batch(3, 4));
      }
    }
    assertThat(device.graphUse().told()).isEmpty();
    captureAsReruns(Device.Capture.AUTO);
    reruns.refusal = "operation not permitted when stream is capturing";
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 6; call++) {
        assertThat(run(program, values, batch(call, 4))).containsExactly(call, 8);
      }
    }
    assertThat(device.graphUse().refusals()).singleElement().asString().endsWith(reruns.refusal);
    assertThat(logged).isEmpty();
  }

  /** Finds no memory as long as there are graphs. */
  private final class Large implements Replays.Body {
    private final List<String> calls = new ArrayList<>();

    @Override
    public void prepare() {
      calls.add("prepare");
    }

    @Override
    public Values run(Values inputs) {
      calls.add("run");
      if (reruns.open > 0) {
        throw GraftException.machine("The memory is not enough.");
      }
      return inputs;
    }
  }

  @Test
  void whatFoundNoMemoryBesideGraphsRunsOnceMore() {
    for (Replays.Changes changes : Replays.Changes.values()) {
      captureAsReruns();
      try (CompiledProgram program = product(Precision.FLOAT32)) {
        Values values = values(1, 2);
        for (int call = 0; call < 3; call++) {
          run(program, values, batch(3, 4));
        }
        Large large = new Large();
        Replays replays = new Replays(device.graphs(), "a large program", changes);
        if (changes != Replays.Changes.ON_THE_WAY) {
          assertThat(replays.run(NONE, NONE, large)).isSameAs(NONE);
          assertThat(large.calls).containsExactly("prepare", "run", "prepare", "run");
          assertThat(reruns.open).isZero();
        } else {
          assertThatThrownBy(() -> replays.run(NONE, NONE, large))
              .hasMessageContaining("The memory is not enough.");
          assertThat(large.calls).containsExactly("prepare", "run");
        }
      }
    }
  }

  @Test
  void graphsAreLetGoOfWhereAProgramNeedsTheirMemory() {
    captureAsReruns();
    Tensor all = x.matmul(x.transpose(0, 1));
    try (CompiledProgram program = product(Precision.FLOAT32);
        CompiledProgram large =
            Program.builder(Precision.FLOAT32)
                .inputs(List.of(x))
                .outputs(List.of(all))
                .build()
                .compile(device, NONE)) {
      Values values = values(1, 2);
      for (int call = 0; call < 3; call++) {
        run(program, values, batch(3, 4));
      }
      Values rows = batch(new float[1 << 24]);
      assertThatThrownBy(() -> large.run(NONE, rows)) // 2^46 numbers
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("memory of cpu is not enough");
      assertThat(reruns.open).isZero();
      for (int call = 0; call < 3; call++) {
        assertThat(run(program, values, batch(3, call))).containsExactly(3, 2 * call);
      }
      assertThat(device.graphUse().captured()).isEqualTo(1);
    }
    assertThat(logged).singleElement().asString().endsWith("needed, and they were let go of");
  }

  @Test
  void whatCanNotBeCapturedRunsAsItIsAndOneLineSaysWhy() {
    captureAsReruns();
    reruns.refusal = "operation not permitted when stream is capturing";
    try (CompiledProgram program = product(Precision.FLOAT32)) {
      Values values = values(1, 2);
      for (int call = 0; call < 4; call++) {
        assertThat(run(program, values, batch(call, 4))).containsExactly(call, 8);
      }
    }
    assertThat(logged).singleElement().asString().endsWith(": " + reruns.refusal);
    assertThat(device.graphUse().replayed()).isZero();
    assertThat(device.graphUse().refusals()).singleElement().asString().endsWith(reruns.refusal);
  }

  @Test
  void halfPrecisionIsKept() {
    captureAsReruns();
    Program half =
        Program.builder(Precision.BFLOAT16)
            .values(List.of(w))
            .inputs(List.of(x))
            .outputs(List.of(x.times(w)))
            .returned(Precision.BFLOAT16)
            .build();
    Tensor y = Tensor.leaf(Source.WEIGHT, "y", Shape.of(1, 2), Type.REAL);
    Program read =
        Program.builder(Precision.BFLOAT16)
            .weights(List.of(y))
            .outputs(List.of(y))
            .returned(Precision.FLOAT32)
            .build();
    try (CompiledProgram program = half.compile(device, NONE)) {
      Values values = values(1, 2);
      for (int call = 0; call < 3; call++) {
        try (Values results = program.run(values, batch(call, 4));
            CompiledProgram reading = read.compile(device, results);
            Values numbers = reading.run(NONE, NONE)) {
          assertThat(numbers.get(0).floats()).containsExactly(call, 8);
        }
      }
    }
  }

  private List<Object> trained() {
    Tensor y = Tensor.leaf(Source.INPUT, "y", Shape.of(Dim.symbol("B")), Type.REAL);
    Values current = values(1, -1);
    List<Object> found = new ArrayList<>();
    try (TrainingStep step =
        TrainingStep.builder(device, Precision.FLOAT32)
            .values(List.of(w), current)
            .inputs(List.of(x, y))
            .trained(List.of(new Trained(w, 1, 0.1)))
            .loss(x.dropout(0.5).times(w).sum(1).meanSquaredError(y))
            .optimizer(AdamW.DEFAULT)
            .build()) {
      for (int i = 0; i < 6; i++) {
        try (Values batch =
            Values.owning(
                List.of(
                    device.create("x", new float[] {i, 2, 3, 4, 5, 6, 7, 8}, 4, 2),
                    device.create("y", new float[] {1, 0, 1, i}, 4)))) {
          found.add(step.accumulate(batch, 0.25, 7 + i));
          found.add(Arrays.toString(step.step(batch, 0.1 / (1 + i), 0.75, 8 + i)));
          found.add(Arrays.toString(step.step(batch, 0.1 / (1 + i), 9)));
        }
      }
      step.state().forEach(each -> found.add(Arrays.toString(each)));
    }
    found.add(Arrays.toString(current.get(0).floats()));
    return found;
  }

  @Test
  void replayedStepsAreThoseOfThePlainProgramBitForBit() {
    List<Object> plain = trained();
    captureAsReruns();
    assertThat(trained()).isEqualTo(plain);
    assertThat(device.graphUse()).isEqualTo(new Device.GraphUse(3, 12, List.of()));
    assertThat(reruns.open).isZero();
  }
}
