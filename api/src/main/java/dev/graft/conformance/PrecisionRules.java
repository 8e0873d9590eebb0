package dev.graft.conformance;

import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Declarations;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What must hold in bfloat16 as well as in float32. */
final class PrecisionRules {
  /** bfloat16 has 8 bits; over two blocks of random weights errors add up. */
  private static final double TOLERANCE = 0.15;

  private static final Model.Options HALF =
      Model.Options.DEFAULT.withDropout(0).withPrecision(Precision.BFLOAT16);

  private PrecisionRules() {}

  /** A host in bfloat16 with the method on it answers about the same, and trains. */
  static void bfloat16(Bench bench) throws Finding {
    try (Bench other = bench.on(HALF);
        Attachment exact = bench.moved();
        Attachment fresh = other.fresh();
        Attachment same = fresh.with(exact.tensors())) {
      // Of all rows together: one alone may have small logits by chance.
      Numbers.requireClose(
          "logits",
          Numbers.flat(other.material().real(same.logits(other.batch()))),
          Numbers.flat(bench.material().real(exact.logits(bench.batch()))),
          TOLERANCE,
          "in bfloat16 about what float32 gives");
      try (Training training = Bench.training(same, 0, 2)) {
        for (int step = 0; step < 2; step++) {
          TrainingRules.finite(step, other.step(training, step), same.tensors());
        }
      }
      try (Attachment merged = same.merged()) {
        TrainingRules.finite(0, merged.logits(other.batch())[0][0], Map.of());
      }
    }
  }

  /** What operators give has the shape and the type that the method declares. */
  static void operators(Bench bench) throws Finding {
    try (Attachment moved = bench.moved()) {
      checkPass(bench, moved);
      checkChanges(moved);
    }
    // REAL and FLOAT32 differ here only.
    try (Bench other = bench.on(HALF);
        Attachment moved = other.moved()) {
      checkPass(other, moved);
    }
  }

  /** What the loss is made of. */
  private static void checkPass(Bench bench, Attachment attachment) throws Finding {
    Stack stack = attachment.stack();
    Transformer pass = new Transformer(stack.placed());
    List<Tensor> outputs = new ArrayList<>();
    outputs.add(new TaskHeadOutput(stack, pass).logits());
    outputs.addAll(pass.penalties());
    outputs.addAll(all(attachment, graft -> graft.penalties().stream()));
    Program program =
        Program.builder(attachment.model().precision())
            .weights(attachment.weights().leaves())
            .values(stack.leaves())
            .inputs(pass.inputs())
            .outputs(outputs)
            .build();
    try (Values batch = Values.owning(bench.batch().onto(bench.device()))) {
      requireTrue(attachment, program, attachment.weights().values(), batch);
    }
  }

  /** What is computed around a step, in 32 bits on every host. */
  private static void checkChanges(Attachment attachment) throws Finding {
    List<Tensor> gradients = all(attachment, graft -> graft.gradients().values().stream());
    Program changes =
        Program.builder(Precision.FLOAT32)
            .values(attachment.stack().leaves())
            .inputs(gradients)
            .outputs(all(attachment, PrecisionRules::aroundSteps))
            .build();
    List<Value> zeros = gradients.stream().map(leaf -> zeros(attachment, leaf)).toList();
    try (Values given = Values.owning(zeros);
        Values nothing = Values.borrowing(List.of())) {
      requireTrue(attachment, changes, nothing, given);
    }
  }

  private static Stream<Tensor> aroundSteps(DeclaredGraft graft) {
    return Stream.concat(
        graft.replacedGradients().values().stream(), graft.updates().values().stream());
  }

  private static List<Tensor> all(
      Attachment attachment, Function<DeclaredGraft, Stream<Tensor>> of) {
    return attachment.stack().grafts().stream().flatMap(of).toList();
  }

  private static Value zeros(Attachment attachment, Tensor leaf) {
    long[] shape = leaf.shape().fixed();
    int size = Math.toIntExact(leaf.shape().size().fixed());
    return attachment.model().device().create(leaf.name(), new float[size], shape);
  }

  private static void requireTrue(
      Attachment attachment, Program program, Values weights, Values inputs) throws Finding {
    Optional<Declarations.Wrong> wrong =
        Declarations.firstWrong(
            program, attachment.model().device(), weights, attachment.values(), inputs);
    if (wrong.isPresent()) {
      throw new Finding(
          wrong.get().where(), "as declared, " + wrong.get().declared(), wrong.get().found());
    }
  }
}
