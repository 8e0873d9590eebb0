package dev.graft.harness.study.file;

import com.google.gson.JsonObject;
import dev.graft.harness.trial.Arm;
import dev.graft.program.Precision;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A key that may be held or varied, by the name that the command line has for it.
 *
 * @param help a line for editors
 * @param shape of its values
 * @param value of an arm, as a file has it; absent where there is nothing to write
 */
record ArmKey(String name, String help, JsonObject shape, Function<Arm, Optional<?>> value) {
  private static final double MOST = 1000;
  private static final int LARGEST = Integer.MAX_VALUE;

  static final List<String> PRECISIONS =
      Stream.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16)
          .map(Precision::toString)
          .toList();
  static final List<String> KEPT = List.of("last", "best");

  static final ArmKey MODEL =
      new ArmKey(
          "model",
          "a Hugging Face folder, beside this file, or hf:org/name[@revision]; all-MiniLM-L6-v2"
              + " otherwise",
          Shape.text(),
          arm -> Optional.of(arm.model()));
  static final ArmKey TASK =
      new ArmKey(
          "task",
          "a task's folder, beside this file, or reviews, which Graft writes",
          Shape.text(),
          arm -> Optional.of(arm.task()));
  static final ArmKey PRECISION =
      new ArmKey(
          "precision",
          "of the model's weights and of what is computed",
          Shape.choice(PRECISIONS),
          arm -> Optional.of(arm.precision().toString()));
  static final ArmKey DEVICE =
      new ArmKey(
          "device",
          "cpu, gpu, gpu:N or auto",
          Shape.text("cpu|gpu|gpu:[0-9]{1,3}|auto"),
          arm -> Optional.of(arm.device()));
  static final ArmKey UNTRAINED =
      new ArmKey(
          "untrained",
          "whether the model's weights are drawn anew",
          Shape.of("boolean"),
          arm -> Optional.of(arm.untrained()));
  static final ArmKey EPOCHS =
      new ArmKey(
          "epochs",
          "times through the training split",
          Shape.whole(1, 10_000),
          arm -> arm.recipe().steps().isPresent() ? Optional.empty() : some(arm.recipe().epochs()));
  static final ArmKey STEPS =
      new ArmKey(
          "steps",
          "training steps, in the place of epochs",
          Shape.whole(1, LARGEST),
          arm -> arm.recipe().steps());
  static final ArmKey BATCH_SIZE =
      new ArmKey(
          "batch-size",
          "examples a training step",
          Shape.whole(1, LARGEST),
          arm -> some(arm.recipe().batchSize()));
  static final ArmKey LEARNING_RATE =
      new ArmKey(
          "learning-rate",
          "for all methods and the head; what each method recommends otherwise",
          Shape.above(0, MOST),
          arm -> arm.recipe().rates().methods().stream().findFirst());
  static final ArmKey HEAD_RATE =
      new ArmKey(
          "head-rate",
          "the learning rate of the task head",
          Shape.above(0, MOST),
          arm -> arm.recipe().rates().head());
  static final ArmKey WARMUP =
      new ArmKey(
          "warmup",
          "the share of the steps in which the learning rate rises",
          Shape.from(0, 1),
          arm -> some(arm.recipe().warmup()));
  static final ArmKey WEIGHT_DECAY =
      new ArmKey(
          "weight-decay",
          "AdamW's",
          Shape.from(0, Math.nextUp(MOST)),
          arm -> some(arm.recipe().weightDecay()));
  static final ArmKey MAX_LENGTH =
      new ArmKey(
          "max-length",
          "tokens at which longer texts are cut",
          Shape.whole(4, LARGEST),
          arm -> some(arm.recipe().maxLength()));
  static final ArmKey HOST_DROPOUT =
      new ArmKey(
          "host-dropout",
          "the model's own dropout in training; that of its config.json otherwise",
          Shape.from(0, 1),
          arm -> arm.recipe().hostDropout());
  static final ArmKey PATIENCE =
      new ArmKey(
          "patience",
          "epochs without a better validation after which training ends",
          Shape.whole(1, LARGEST),
          arm -> arm.recipe().patience());
  static final ArmKey KEEP =
      new ArmKey(
          "keep",
          "which weights are kept: the last, or those that validated best",
          Shape.choice(KEPT),
          arm -> some(KEPT.get(arm.recipe().keepBest() ? 1 : 0)));

  /** In the order in which they are combined: the last changes first from arm to arm. */
  static final List<ArmKey> ALL =
      List.of(
          MODEL,
          TASK,
          DEVICE,
          PRECISION,
          UNTRAINED,
          EPOCHS,
          STEPS,
          BATCH_SIZE,
          LEARNING_RATE,
          HEAD_RATE,
          WARMUP,
          WEIGHT_DECAY,
          MAX_LENGTH,
          HOST_DROPOUT,
          PATIENCE,
          KEEP);

  static final List<String> NAMES = ALL.stream().map(ArmKey::name).toList();

  private static Optional<?> some(Object value) {
    return Optional.of(value);
  }
}
