package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import dev.graft.program.Tensor.Source;
import dev.graft.sharing.Idle;
import dev.graft.testing.TestDevice;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdleModulesTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();

  /** Twice its weight. */
  private CompiledProgram twice(Value weight) {
    Tensor w = Tensor.leaf(Source.WEIGHT, "w", Shape.of(1), Type.REAL);
    return Program.builder(Precision.FLOAT32)
        .weights(List.of(w))
        .outputs(List.of(w.times(2)))
        .build()
        .compile(device, Values.borrowing(List.of(weight)));
  }

  private static float run(CompiledProgram program) {
    try (Values none = Values.borrowing(List.of());
        Values results = program.run(none, none)) {
      return results.get(0).number();
    }
  }

  private Value weight(float number) {
    return device.create("w", new float[] {number}, 1);
  }

  private NativeModule module(String name) {
    NativeModule.Method method =
        new NativeModule.Method(
            name,
            List.of("g", "x"),
            List.of("y = torch.mul(w[0], 2)"),
            Arrays.asList((Call) null),
            "[y]");
    return new NativeModule(device, List.of("w"), List.of(method));
  }

  /** The module behind a closed one. */
  private PtSymbolBlock idle(NativeModule closed) {
    closed.close();
    return device.idle().take(closed.code()).orElseThrow();
  }

  private static void assertClosed(PtSymbolBlock module) {
    assertThatThrownBy(module::getHandle).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void programsOfOneTextReadTheirOwnWeightsWhetherOneIsClosedOrNot() {
    try (Value one = weight(1);
        Value two = weight(2);
        Value three = weight(3)) {
      CompiledProgram first = twice(one);
      CompiledProgram second = twice(two);
      assertThat(run(first)).isEqualTo(2);
      assertThat(run(second)).isEqualTo(4);
      first.close();
      try (CompiledProgram third = twice(three)) {
        assertThat(run(third)).isEqualTo(6);
        assertThat(run(second)).isEqualTo(4);
        second.close();
        second.close();
        assertThat(run(third)).isEqualTo(6);
      }
      assertThatThrownBy(() -> run(first)).hasMessageContaining("the program was closed");
    }
  }

  @Test
  void anIdleModuleIsBoundToNothing() {
    try (Value one = weight(1);
        Values weights = Values.borrowing(List.of(one));
        Values none = Values.borrowing(List.of())) {
      NativeModule module = module("run");
      module.bind(List.of(weights));
      module.run("run", none, none)[0].close();

      try (PtSymbolBlock idle = idle(module)) {
        assertThatThrownBy(() -> IValueUtils.runMethod(idle, "run", none.handle(), none.handle()))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("out of range");
      }
    }
  }

  @Test
  void theOldestMakeRoomAndAreClosed() {
    Idle<PtSymbolBlock> few = new Idle<>(10, PtSymbolBlock::close);
    PtSymbolBlock old = idle(module("a"));
    PtSymbolBlock young = idle(module("b"));
    PtSymbolBlock twin = idle(module("c"));

    few.add("12345", old);
    few.add("1234567", young);
    few.add("1234567", twin);

    assertClosed(old);
    assertClosed(twin);
    assertThat(few.take("12345")).isEmpty();
    assertThat(few.take("1234567")).contains(young);
    assertThat(few.take("1234567")).isEmpty();
    few.close();
    few.add("1234567", young);
    assertClosed(young);
  }

  /** Else the steps of one large model would have all others compiled again. */
  @Test
  void aTextTooLongToBeKeptDrivesNoOtherOut() {
    try (Idle<PtSymbolBlock> few = new Idle<>(10, PtSymbolBlock::close)) {
      PtSymbolBlock kept = idle(module("a"));
      PtSymbolBlock large = idle(module("b"));

      few.add("1234567890", kept);
      few.add("12345678901", large);

      assertClosed(large);
      assertThat(few.take("12345678901")).isEmpty();
      assertThat(few.take("1234567890")).contains(kept);
      kept.close();
    }
  }

  @Test
  void aProgramMayBeClosedAfterItsDevice() {
    Device other = Device.cpu();
    Tensor w = Tensor.leaf(Source.WEIGHT, "w", Shape.of(1), Type.REAL);
    Program program =
        Program.builder(Precision.FLOAT32).weights(List.of(w)).outputs(List.of(w)).build();
    Value one = other.create("w", new float[] {1}, 1);
    CompiledProgram compiled = program.compile(other, Values.borrowing(List.of(one)));
    other.close();
    compiled.close();
    assertThat(other.liveTensors()).isZero();
  }
}
