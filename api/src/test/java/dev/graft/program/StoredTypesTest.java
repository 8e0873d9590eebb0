package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.program.Tensor.Source;
import dev.graft.testing.TestDevice;
import java.nio.ByteBuffer;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Small whole numbers and truth values, as weights may be stored in. */
class StoredTypesTest {
  private static final byte[] CODES = {-128, 127, 3, -1, 0, 64};

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();

  private Value value(Type type) {
    return cpu.own(device.create("codes", type, ByteBuffer.wrap(CODES), 2, 3));
  }

  private static Tensor leaf(Source source, Type type, long... shape) {
    return Tensor.leaf(source, "leaf", Shape.of(shape), type);
  }

  @Test
  void valuesAreReadAsTheyWereGiven() {
    Assertions.assertThat(value(Type.INT8).longs()).containsExactly(-128, 127, 3, -1, 0, 64);
    Assertions.assertThat(value(Type.UINT8).longs()).containsExactly(128, 127, 3, 255, 0, 64);
    Value whole = cpu.own(device.create("ids", new long[] {1L << 40, -2}, 2));
    Assertions.assertThat(whole.longs()).containsExactly(1L << 40, -2);
    Value truths = cpu.own(device.create("mask", new boolean[] {true, false, true}, 3, 1));
    Assertions.assertThat(truths.booleans()).containsExactly(true, false, true);
    Assertions.assertThat(truths.shape()).containsExactly(3, 1);
    assertThatThrownBy(truths::longs).hasMessage("mask are not whole numbers");
    assertThatThrownBy(whole::booleans).hasMessage("ids are not truth values");
    assertThatThrownBy(() -> device.create("x", Type.INT64, ByteBuffer.allocate(8), 1))
        .hasMessage("bytes are not numbers of type INT64");
    assertThatThrownBy(() -> device.create("x", Type.INT8, ByteBuffer.allocate(8), 7))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aWeightMayBeAnExpressionOverStoredCodes() {
    Tensor x = leaf(Source.INPUT, Type.REAL, 2, 3);
    for (Type type : List.of(Type.INT8, Type.UINT8)) {
      Tensor codes = leaf(Source.WEIGHT, type, 2, 3);
      Tensor scale = leaf(Source.WEIGHT, Type.REAL, 2, 1);
      Tensor weight = codes.to(Type.REAL).times(scale);
      // Beside a real number codes need no word.
      Tensor same = codes.times(scale);
      Value stored = value(type);
      long[] numbers = stored.longs();
      float[] expected = {
        numbers[0] * 0.5f, numbers[3] * 2f, numbers[1] * 0.5f, numbers[4] * 2f, // x picks columns
      };
      for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
        Program program =
            Program.builder(precision)
                .returned(Precision.FLOAT32)
                .weights(List.of(codes, scale))
                .inputs(List.of(x))
                .outputs(List.of(x.linear(weight), x.linear(same)))
                .build();
        try (Value scales = given(precision, new float[] {0.5f, 2}, 2, 1);
            Values weights = Values.borrowing(List.of(stored, scales));
            Values inputs =
                Values.owning(List.of(given(precision, new float[] {1, 0, 0, 0, 1, 0}, 2, 3)));
            Values none = Values.borrowing(List.of());
            CompiledProgram compiled = program.compile(device, weights);
            Values results = compiled.run(none, inputs)) {
          double rounding = precision == Precision.FLOAT32 ? 0 : 0.004;
          assertThat(results.get(0).floats()).isCloseTo(expected, rounding);
          assertThat(results.get(1).floats()).isCloseTo(expected, rounding);
        }
      }
    }
  }

  private Value given(Precision precision, float[] numbers, long... shape) {
    return device.converted(device.create("given", numbers, shape), precision, false).orElseThrow();
  }

  @Test
  void arithmeticDoesNotOverflow() {
    Tensor codes = leaf(Source.WEIGHT, Type.INT8, 2, 3);
    Tensor bytes = leaf(Source.WEIGHT, Type.UINT8, 2, 3);
    List<Tensor> outputs =
        List.of(
            codes.times(codes),
            codes.plus(1),
            codes.times(bytes),
            codes.squared(),
            codes.sum(),
            bytes.sum(1),
            codes.plus(bytes.size(0)),
            codes.where(codes.equalTo(codes), codes));
    Program program =
        Program.builder(Precision.FLOAT32).weights(List.of(codes, bytes)).outputs(outputs).build();
    try (Values weights = Values.borrowing(List.of(value(Type.INT8), value(Type.UINT8)));
        Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program.compile(device, weights);
        Values results = compiled.run(none, none)) {
      Assertions.assertThat(results.get(0).longs()).containsExactly(16384, 16129, 9, 1, 0, 4096);
      Assertions.assertThat(results.get(1).longs()).containsExactly(-127, 128, 4, 0, 1, 65);
      Assertions.assertThat(results.get(2).longs())
          .containsExactly(-16384, 16129, 9, -255, 0, 4096);
      Assertions.assertThat(results.get(3).longs()).containsExactly(16384, 16129, 9, 1, 0, 4096);
      Assertions.assertThat(results.get(4).longs()).containsExactly(65);
      Assertions.assertThat(results.get(5).longs()).containsExactly(258, 319);
      Assertions.assertThat(results.get(6).longs()).containsExactly(-126, 129, 5, 1, 2, 66);
      Assertions.assertThat(results.get(7).longs()).containsExactly(-128, 127, 3, -1, 0, 64);
    }
  }
}
