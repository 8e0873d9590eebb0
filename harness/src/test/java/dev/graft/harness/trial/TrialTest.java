package dev.graft.harness.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.data.Task;
import dev.graft.harness.environment.Identity;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.StandardMetric;
import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseCost;
import dev.graft.harness.measure.phase.Work;
import dev.graft.harness.objective.Answers;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.objective.TokenisedExamples;
import dev.graft.harness.training.Counts;
import dev.graft.harness.trial.costs.TrialCosts;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Plan;
import dev.graft.program.Dim;
import dev.graft.program.Precision;
import dev.graft.saved.GraftRecord;
import dev.graft.saved.Saved;
import dev.graft.testing.TestDevice;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TrialTest {
  @TempDir Path folder;
  private TinyStudy study;
  private StudyFolder output;
  private final List<Progress> told = new ArrayList<>();

  @BeforeEach
  void writeTheModelAndTheTask() {
    study = new TinyStudy(folder);
    output = new StudyFolder(folder.resolve("output"));
  }

  private TrialResult run(TrialSpec spec) {
    OutputFolder.create(output.trial(spec));
    return new Trial(spec, output, told::add).run(Methods.installed());
  }

  @Test
  void aTrialTellsAllThatItFound() {
    TrialResult result = run(study.trial("lora"));
    assertThat(result.counts()).isEqualTo(new Counts(8 * 32 * 4, 2 * 16 + 2, hostCount()));
    assertThat(result.answers().targets()).hasSize(40).startsWith(0.0, 1.0, 0.0);
    assertThat(result.answers().predictions()).hasSize(40).containsOnly(0.0, 1.0);
    assertThat(result.answers().metrics()).containsOnlyKeys(StandardMetric.ACCURACY);
    assertThat(result.answers().metrics().get(StandardMetric.ACCURACY))
        .isEqualTo(accuracy(result))
        .isGreaterThan(0.8);
    assertThat(result.steps().count()).isEqualTo(72);
    assertThat(result.steps().lastLoss()).isLessThan(result.steps().firstLoss());
    assertThat(result.steps().seconds()).isPositive();
    assertThat(result.provenance().device()).isEqualTo("cpu");
    assertThat(told)
        .extracting(Progress::phase)
        .containsSubsequence(
            Progress.Phase.LOADING,
            Progress.Phase.TRAINING,
            Progress.Phase.EVALUATING,
            Progress.Phase.MERGING,
            Progress.Phase.SAVING);
    assertThat(Json.read(Json.line(result), TrialResult.class)).isEqualTo(result);
  }

  @Test
  void aTrialTellsWhatEachPhaseTook() {
    long begin = System.nanoTime();
    TrialResult result = run(study.trial("lora"));
    double passed = (System.nanoTime() - begin) / 1e9;
    Costs costs = result.costs().orElseThrow().measured();
    assertThat(costs.phases())
        .extracting(PhaseCost::phase)
        .containsExactlyElementsOf(EnumSet.complementOf(EnumSet.of(Phase.GENERAL_TEXT)));
    assertThat(costs.phases()).allSatisfy(cost -> assertThat(cost.seconds()).isPositive());
    assertThat(costs.phases().stream().mapToDouble(PhaseCost::seconds).sum())
        .isBetween(0.5 * passed, passed);
    assertThat(result.steps().seconds()).isCloseTo(costs.seconds(Phase.STEPS), within(0.1));
    Work work = costs.work().orElseThrow();
    assertThat(work.steps()).isEqualTo(72);
    assertThat(work.examples()).isEqualTo(6 * 96);
    assertThat(work.tokens()).isBetween(6 * 96L * 3, work.padded());
    assertThat(work.rows()).isEqualTo(8);
    assertThat(costs.examplesPerSecond().orElseThrow())
        .isCloseTo(6 * 96 / costs.seconds(Phase.STEPS), within(1e-6));
    assertThat(costs.shareOfLimit()).isEmpty();
    assertThat(costs.underWay().orElseThrow()).isBetween(0.0, costs.seconds(Phase.STEPS));
    assertThat(costs.waiting().orElseThrow()).isGreaterThan(0).isLessThan(1);
    assertThat(costs.joulesPerStep()).isEmpty();
    assertThat(costs.energy()).startsWith("not measured: ");
  }

  /** The programs of each batch's size are counted as the plan counts them. */
  @Test
  void theOperationsOfATrialAreThoseOfItsBatches() {
    TrialResult result = run(study.trial("full"));
    TrialCosts costs = result.costs().orElseThrow();
    Work work = costs.measured().work().orElseThrow();
    Stack stack =
        Stack.of(
            Model.check(ModelDirectory.open(study.model())),
            StackSpec.parse("full", Methods.installed()),
            new Labelling(TaskFinder.open(study.task().toString()))
                .head(Model.check(ModelDirectory.open(study.model()))));
    Dim step = Plan.trainingFlops(stack);
    assertThat(work.flops())
        .isBetween(
            72.0 * Plan.at(step, work.rows(), 3), 72.0 * Plan.at(step, work.rows(), work.length()));
    Plan largest = new Plan(stack, Precision.FLOAT32, work.rows(), work.length());
    assertThat((double) largest.trainingFlops())
        .as("three products for one, but for the first layer's input and the mask")
        .isBetween(2.9 * largest.forwardFlops(), 3.0 * largest.forwardFlops());
    assertThat(costs.met().orElseThrow().bytes()).isLessThan(costs.forecast().bytes());
    assertThat(costs.ratio().orElseThrow())
        .isEqualTo((double) costs.trainingBytes().orElseThrow() / costs.met().get().bytes());
  }

  @Test
  void trialsOfEarlierVersionsCanBeRead() {
    TrialResult result = run(study.trial("head-only"));
    JsonObject json = JsonParser.parseString(Json.line(result)).getAsJsonObject();
    json.getAsJsonObject("costs").getAsJsonObject("measured").remove("underWay");
    assertThat(Json.read(json.toString(), TrialResult.class).costs().orElseThrow().measured())
        .satisfies(costs -> assertThat(costs.waiting()).isEmpty());
    json.remove("costs");
    assertThat(Json.read(json.toString(), TrialResult.class).costs()).isEmpty();
  }

  @Test
  void theCheckpointSaysHowItWasMade() {
    TrialSpec spec = study.trial("lora");
    TrialResult result = run(spec);
    Path checkpoint = output.path().resolve(result.checkpoint());
    assertThat(GraftRecord.read(checkpoint).provenance())
        .containsAllEntriesOf(result.provenance().written())
        .containsEntry("model", spec.arm().model())
        .containsEntry("stack", "lora")
        .containsEntry("precision", "float32")
        .containsEntry("seed", "1")
        .containsEntry("epochs", "6")
        .containsEntry("learning-rate", "0.02")
        .containsEntry("steps", "72")
        .containsEntry("test-accuracy", String.valueOf(result.answers().quality()));
  }

  private static double accuracy(TrialResult result) {
    return IntStream.range(0, result.answers().examples())
            .filter(
                i ->
                    result.answers().predictions().get(i).equals(result.answers().targets().get(i)))
            .count()
        / 40.0;
  }

  private long hostCount() {
    return Model.check(ModelDirectory.open(study.model())).parameterCount();
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void aTrialLearnsIn16Bits(Precision precision) {
    TrialResult result = run(study.trial("lora+prefix-tuning", precision));
    assertThat(result.spec().arm().precision()).isEqualTo(precision);
    assertThat(result.answers().metrics().get(StandardMetric.ACCURACY)).isGreaterThan(0.8);
    assertThat(result.merging().orElseThrow().sites()).isEqualTo(4);
    assertThat(Json.read(Json.line(result), TrialResult.class)).isEqualTo(result);
  }

  /** A text has the label of each word that it holds. */
  @Test
  void aTrialLearnsAnyNumberOfLabels() throws IOException {
    Path task = Files.createDirectories(folder.resolve("many"));
    Files.writeString(
        task.resolve("task.yaml"), "train: train.csv\ntest: test.csv\nkind: multi-label\n");
    for (String file : List.of("train.csv", "test.csv")) {
      StringBuilder table = new StringBuilder("text,label\n");
      for (int i = 0; i < 96; i++) {
        String labels = List.of("", "w10", "w11", "\"w10,w11\"").get(i % 4);
        table.append("w%s %s,%s\n".formatted(12 + i % 9, labels.replaceAll("\\W", " "), labels));
      }
      Files.writeString(task.resolve(file), table);
    }
    TrialResult result = run(study.trial("lora", task));
    assertThat(result.answers().examples()).isEqualTo(96);
    assertThat(result.answers().targets())
        .hasSize(192)
        .startsWith(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0);
    assertThat(result.answers().metrics())
        .containsOnlyKeys(StandardMetric.MICRO_F1, StandardMetric.MACRO_F1);
    assertThat(result.answers().quality()).isGreaterThan(0.9);
    assertThat(result.merging().orElseThrow().agreements()).isEqualTo(96);
  }

  /** A text has a score for each of two words. */
  @Test
  void aTrialLearnsSeveralScores() throws IOException {
    Path task = Files.createDirectories(folder.resolve("scores"));
    Files.writeString(
        task.resolve("task.yaml"),
        "train: train.csv\ntest: test.csv\ntext-columns: text\nlabel-column: [high, low]\n");
    for (String file : List.of("train.csv", "test.csv")) {
      StringBuilder table = new StringBuilder("text,high,low\n");
      for (int i = 0; i < 96; i++) {
        String scores = List.of("w10 w12,1,0", "w11 w13,0,1", "w10 w11,1,1").get(i % 3);
        table.append("w%s %s\n".formatted(14 + i % 7, scores));
      }
      Files.writeString(task.resolve(file), table);
    }
    TrialResult result = run(study.trial("lora", task));
    assertThat(result.answers().examples()).isEqualTo(96);
    assertThat(result.answers().targets()).startsWith(1.0, 0.0, 0.0, 1.0, 1.0, 1.0);
    assertThat(result.answers().metrics())
        .containsOnlyKeys(StandardMetric.PEARSON, StandardMetric.SPEARMAN);
    assertThat(result.answers().quality()).isGreaterThan(0.8);
    assertThat(result.merging().orElseThrow().agreements()).isEqualTo(96);
  }

  @Test
  void mergingChangesNoPrediction() {
    TrialResult result = run(study.trial("lora"));
    MergeCheck merging = result.merging().orElseThrow();
    assertThat(merging.sites()).isEqualTo(4);
    assertThat(merging.agreements()).isEqualTo(40);
    assertThat(merging.difference()).isBetween(0.0, 1e-4);
    assertThat(merging.metrics()).isEqualTo(result.answers().metrics());
  }

  @Test
  void whatCannotBeMergedIsNotCompared() {
    assertThat(run(study.trial("houlsby")).merging()).isEmpty();
  }

  @Test
  void theCheckpointAnswersAsTheTrialDid() {
    TrialResult result = run(study.trial("prefix-tuning"));
    Path checkpoint = output.path().resolve(result.checkpoint());
    Task task = TaskFinder.open(study.task().toString());
    try (TestDevice cpu = new TestDevice();
        Tokenizer tokenizer = Tokenizer.open(study.model(), 32);
        Attachment attachment =
            Saved.open(cpu.load(ModelDirectory.open(study.model())), checkpoint)) {
      TokenisedExamples test = new TokenisedExamples(task.test(), tokenizer, tokens -> {});
      assertThat(Answers.of(attachment, test, progress -> {}).predictions())
          .containsExactly(result.answers().predictions().stream().mapToDouble(p -> p).toArray());
    }
    assertThat(result.checkpointBytes()).isGreaterThan(4 * result.counts().total());
  }

  @Test
  void anUntrainedHostIsAnotherModelOfTheSameShape() {
    TrialSpec trained = study.trial("head-only");
    TrialSpec untrained = TrialSpec.reported(trained.arm().onUntrainedHost(), 1);
    TrialResult pretrained = run(trained);
    TrialResult fresh = run(untrained);
    assertThat(fresh.counts()).isEqualTo(pretrained.counts());
    assertThat(fresh.provenance().base()).isNotEqualTo(pretrained.provenance().base());
    assertThat(fresh.provenance().data()).isEqualTo(pretrained.provenance().data());
    assertThat(fresh.checkpoint()).isNotEqualTo(pretrained.checkpoint());
    assertThat(Path.of(Trial.model(untrained, output), "model.safetensors")).exists();
    assertThat(fresh.steps().firstLoss()).isCloseTo(Math.log(2), within(0.1));
  }

  @Test
  void anUntrainedHostIsOfTheModelAsItIsNowNotOfItsName() throws IOException {
    TrialSpec spec = TrialSpec.reported(study.trial("head-only").arm().onUntrainedHost(), 1);
    String before = Trial.model(spec, output);
    Path config = study.model().resolve("config.json");
    String said = Files.readString(config);
    Files.writeString(config, said.replace("{", "{\"initializer_range\": 0.03, "));
    try {
      assertThat(Trial.model(spec, output)).isNotEqualTo(before);
    } finally {
      Files.writeString(config, said);
    }
    assertThat(Trial.model(spec, output)).isEqualTo(before);
  }

  /** Else all that was stored before it could be measured would be trained anew. */
  @Test
  void whereForgettingIsNotMeasuredNothingIsSaidOfIt() {
    TrialSpec spec = study.trial("lora");
    GeneralText text = new GeneralText(ForgettingSpec.of("general.txt"), "a hash");
    TrialSpec measured = spec.on(Optional.of(text));

    assertThat(Json.line(spec)).endsWith("\"until\":null}");
    assertThat(Json.read(Json.line(spec), TrialSpec.class)).isEqualTo(spec);
    assertThat(Json.read(Json.line(measured), TrialSpec.class)).isEqualTo(measured);
    assertThat(key(measured)).isNotEqualTo(key(spec));
    assertThat(key(spec.on(Optional.of(new GeneralText(text.spec(), "another")))))
        .isNotEqualTo(key(measured));
    TrialSpec untrained = TrialSpec.reported(spec.arm().onUntrainedHost(), 1);
    assertThat(untrained.on(Optional.of(text))).isEqualTo(untrained);
  }

  private static String key(TrialSpec spec) {
    return new TrialInputs(spec, new Identity("base", "configuration", "data", Map.of(), "0"))
        .key();
  }
}
