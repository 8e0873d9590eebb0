package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Tensor.Source;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.Without;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Graphs over random numbers, as they are written with and without optimisations. */
final class Rewritten {
  static final Dim B = Dim.symbol("B");
  static final Dim T = Dim.symbol("T");
  private static final int ROWS = 3;
  private static final int LENGTH = 5;

  private final TestDevice cpu;
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Value> batch = new ArrayList<>();
  private final List<Tensor> leaves = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();

  Rewritten(TestDevice cpu) {
    this.cpu = cpu;
  }

  /** Numbers for each row of a batch, (B, T, width). */
  Tensor input(long width) {
    Tensor leaf = leaf(Source.INPUT, Shape.of(B, T, Dim.of(width)), Type.REAL);
    inputs.add(leaf);
    batch.add(numbers(ROWS, LENGTH, width));
    return leaf;
  }

  /** A place in each sequence, (B). */
  Tensor places() {
    Tensor leaf = leaf(Source.INPUT, Shape.of(B), Type.INT64);
    inputs.add(leaf);
    batch.add(cpu.own(cpu.device().create("places", new long[] {4, 0, 2}, ROWS)));
    return leaf;
  }

  /** What is trained. */
  Tensor value(long... shape) {
    Tensor leaf = leaf(Source.VALUE, Shape.of(shape), Type.REAL);
    leaves.add(leaf);
    values.add(numbers(shape));
    return leaf;
  }

  private static Tensor leaf(Source source, Shape shape, Type type) {
    return Tensor.leaf(source, "leaf", shape, type);
  }

  private Value numbers(long... shape) {
    int size = (int) Shape.of(shape).size().fixed();
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return cpu.own(cpu.device().create("numbers", numbers, shape));
  }

  String source(Tensor... outputs) {
    return program(outputs).source();
  }

  String sourceWithout(Optimization optimization, Tensor... outputs) {
    return Without.optimisations(optimization.toString(), () -> source(outputs));
  }

  /** What a device of other kernels would run, in a precision. */
  String sourceFor(Kernels kernels, Precision precision, Tensor... outputs) {
    Program program = program(precision, outputs);
    return String.join("\n", program.method(Values.borrowing(List.of()), kernels).lines());
  }

  private Program program(Tensor... outputs) {
    return program(Precision.FLOAT32, outputs);
  }

  private Program program(Precision precision, Tensor... outputs) {
    return Program.builder(precision)
        .values(leaves)
        .inputs(inputs)
        .outputs(List.of(outputs))
        .build();
  }

  /** Compares results and gradients with those of the graph as it was recorded. */
  void isTheSame(Tensor... outputs) {
    List<float[]> recorded = Without.optimisations("all", () -> all(outputs));
    List<float[]> written = all(outputs);
    assertThat(written).hasSameSizeAs(recorded);
    for (int i = 0; i < recorded.size(); i++) {
      NumbersAssert.assertThat(written.get(i)).isCloseTo(recorded.get(i), 1e-5);
    }
  }

  private List<float[]> all(Tensor... outputs) {
    List<float[]> all = new ArrayList<>();
    try (Values none = Values.borrowing(List.of());
        CompiledProgram compiled = program(outputs).compile(cpu.device(), none);
        Values results = compiled.run(Values.borrowing(values), Values.borrowing(batch))) {
      results.list().forEach(result -> all.add(result.floats()));
    }
    Tensor loss = outputs[0].squared().mean();
    for (int i = 1; i < outputs.length; i++) {
      loss = loss.plus(outputs[i].squared().mean());
    }
    try (TrainingStep step =
        TrainingStep.builder(cpu.device(), Precision.FLOAT32)
            .values(leaves, Values.borrowing(values))
            .inputs(inputs)
            .trained(leaves.stream().map(leaf -> new Trained(leaf, 1, 0)).toList())
            .loss(loss.to(Type.FLOAT32))
            .build()) {
      all.addAll(step.gradients(Values.borrowing(batch), 0).of().values());
    }
    return all;
  }
}
