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
 * @param range of its values, where they are numbers
 * @param value of an arm, as a file has it; absent where there is nothing to write
 */
record ArmKey(
    String name,
    String help,
    JsonObject shape,
    Optional<Range> range,
    Function<Arm, Optional<?>> value) {
  private static final double MOST = 1000;
  private static final int LARGEST = Integer.MAX_VALUE;

  static final List<String> PRECISIONS =
      Stream.of(Precision.FLOAT32, Precision.BFLOAT16, Precision.FLOAT16)
          .map(Precision::toString)
          .toList();
  static final List<String> KEPT = List.of("last", "best");

  static final ArmKey MODEL =
      key(
          "model",
          "a Hugging Face folder, beside this file, or hf:org/name[@revision]; all-MiniLM-L6-v2"
              + " otherwise",
          Shape.text(),
          arm -> Optional.of(arm.model()));
  static final ArmKey TASK =
      key(
          "task",
          "a task's folder, beside this file, or reviews, which Graft writes",
          Shape.text(),
          arm -> Optional.of(arm.task()));
  static final ArmKey PRECISION =
      key(
          "precision",
          "of the model's weights and of what is computed",
          Shape.choice(PRECISIONS),
          arm -> Optional.of(arm.precision().toString()));
  static final ArmKey DEVICE =
      key(
          "device",
          "cpu, gpu, gpu:N or auto",
          Shape.text("cpu|gpu|gpu:[0-9]{1,3}|auto"),
          arm -> Optional.of(arm.device()));
  static final ArmKey UNTRAINED =
      key(
          "untrained",
          "whether the model's weights are drawn anew",
          Shape.of("boolean"),
          arm -> Optional.of(arm.untrained()));
  static final ArmKey EPOCHS =
      key(
          "epochs",
          "times through the training split",
          Range.whole(1, 10_000),
          arm -> arm.recipe().steps().isPresent() ? Optional.empty() : some(arm.recipe().epochs()));
  static final ArmKey STEPS =
      key(
          "steps",
          "training steps, in the place of epochs",
          Range.whole(1, LARGEST),
          arm -> arm.recipe().steps());
  static final ArmKey BATCH_SIZE =
      key(
          "batch-size",
          "examples a training step",
          Range.whole(1, LARGEST),
          arm ->
              arm.recipe().batchTokens().isPresent()
                  ? Optional.empty()
                  : some(arm.recipe().batchSize()));
  static final ArmKey BATCH_TOKENS =
      key(
          "batch-tokens",
          "tokens a training step at most, those of padding among them, in the place of batch-size",
          Range.whole(1, LARGEST),
          arm -> arm.recipe().batchTokens());
  static final ArmKey LEARNING_RATE =
      key(
              "learning-rate",
              "for all methods and the head, or a list with one for each method of a stack; what each"
                  + " method recommends otherwise",
              Range.above(0, MOST),
              ArmKey::rates)
          .orList();
  static final ArmKey HEAD_RATE =
      key(
          "head-rate",
          "the learning rate of the task head",
          Range.above(0, MOST),
          arm -> arm.recipe().rates().head());
  static final ArmKey WARMUP =
      key(
          "warmup",
          "the share of the steps in which the learning rate rises",
          Range.below(0, 1),
          arm -> some(arm.recipe().warmup()));
  static final ArmKey WEIGHT_DECAY =
      key("weight-decay", "AdamW's", Range.to(0, MOST), arm -> some(arm.recipe().weightDecay()));
  static final ArmKey MAX_LENGTH =
      key(
          "max-length",
          "tokens at which longer texts are cut",
          Range.whole(4, LARGEST),
          arm -> some(arm.recipe().maxLength()));
  static final ArmKey HOST_DROPOUT =
      key(
          "host-dropout",
          "the model's own dropout in training; that of its config.json otherwise",
          Range.below(0, 1),
          arm -> arm.recipe().hostDropout());
  static final ArmKey CHECKPOINTING =
      key(
          "checkpointing",
          "gradient checkpointing: whether blocks are computed twice, to keep less of them",
          Shape.of("boolean"),
          arm -> Optional.of(arm.recipe().isCheckpointing()));
  static final ArmKey PATIENCE =
      key(
          "patience",
          "epochs without a better validation after which training ends",
          Range.whole(1, LARGEST),
          arm -> arm.recipe().patience());
  static final ArmKey KEEP =
      key(
          "keep",
          "which weights are kept: the last, or those that validated best",
          Shape.choice(KEPT),
          arm -> some(KEPT.get(arm.recipe().keepBest() ? 1 : 0)));

  static final ArmKey CUDA_GRAPHS =
      key(
          "cuda-graphs",
          "pads batches to whole multiples of so many tokens and captures steps as CUDA graphs, on a"
              + " GPU; 0 for no graphs; those that repeat as they are otherwise",
          Range.whole(0, LARGEST),
          arm -> arm.recipe().cudaGraphs());

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
          BATCH_TOKENS,
          LEARNING_RATE,
          HEAD_RATE,
          WARMUP,
          WEIGHT_DECAY,
          MAX_LENGTH,
          HOST_DROPOUT,
          CHECKPOINTING,
          PATIENCE,
          KEEP,
          CUDA_GRAPHS);

  static final List<String> NAMES = ALL.stream().map(ArmKey::name).toList();

  private static ArmKey key(
      String name, String help, JsonObject shape, Function<Arm, Optional<?>> value) {
    return new ArmKey(name, help, shape, Optional.empty(), value);
  }

  private static ArmKey key(
      String name, String help, Range range, Function<Arm, Optional<?>> value) {
    return new ArmKey(name, help, range.shape(), Optional.of(range), value);
  }

  /** The same, which takes a list of its values as well; they may be equal. */
  private ArmKey orList() {
    return new ArmKey(name, help, Shape.any(shape, Shape.series(shape)), range, value);
  }

  private static Optional<?> rates(Arm arm) {
    List<Double> rates = arm.recipe().rates().methods();
    return rates.size() > 1 ? Optional.of(rates) : rates.stream().findFirst();
  }

  private static Optional<?> some(Object value) {
    return Optional.of(value);
  }
}
