package dev.graft.harness.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.GraftException;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.Safetensors;
import dev.graft.harness.curves.EventFile;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.json.Json;
import dev.graft.methods.Methods;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class KilledTrialTest {
  private static final int KILLED = 128 + 9;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;
  private TinyStudy tiny;

  @BeforeEach
  void writeTheModelAndTheTask() {
    tiny = new TinyStudy(folder);
  }

  private TrialResult undisturbed(TrialSpec spec) {
    StudyFolder here = new StudyFolder(folder.resolve("here"));
    OutputFolder.create(here.trial(spec));
    return new Trial(spec, here, progress -> {}).run(Methods.installed());
  }

  private static Process start(JobFolder job) throws IOException {
    ProcessBuilder builder = JavaProcess.of(Trial.class, job.path());
    builder.command().add(1, "-D" + Trial.EVERY + "=0");
    return builder.redirectErrorStream(true).redirectOutput(job.log().toFile()).start();
  }

  private static int taken(Path snapshot) {
    try {
      return Files.exists(snapshot)
          ? (int) Safetensors.open(snapshot).info("losses").elements()
          : 0;
    } catch (GraftException e) {
      throw new AssertionError("a snapshot is whole at any time", e);
    }
  }

  private static String weights(Path study, TrialResult result) {
    List<String> hashes = new ArrayList<>();
    for (String part : List.of("1-adalora", "2-prefix-tuning", "head")) {
      Path file = study.resolve(result.checkpoint()).resolve(part).resolve("graft.safetensors");
      hashes.add(Fingerprint.of(Safetensors.open(file)));
    }
    return hashes.toString();
  }

  @Test
  void aTrialThatIsKilledGoesOnAsIfItHadNotBeen() throws IOException, InterruptedException {
    TrialSpec spec = TrialSpec.reported(tiny.arm("adalora+prefix-tuning"), 1);
    StudyFolder study = new StudyFolder(folder.resolve("study"));
    JobFolder job = new JobFolder(study.trial(spec));
    Path snapshot = job.path().resolve("snapshot.safetensors");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int kill = 0, step = 0; kill < 2; kill++) {
      job.prepare(new Trial.Job(spec, "cpu"), PATIENCE);
      Process process = start(job);
      step += 1 + random.nextInt(30);
      while (process.isAlive() && taken(snapshot) < step) {
        Thread.sleep(2);
      }
      process.destroyForcibly();
      assertThat(process.waitFor()).as(Files.readString(job.log())).isEqualTo(KILLED);
    }
    int begun = taken(snapshot);
    job.prepare(new Trial.Job(spec, "cpu"), PATIENCE);
    assertThat(start(job).waitFor()).isZero();
    assertThat(job.log()).content().contains("goes on after step " + begun);
    TrialResult result = Json.read(job.result(), TrialResult.class);
    TrialResult expected = undisturbed(spec);
    assertThat(result.steps().losses()).as("seed %s", seed).isEqualTo(expected.steps().losses());
    assertThat(result.test()).isEqualTo(expected.test());
    assertThat(result.validation()).isEqualTo(expected.validation());
    assertThat(weights(study.path(), result)).isEqualTo(weights(folder.resolve("here"), expected));
    assertThat(snapshot).doesNotExist();
    assertThat(EventFile.read(job.path().resolve(EventFile.NAME)))
        .filteredOn(event -> !event.scalars().isEmpty())
        .hasSize(72);
  }

  @Test
  void aTrialThatRestsGoesOnInItsFolder() {
    TrialSpec spec = TrialSpec.tuning(tiny.arm("lora"), 1);
    StudyFolder study = new StudyFolder(folder.resolve("study"));
    JobFolder job = new JobFolder(study.trial(spec));
    TrialResult rested = null;
    for (int until : List.of(20, 50)) {
      job.prepare(new Trial.Job(spec.until(until), "cpu"), PATIENCE);
      rested = new Trial(spec.until(until), study, progress -> {}).run(Methods.installed());
      assertThat(rested.steps().count()).isEqualTo(until);
      assertThat(rested.validation()).isNotEmpty();
      assertThat(rested.test()).isEmpty();
    }
    job.prepare(new Trial.Job(spec, "cpu"), PATIENCE);
    TrialResult whole = new Trial(spec, study, progress -> {}).run(Methods.installed());
    TrialResult expected = undisturbed(spec);
    assertThat(whole.steps().losses())
        .startsWith(rested.steps().losses().toArray(Double[]::new))
        .isEqualTo(expected.steps().losses());
    assertThat(whole.validation()).isEqualTo(expected.validation());
  }
}
