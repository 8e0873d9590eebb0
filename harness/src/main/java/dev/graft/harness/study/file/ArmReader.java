package dev.graft.harness.study.file;

import dev.graft.harness.data.review.ReviewSource;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.training.Rates;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.yaml.YamlScalar;
import dev.graft.harness.yaml.YamlValue;
import dev.graft.hub.HubModel;
import dev.graft.program.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads what stacks are combined with from one value for each key. */
final class ArmReader {
  private static final String DEVICES = "cpu|gpu|gpu:[0-9]{1,3}|auto";

  private final Path file;
  private final Defaults defaults;
  private final Map<String, YamlValue> values;

  /** A reader of values for some of the keys; the others have their defaults. */
  ArmReader(Path file, Defaults defaults, Map<String, YamlValue> values) {
    this.file = file;
    this.defaults = defaults;
    this.values = values;
  }

  /** An arm without methods. */
  Arm arm() {
    return new Arm(
        find(ArmKey.MODEL).map(this::model).orElseGet(defaults.model()),
        find(ArmKey.TASK).map(this::task).orElse(ReviewSource.NAME),
        "",
        find(ArmKey.UNTRAINED).map(YamlScalar::truth).orElse(false),
        find(ArmKey.DEVICE).map(ArmReader::device).orElse(defaults.device()),
        find(ArmKey.PRECISION).map(ArmReader::precision).orElse(Precision.FLOAT32),
        recipe());
  }

  private Recipe recipe() {
    Recipe other = Recipe.DEFAULT;
    return new Recipe(
        whole(ArmKey.EPOCHS).orElse(other.epochs()),
        whole(ArmKey.STEPS),
        whole(ArmKey.BATCH_SIZE).orElse(other.batchSize()),
        whole(ArmKey.BATCH_TOKENS),
        number(ArmKey.WARMUP).orElse(other.warmup()),
        number(ArmKey.WEIGHT_DECAY).orElse(other.weightDecay()),
        other.clipNorm(),
        new Rates(rates(), number(ArmKey.HEAD_RATE)),
        whole(ArmKey.MAX_LENGTH).orElse(other.maxLength()),
        number(ArmKey.HOST_DROPOUT),
        find(ArmKey.CHECKPOINTING).map(YamlScalar::truth),
        whole(ArmKey.PATIENCE),
        find(ArmKey.KEEP).map(value -> value.choice(ArmKey.KEPT).equals("best")).orElse(false),
        whole(ArmKey.CUDA_GRAPHS));
  }

  private Optional<YamlScalar> find(ArmKey key) {
    return Optional.ofNullable(values.get(key.name()))
        .map(value -> value.scalar("a single value; lists stand under " + Frames.VARY));
  }

  private List<Double> rates() {
    YamlValue value = values.get(ArmKey.LEARNING_RATE.name());
    if (value == null) {
      return List.of();
    }
    Range range = ArmKey.LEARNING_RATE.range().get();
    if (value.each().isEmpty()) {
      throw value.wrong(range.words() + ", or a list with one for each method of a stack");
    }
    return value.each().stream().map(rate -> range.number(rate.scalar(range.words()))).toList();
  }

  private Optional<Integer> whole(ArmKey key) {
    return find(key).map(value -> (int) key.range().get().whole(value));
  }

  private Optional<Double> number(ArmKey key) {
    return find(key).map(value -> key.range().get().number(value));
  }

  private String model(YamlScalar value) {
    String name = value.string("a folder, or hf:org/name");
    return HubModel.isNamedBy(name) ? HubModel.parse(name).toString() : beside(name);
  }

  private String task(YamlScalar value) {
    String name = value.string("a folder, or reviews");
    return TaskFinder.isOfSource(name) ? name : beside(name);
  }

  private String beside(String name) {
    return file.toAbsolutePath().resolveSibling(name).normalize().toString();
  }

  private static String device(YamlScalar value) {
    String name = value.string("cpu, gpu, gpu:N or auto");
    if (!name.matches(DEVICES)) {
      throw value.wrong("cpu, gpu, gpu:N or auto");
    }
    return name;
  }

  private static Precision precision(YamlScalar value) {
    return Precision.valueOf(value.choice(ArmKey.PRECISIONS).toUpperCase(Locale.ROOT));
  }
}
