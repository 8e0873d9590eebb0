package dev.graft.harness.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.data.Task;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Answers;
import dev.graft.harness.objective.Batches;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.objective.TokenisedExamples;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import dev.graft.testing.TestDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {
  private static final Recipe OWN_RATES =
      new Recipe(
          1,
          Optional.empty(),
          96,
          0,
          0,
          0,
          Rates.RECOMMENDED,
          32,
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private Model model;
  private Tokenizer tokenizer;
  private Labelling objective;
  private TokenisedExamples test;
  private List<String> labels;

  @BeforeEach
  void loadTheModelAndTheTask() {
    TinyStudy study = new TinyStudy(folder);
    Task task = TaskFinder.open(study.task().toString());
    labels = task.labels();
    tokenizer = Tokenizer.open(study.model(), 32);
    objective = new Labelling(task);
    test = new TokenisedExamples(task.test(), tokenizer, tokens -> {});
    model = cpu.load(ModelDirectory.open(study.model()));
  }

  @AfterEach
  void closeTheTokenizer() {
    tokenizer.close();
  }

  private Attachment attach(String method) {
    return model.attach(model.stack(StackSpec.parse(method, Methods.installed()), labels), 1);
  }

  private Map<String, float[]> trained(String method, Recipe recipe, long seed) {
    try (Attachment attachment = attach(method)) {
      train(recipe, seed, attachment, progress -> {});
      return attachment.tensors();
    }
  }

  private Batches batches(Recipe recipe, Attachment attachment) {
    return recipe.batches(
        objective.read(attachment, tokenizer).train(),
        attachment.stack().head(),
        attachment.room());
  }

  private TrainingSteps train(
      Recipe recipe, long seed, Attachment attachment, Consumer<Progress> listener) {
    Peaks peaks =
        Peaks.of(
            recipe.rates(),
            attachment.stack(),
            recipe.planned(batches(recipe, attachment).count()));
    return new Trainer(recipe, peaks, seed, Steering.of(recipe, objective), Optional.empty())
        .train(
            attachment,
            batches(recipe, attachment),
            objective.read(attachment, tokenizer),
            Trail.NONE,
            new Snapshots(Trail.NONE, Map.of()),
            new PhaseMeter(cpu.device(), Precision.FLOAT32),
            listener);
  }

  private static double rate(String method) {
    return Peaks.factor(16, 1) * Methods.installed().get(method).spec().learningRate();
  }

  @Test
  void longerTrainingsAndWiderHostsGetSmallerRates() {
    assertThat(Peaks.factor(384, 1000)).isEqualTo(1);
    assertThat(Peaks.factor(1536, 1000)).isEqualTo(0.5);
    assertThat(Peaks.factor(384, 16_000)).isCloseTo(0.5, within(1e-12));
    assertThat(Peaks.factor(16, 1)).as("beyond what was measured").isEqualTo(Peaks.factor(128, 50));
  }

  private static double largestMove(
      Map<String, float[]> before, Map<String, float[]> after, String in) {
    return before.keySet().stream()
        .filter(name -> name.contains(in))
        .flatMapToDouble(
            name ->
                IntStream.range(0, before.get(name).length)
                    .mapToDouble(i -> Math.abs(after.get(name)[i] - before.get(name)[i])))
        .max()
        .orElseThrow();
  }

  @Test
  void trainingLearnsTheTask() {
    try (Attachment attachment = attach("lora+houlsby")) {
      TrainingSteps trained = train(TinyStudy.RECIPE, 1, attachment, progress -> {});
      assertThat(trained.count()).isEqualTo(72);
      assertThat(trained.lastLoss()).isLessThan(trained.firstLoss() / 2);
      Answers answers = Answers.of(attachment, test, progress -> {});
      assertThat(StandardMetric.ACCURACY.compute(answers.predictions(), test.targets()))
          .isGreaterThan(0.8);
    }
  }

  @Test
  void theSeedDecidesEverything() {
    Map<String, float[]> once = trained("lora", TinyStudy.RECIPE, 1);
    Map<String, float[]> again = trained("lora", TinyStudy.RECIPE, 1);
    Map<String, float[]> other = trained("lora", TinyStudy.RECIPE, 2);
    assertThat(again).allSatisfy((name, numbers) -> assertThat(numbers).isEqualTo(once.get(name)));
    assertThat(other)
        .anySatisfy((name, numbers) -> assertThat(numbers).isNotEqualTo(once.get(name)));
  }

  /** The first step of Adam moves an element by the learning rate, whatever its gradient. */
  @Test
  void eachGraftTrainsAtTheRateOfItsMethodAndTheHeadAtItsOwn() {
    try (Attachment start = attach("bitfit")) {
      Map<String, float[]> after = trained("bitfit", OWN_RATES, 1);
      assertThat(largestMove(start.tensors(), after, "bias"))
          .isCloseTo(rate("bitfit"), within(0.01 * rate("bitfit")));
      assertThat(largestMove(start.tensors(), after, "classifier"))
          .isCloseTo(Rates.HEAD, within(0.01 * Rates.HEAD));
    }
    try (Attachment start = attach("full")) {
      Map<String, float[]> after = trained("full", OWN_RATES, 1);
      assertThat(largestMove(start.tensors(), after, "layers.1.mlp"))
          .isCloseTo(rate("full"), within(0.01 * rate("full")));
      assertThat(largestMove(start.tensors(), after, "classifier"))
          .isCloseTo(Rates.HEAD, within(0.01 * Rates.HEAD));
    }
  }

  @Test
  void aLearningRateThatWasNamedIsThatOfAll() {
    Recipe named = OWN_RATES.withRates(Rates.of(0.002));
    try (Attachment start = attach("full")) {
      Map<String, float[]> after = trained("full", named, 1);
      assertThat(largestMove(start.tensors(), after, "layers.1.mlp"))
          .isCloseTo(0.002, within(1e-5));
      assertThat(largestMove(start.tensors(), after, "classifier")).isCloseTo(0.002, within(1e-5));
    }
  }

  private static Recipe steered(Optional<Integer> steps, boolean keepBest) {
    return new Recipe(
        40,
        steps,
        8,
        0,
        0,
        1,
        new Rates(List.of(0.02), Optional.of(0.01)),
        32,
        Optional.of(0.0),
        keepBest ? Optional.of(2) : Optional.empty(),
        keepBest,
        Optional.empty());
  }

  @Test
  void trainingEndsEarlyWithTheWeightsThatValidateBest() {
    try (Attachment attachment = attach("lora");
        Attachment same = attach("lora")) {
      TrainingSteps found = train(steered(Optional.of(480), true), 1, attachment, told -> {});
      List<Validation> validations = found.validations();
      double best = validations.stream().mapToDouble(Validation::value).max().orElseThrow();
      int first = validations.stream().map(Validation::value).toList().indexOf(best);
      assertThat(validations)
          .as("two epochs after the best")
          .hasSize(first + 3)
          .extracting(Validation::step)
          .startsWith(12, 24);
      assertThat(found.kept()).isEqualTo(validations.get(first).step());
      assertThat(found.count()).isEqualTo(found.kept() + 24);
      Trainer until =
          new Trainer(
              steered(Optional.of(480), false),
              Peaks.of(steered(Optional.of(480), false).rates(), attachment.stack(), 480),
              1,
              Steering.of(steered(Optional.of(480), false), objective),
              Optional.of(found.kept()));
      TrainingSteps kept =
          until.train(
              same,
              batches(steered(Optional.of(480), false), same),
              objective.read(same, tokenizer),
              Trail.NONE,
              new Snapshots(Trail.NONE, Map.of()),
              new PhaseMeter(cpu.device(), Precision.FLOAT32),
              told -> {});
      assertThat(kept.validations()).isEmpty();
      assertThat(attachment.stored()).isEqualTo(same.stored());
    }
  }

  @Test
  void progressIsToldStepByStep() {
    List<Progress> told = new ArrayList<>();
    try (Attachment attachment = attach("head-only")) {
      train(TinyStudy.RECIPE, 1, attachment, told::add);
    }
    assertThat(told).hasSize(72);
    assertThat(told.get(4).phase()).isEqualTo(Progress.Phase.TRAINING);
    assertThat(told.get(4).done()).isEqualTo(5);
    assertThat(told.get(4).total()).isEqualTo(72);
    assertThat(told.get(4).loss()).isPositive();
  }

  @Test
  void trainingAndAnsweringAgainAndAgainLeavesNoTensorBehind() {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      for (String method : List.of("full", "lora+prefix-tuning")) {
        try (Attachment attachment = attach(method)) {
          train(TinyStudy.RECIPE, i, attachment, progress -> {});
          Answers.of(attachment, test, progress -> {});
          try (Attachment merged = attachment.merged()) {
            Answers.of(merged, test, progress -> {});
          }
        }
      }
      alive.add(cpu.liveTensors());
    }
    assertThat(alive).containsOnly(alive.get(0));
  }
}
