package dev.graft.harness.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.data.Services;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.LockFile;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.measure.latency.LatencyComparison.ArmLatency;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.training.Rates;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.Trial;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import dev.graft.harness.wiring.Harness;
import dev.graft.methods.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StudyRunnerTest {
  @TempDir Path folder;
  private TinyStudy tiny;
  private Path output;
  private final Harness harness = new Harness();
  private final Stores stores = harness.stores();
  private final StudyRunner runner = harness.studyRunner();
  private final List<String> heard = new ArrayList<>();
  private final List<LockFile> reserved = new ArrayList<>();
  private final StudyListener listener =
      new StudyListener() {
        @Override
        public void started(int index, String arm, TrialSpec trial) {
          heard.add("started " + index + " " + arm);
        }

        @Override
        public void ended(int index, String arm, Outcome outcome, boolean stored) {
          heard.add("ended " + index + (stored ? " stored" : ""));
        }

        @Override
        public void troubled(String what) {
          heard.add(what);
        }

        @Override
        public void timingStarted() {
          heard.add("timing");
        }

        @Override
        public void timingWaits(Path shared) {
          heard.add("timing waits");
          reserved.forEach(LockFile::close);
        }
      };

  @BeforeEach
  void writeTheModelAndTheTask() {
    tiny = new TinyStudy(folder);
    output = folder.resolve("output");
  }

  private List<StoredRun> stored() {
    try (TrialStore store = stores.open(Optional.empty(), new StudyFolder(output))) {
      return store.runs(RunFilter.ALL);
    }
  }

  private StudyResult run(Study study) {
    return runner.run(study, "", ExecutorOptions.DEFAULT, output, Optional.empty(), listener);
  }

  private Study study(Optional<LatencySpec> latency, String... methods) {
    return study(tiny.arm(""), latency, methods);
  }

  private static Study study(Arm first, Optional<LatencySpec> latency, String... methods) {
    return new Study(
        Optional.empty(),
        ArmNames.of(List.of(methods).stream().map(first::withMethod).toList(), Methods.installed()),
        methods[0],
        List.of(1L),
        Optional.empty(),
        Optional.empty(),
        latency);
  }

  @Test
  void trialsRunInProcessesOfTheirOwnAndAreTimedTogether() {
    LatencySpec latency = new LatencySpec(List.of(new LatencySpec.Size(2, 8)), 3, 10, 0.05, 0.01);
    JobFolder timing = new JobFolder(new StudyFolder(output).timing());
    reserved.add(timing.reserve(() -> {})); // as by another study, until this one waits

    StudyResult result = run(study(Optional.of(latency), "lora", "houlsby"));

    assertThat(result.failures()).isEmpty();
    assertThat(result.isComplete()).isTrue();
    assertThat(heard)
        .containsExactly(
            "started 0 lora", "ended 0", "started 1 houlsby", "ended 1", "timing", "timing waits");
    assertThat(result.results())
        .extracting(trial -> trial.spec().arm().method())
        .containsExactly("lora", "houlsby");
    assertThat(result.results())
        .allSatisfy(
            trial ->
                assertThat(output.resolve(trial.checkpoint())).isDirectory().isNotEmptyDirectory());
    assertThat(result.results())
        .extracting(trial -> trial.provenance().process())
        .as("decided once, for all that is compared")
        .allMatch(process -> process.contains("MALLOC_ARENA_MAX="))
        .containsOnly(result.results().get(0).provenance().process());
    assertThat(result.latency()).hasSize(1);
    LatencyResult times = result.latency().get(0);
    assertThat(times.size()).isEqualTo(new LatencySpec.Size(2, 8));
    assertThat(times.comparison().arms())
        .extracting(ArmLatency::name)
        .containsExactly("lora", "lora merged", "houlsby");
    assertThat(times.processes())
        .hasSize(3)
        .allSatisfy(process -> assertThat(process.times().rounds()).isGreaterThanOrEqualTo(6));
    assertThat(times.circumstances())
        .hasSize(3)
        .allSatisfy(
            each ->
                assertThat(each.before())
                    .containsEntry("gpu", "not measured: the device is cpu")
                    .containsKeys("cpu clock", "load"));
    assertThat(times.of("lora", true)).isPresent();
    assertThat(times.of("houlsby", true)).isEmpty();
    assertThat(stored()).hasSize(2);
    assertThat(shown()).isEqualTo(result);
  }

  /** What is told of a study that has run. */
  private StudyResult shown() {
    StudyFolder study = new StudyFolder(output);
    try (TrialStore store = stores.open(Optional.empty(), study)) {
      return StudyRecord.latest(store, study).result();
    }
  }

  @Test
  void aTrialInAProcessGivesTheSameAnswersAsInThisOne() {
    TrialSpec spec = TrialSpec.reported(tiny.arm("lora"), 1);
    StudyFolder here = new StudyFolder(folder.resolve("here"));
    OutputFolder.create(here.trial(spec));
    TrialResult inThis = new Trial(spec, here, progress -> {}).run(Methods.installed());
    TrialResult inChild = run(study(Optional.empty(), "lora")).results().get(0);
    assertThat(inChild.steps().losses()).isEqualTo(inThis.steps().losses());
    assertThat(inChild.test()).isEqualTo(inThis.test());
  }

  @Test
  void aTrialThatFailsIsAnOutcomeAndTheRestGoesOn() throws IOException {
    Study study =
        study(
            Optional.empty(),
            "test-doomed:end=crash",
            "test-doomed:end=error",
            "test-doomed",
            "head-only");
    StudyResult result = run(study);

    assertThat(result.isComplete()).isFalse();
    assertThat(result.arms())
        .flatExtracting(ArmOutcome::trials)
        .extracting(outcome -> outcome.spec().unbound())
        .containsExactlyElementsOf(
            study.arms().values().stream().map(arm -> TrialSpec.reported(arm, 1)).toList());
    assertThat(result.results()).hasSize(1);
    TrialFailure crash = result.failures().get(0);
    assertThat(crash.reason())
        .startsWith("Its process ended with exit code 134, by signal 6.\n  last it said: ")
        .endsWith("all of it: " + output.resolve(crash.log()));
    assertThat(result.failures().get(1).reason())
        .startsWith(
            "The memory that Java may take is not enough.\n  found: the plugin wants it all\n");
    assertThat(result.failures().get(2).reason())
        .startsWith("The initial values of 'a' of test-doomed can't be drawn.\n");
    for (TrialFailure failure : result.failures().subList(1, 3)) {
      assertThat(failure.reason()).contains("the plugin ").doesNotContain("\tat ");
      assertThat(Files.readString(output.resolve(failure.log()))).contains("\tat ");
    }
  }

  private StudyResult runCarelessly(Study study) {
    ExecutorOptions options =
        new ExecutorOptions(
            Optional.of(CarelessExecutors.NAME), Optional.empty(), Optional.empty());
    return new Services(folder)
        .with(
            TrialExecutors.class,
            List.of(CarelessExecutors.class.getName()),
            () ->
                new Harness()
                    .studyRunner()
                    .run(study, "", options, output, Optional.empty(), listener));
  }

  @Test
  void whateverAnotherExecutorDoesTheTrialFailsAndTheRestGoesOn() throws IOException {
    List<Long> seeds =
        List.of(
            CarelessExecutors.THROWS,
            CarelessExecutors.LACKS_A_CLASS,
            CarelessExecutors.GIVES_NOTHING,
            CarelessExecutors.GIVES_ANOTHER,
            CarelessExecutors.LOSES_THE_CHECKPOINT,
            CarelessExecutors.RUNS);
    Arm arm = tiny.arm("head-only");
    Study study =
        new Study(
            Optional.empty(),
            Map.of("head-only", arm),
            "head-only",
            seeds,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    StudyResult result = runCarelessly(study);

    assertThat(result.results())
        .extracting(trial -> trial.spec().seed())
        .containsExactly(CarelessExecutors.RUNS);
    assertThat(result.failures())
        .extracting(failure -> failure.reason().lines().findFirst().orElse(""))
        .containsExactly(
            "The trial's executor failed.",
            "The trial's executor failed.",
            "The trial's executor returned without an outcome.",
            "The trial's executor returned the outcome of another trial.",
            "The trial's executor returned a result without its checkpoint.");
    assertThat(result.failures())
        .allSatisfy(
            failure ->
                assertThat(failure.reason())
                    .contains("in: " + CarelessExecutors.class.getName() + " of "));
    assertThat(output.resolve(result.failures().get(0).log()))
        .content()
        .contains("the queue is gone", "\tat " + CarelessExecutors.class.getName());
    assertThat(shown()).isEqualTo(result);
    assertThat(heard)
        .filteredOn(what -> what.startsWith("The executor of a stored trial failed."))
        .hasSize(seeds.size());
  }

  @Test
  void whatIsStoredDoesNotRunAgainAndWhatFailedDoes() {
    run(study(Optional.empty(), "head-only", "test-doomed"));
    heard.clear();
    StudyResult again = run(study(Optional.empty(), "head-only", "bitfit", "test-doomed"));
    assertThat(heard)
        .containsExactly(
            "ended 0 stored", "started 1 bitfit", "ended 1", "started 2 test-doomed", "ended 2");
    assertThat(again.results()).hasSize(2);
    assertThat(stored()).hasSize(4);
  }

  @Test
  void armsAreTunedOnTheValidationSplitAndReportedWithWhatWasChosen() {
    Arm arm = tiny.arm("lora");
    Arm free = arm.withRecipe(arm.recipe().withRates(Rates.RECOMMENDED));
    Study study =
        new Study(
            Optional.empty(),
            Map.of("lora", free),
            "lora",
            List.of(1L),
            Optional.of(new Tuning(2, Tuning.Search.RANDOM, Optional.empty(), 5)),
            Optional.empty(),
            Optional.empty());

    StudyResult result = run(study);

    ArmOutcome lora = result.arms().get(0);
    assertThat(lora.tuning())
        .hasSize(2)
        .allSatisfy(
            trial -> {
              TrialResult found = (TrialResult) trial;
              assertThat(found.test()).as("the test split is not read").isEmpty();
              assertThat(found.validation()).isNotEmpty();
            });
    TrialResult best =
        lora.tuning().stream()
            .map(TrialResult.class::cast)
            .max(Comparator.comparingDouble(TrialResult::validated))
            .orElseThrow();
    assertThat(lora.arm()).isEqualTo(best.spec().arm());
    assertThat(lora.results())
        .hasSize(1)
        .allSatisfy(trial -> assertThat(trial.spec().arm()).isEqualTo(lora.arm()));
    assertThat(shown()).isEqualTo(result);
    heard.clear();
    assertThat(run(study).arms()).isEqualTo(result.arms());
    assertThat(heard).hasSize(3).allMatch(event -> event.endsWith("stored"));
  }

  @Test
  void halvingRunsAsManyTrialsAndStepsAsAreForecast() throws IOException {
    Arm arm = tiny.arm("head-only");
    Arm free = arm.withRecipe(arm.recipe().withRates(Rates.RECOMMENDED));
    Optional<Tuning> tuning = Optional.of(new Tuning(3, Tuning.Search.RANDOM, Optional.of(2), 5));
    Study study =
        new Study(
            Optional.empty(),
            Map.of("head-only", free),
            "head-only",
            List.of(1L),
            tuning,
            Optional.empty(),
            Optional.empty());
    Map<String, CheckedArm> checked = runner.check(study);
    Rungs rungs = Rungs.of(tuning, checked.get("head-only").steps());

    StudyResult result = run(study);

    assertThat(heard).filteredOn(event -> event.startsWith("started")).hasSize(rungs.trials() + 1);
    assertThat(StudyRunner.trials(study, checked)).isEqualTo(rungs.trials() + 1);
    Map<Arm, Integer> steps = new HashMap<>();
    result.arms().get(0).tuning().stream()
        .map(TrialResult.class::cast)
        .forEach(
            trial -> steps.merge(trial.spec().arm(), trial.steps().losses().size(), Math::max));
    assertThat(steps).hasSize(3);
    assertThat(steps.values().stream().mapToLong(made -> made).sum()).isEqualTo(rungs.steps());

    // What was chosen by is known though a later rung was killed before it had saved its own.
    for (Outcome trial : result.arms().get(0).tuning()) {
      Folders.delete(output.resolve(((TrialResult) trial).checkpoint()));
    }
    heard.clear();
    assertThat(run(study).arms()).isEqualTo(result.arms());
    assertThat(heard).hasSize(rungs.trials() + 1).allMatch(event -> event.endsWith("stored"));
  }

  @Test
  void equalTrialsOfASearchAreShownAsOftenAsTheRunCountedThem() {
    Arm arm = tiny.arm("head-only");
    Arm free = arm.withRecipe(arm.recipe().withRates(Rates.RECOMMENDED).withSteps(2));
    long seed = CarelessExecutors.RUNS;
    Study study =
        new Study(
            Optional.empty(),
            Map.of("head-only", free),
            "head-only",
            List.of(seed),
            Optional.of(new Tuning(4, Tuning.Search.RANDOM, Optional.of(2), seed)),
            Optional.empty(),
            Optional.empty());

    StudyResult result = runCarelessly(study);

    assertThat(result.failures()).isEmpty();
    assertThat(result.arms().get(0).tuning()).as("4, 2 and 1").hasSize(7);
    assertThat(result.arms().get(0).tuning().stream().distinct()).hasSize(5);
    assertThat(shown()).isEqualTo(result);
    assertThat(runCarelessly(study)).isEqualTo(result);
    assertThat(shown()).isEqualTo(result);
  }

  @Test
  void aMistakeIsFoundBeforeAnythingRuns() throws IOException {
    assertThatThrownBy(() -> run(study(Optional.empty(), "head-only", "lora:targets=qery")))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("The target 'qery' matches no projection of the bert host.");
    Files.delete(tiny.model().resolve("tokenizer.json"));
    assertThatThrownBy(() -> run(study(Optional.empty(), "head-only")))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("has no tokenizer that can be read");
    assertThat(heard).isEmpty();
    assertThat(output).doesNotExist();
  }
}
