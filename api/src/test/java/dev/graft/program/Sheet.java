package dev.graft.program;

import dev.graft.testing.TestDevice;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;

/** Given numbers, and what operators make of them. */
final class Sheet {
  private final TestDevice cpu;
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();

  Sheet(TestDevice cpu) {
    this.cpu = cpu;
  }

  /** Given numbers, kept in 32 bits. */
  Tensor given(float[] numbers, long... shape) {
    Tensor leaf = Tensor.leaf(Tensor.Source.VALUE, "given", Shape.of(shape), Type.REAL);
    leaves.add(leaf);
    values.add(cpu.own(cpu.device().create("given", numbers, shape)));
    return leaf;
  }

  /** What operators give, after it was compared with what they are declared to give. */
  List<Object> in(Precision precision, Tensor... outputs) {
    Program program =
        Program.builder(precision)
            .returned(Precision.FLOAT32)
            .values(leaves)
            .outputs(List.of(outputs))
            .build();
    Values none = Values.borrowing(List.of());
    Values all = Values.borrowing(values);
    Assertions.assertThat(Declarations.firstWrong(program, cpu.device(), none, all, none))
        .isEmpty();
    try (CompiledProgram compiled = program.compile(cpu.device(), none);
        Values results = compiled.run(all, none)) {
      List<Object> read = new ArrayList<>();
      for (int i = 0; i < outputs.length; i++) {
        Value result = results.get(i);
        read.add(
            switch (outputs[i].type()) {
              case BOOL -> result.booleans();
              case INT64, INT8, UINT8 -> result.longs();
              default -> result.floats();
            });
      }
      return read;
    }
  }

  float[] floats(Precision precision, Tensor output) {
    return (float[]) in(precision, output).get(0);
  }

  float[] floats(Tensor output) {
    return floats(Precision.FLOAT32, output);
  }

  long[] longs(Tensor output) {
    return (long[]) in(Precision.FLOAT32, output).get(0);
  }

  boolean[] booleans(Tensor output) {
    return (boolean[]) in(Precision.FLOAT32, output).get(0);
  }

  /** The gradient of a scalar with respect to a given tensor. */
  float[] gradient(Precision precision, Tensor scalar, Tensor of) {
    try (TrainingStep step =
        TrainingStep.builder(cpu.device(), precision)
            .values(leaves, Values.borrowing(values))
            .trained(List.of(new TrainingStep.Trained(of, 1, 0)))
            .loss(scalar)
            .build()) {
      return step.gradients(Values.borrowing(List.of()), 0).of().get(of);
    }
  }

  float[] gradient(Tensor scalar, Tensor of) {
    return gradient(Precision.FLOAT32, scalar, of);
  }
}
