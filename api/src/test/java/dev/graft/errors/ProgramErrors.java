package dev.graft.errors;

import dev.graft.program.Activation;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Device;
import dev.graft.program.Optimization;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Without;
import java.util.List;
import java.util.Map;

/** Devices, precisions, and programs that fail where they are compiled or run. */
final class ProgramErrors {
  private static final Tensor X = Tensor.leaf(Tensor.Source.INPUT, "x", Shape.of(2), Type.REAL);
  private static final Tensor W = Tensor.leaf(Tensor.Source.VALUE, "w", Shape.of(2), Type.REAL);

  private static final Tensor TYPES =
      Tensor.leaf(Tensor.Source.INPUT, "types", Shape.of(2), Type.INT64);

  private final ErrorTexts errors;

  private ProgramErrors(ErrorTexts errors) {
    this.errors = errors;
  }

  static void addTo(ErrorTexts errors) {
    ProgramErrors all = new ProgramErrors(errors);
    all.addDevices();
    all.addPrograms();
    all.addTraining();
  }

  private void addDevices() {
    errors.add("A device that there is not", () -> Device.named("tpu"));
    errors.add("A GPU that is not there", () -> Device.named("gpu:7"));
    errors.add("An activation that is not known", () -> Activation.named("mish"));
    errors.add(
        "An optimisation that is not known",
        () -> Without.optimisations("split,fast", Optimization::off));
    errors.add(
        "Numbers that float16 cannot hold",
        () -> {
          try (Device device = Device.cpu()) {
            Value value = device.create("pooler.bias", new float[] {1, -70000}, 2);
            device.converted(value, Precision.FLOAT16, false);
          }
        });
  }

  private void addPrograms() {
    Shape huge = Shape.of(1L << 24, 1L << 24, 2);
    errors.add("More memory than there is", () -> run(Precision.FLOAT32, X.expand(huge).plus(1)));
    errors.add(
        "An operator that a precision does not have",
        () ->
            run(
                Precision.BFLOAT16,
                WrongOperator.of("torch.linalg_svdvals", X.expand(Shape.of(2, 2)))));
    errors.add(
        "An operator of a method that PyTorch does not have",
        () -> run(Precision.FLOAT32, WrongOperator.of("torch.relux", X)));
    errors.add(
        "An operator of a method that fails",
        () -> run(Precision.FLOAT32, WrongOperator.of("torch.reshape", X, List.of(7L))));
    errors.add(
        "An operator of a method that gives several tensors where it declares one",
        () -> run(Precision.FLOAT32, WrongOperator.of("torch.topk", X, 1L)));
    errors.add(
        "More or fewer results of an operator than there are",
        () -> run(Precision.FLOAT32, WrongOperator.withThreeResults("torch.topk", X, 1L)));
    errors.add(
        "An operator of a method that reads what is in another program",
        () -> run(Precision.FLOAT32, WrongOperator.of("torch.mul", X, TYPES)));
    errors.add("A result that is in another program", () -> run(Precision.FLOAT32, TYPES));
  }

  private static void run(Precision precision, Tensor output) {
    Program program =
        Program.builder(precision).inputs(List.of(X)).outputs(List.of(output)).build();
    try (Device device = Device.cpu();
        CompiledProgram compiled = program.compile(device, Values.borrowing(List.of()));
        Value x =
            device.converted(device.create("x", new float[2], 2), precision, false).orElseThrow();
        Values inputs = Values.borrowing(List.of(x))) {
      compiled.run(Values.borrowing(List.of()), inputs).close();
    }
  }

  private void addTraining() {
    errors.add(
        "An operator of a method that fails in training",
        () -> step(WrongOperator.of("torch.reshape", W, List.of(7L)), Map.of()));
    errors.add(
        "An update after a step that reads what is not the method's",
        () -> step(W, Map.of(W, WrongOperator.of("torch.add", W, X))));
  }

  private static void step(Tensor output, Map<Tensor, Tensor> updates) {
    try (Device device = Device.cpu();
        Values values = Values.owning(List.of(device.create("w", new float[2], 2)));
        Values batch = Values.owning(List.of(device.create("x", new float[2], 2)));
        TrainingStep step =
            TrainingStep.builder(device, Precision.FLOAT32)
                .values(List.of(W), values)
                .inputs(List.of(X))
                .trained(List.of(new Trained(W, 1, 0)))
                .loss(output.times(X).sum())
                .afterStep(updates, Map.of())
                .build()) {
      step.step(batch, 0.1, 0);
    }
  }
}
