package dev.graft.harness.trial;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.curves.EventFile;
import dev.graft.harness.job.JobProcess;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.job.Progress;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.phase.Costs;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.training.Start;
import dev.graft.harness.training.Trail;
import dev.graft.harness.training.TrainingResult;
import dev.graft.harness.training.TrainingRun;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.program.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One training of a study: its model and task are found, and what it took and gives is told. */
public final class Trial {
  /** From which an interrupted trial goes on. */
  private static final String SNAPSHOT = "snapshot.safetensors";

  /** The system property that says after how many milliseconds a snapshot is due. */
  static final String EVERY = "graft.snapshot.milliseconds";

  /**
   * What the process of a trial is given.
   *
   * @param device on which it runs: the one of the slot, where the trial may take any GPU
   */
  record Job(TrialSpec spec, String device) {}

  private final TrialSpec spec;
  private final String device;
  private final StudyFolder folder;
  private final Consumer<Progress> listener;

  public Trial(TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
    this(new Job(spec, spec.arm().device()), folder, listener);
  }

  private Trial(Job job, StudyFolder folder, Consumer<Progress> listener) {
    this.spec = job.spec();
    this.device = job.device();
    this.folder = folder;
    this.listener = listener;
  }

  /** In a process of its own. */
  public static void main(String[] args) {
    JobProcess.run(
        args,
        (job, listener) ->
            new Trial(Json.read(job.task(), Job.class), StudyFolder.ofTrial(job.path()), listener)
                .run(Methods.installed()));
  }

  public TrialResult run(Methods methods) {
    Arm arm = spec.arm();
    Labelling objective = new Labelling(TaskFinder.open(arm.task()));
    Path checkpoint = folder.trial(spec).resolve("checkpoint");
    OutputFolder.remove(checkpoint); // of a process that was ended before it gave its result
    TrainingRun run =
        new TrainingRun(
            model(spec, folder),
            objective,
            new Start.Fresh(StackSpec.parse(arm.method(), methods)),
            arm.recipe(),
            arm.precision(),
            spec.seed(),
            checkpoint,
            Optional.empty(),
            spec.until(),
            trail());
    try (Device device = Device.named(this.device);
        PhaseMeter meter = new PhaseMeter(device, arm.precision())) {
      TrainingResult<TrialJudge.Judgement> result =
          run.on(
              device, meter, methods, new TrialJudge(objective, spec, meter, listener), listener);
      Costs costs = meter.costs();
      TrialJudge.Judgement found = result.judgement();
      return new TrialResult(
          spec,
          result.counts(),
          result.steps(),
          found.validation(),
          found.test(),
          found.memory(),
          bytes(checkpoint),
          folder.relative(checkpoint),
          found.merging(),
          found.forgetting(),
          result.provenance().environment(),
          Optional.of(Demand.costs(arm.withDevice(device.name()), found.stack(), costs)),
          Optional.of(result.provenance().peaks()),
          result.provenance().graphs());
    }
  }

  private Trail trail() {
    Path own = folder.trial(spec);
    Duration every = Duration.ofMillis(Long.getLong(EVERY, Trail.EVERY.toMillis()));
    System.Logger log = System.getLogger(Trial.class.getName());
    return new Trail(
        Optional.of(own.resolve(SNAPSHOT)),
        every,
        Optional.of(own.resolve(EventFile.NAME)),
        line -> log.log(System.Logger.Level.INFO, line));
  }

  /** The name of a trial's host: the pretrained one, or a copy with fresh weights. */
  public static String model(TrialSpec spec, StudyFolder folder) {
    String model = spec.arm().model();
    if (!spec.arm().untrained()) {
      return model;
    }
    ModelDirectory directory = ModelDirectory.of(model);
    Path copy = folder.untrained(UntrainedModel.origin(directory), spec.seed());
    return UntrainedModel.write(directory, copy, spec.seed()).toString();
  }

  private static long bytes(Path checkpoint) {
    try (Stream<Path> files = Files.walk(checkpoint)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
