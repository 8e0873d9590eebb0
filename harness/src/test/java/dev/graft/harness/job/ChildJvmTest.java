package dev.graft.harness.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.harness.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of jobs that end in every way. */
class ChildJvmTest {
  private static final Duration AT_ONCE = Duration.ZERO;

  @TempDir private Path temporary;
  private JobFolder folder;

  @BeforeEach
  void choose() {
    folder = new JobFolder(temporary.resolve("job"));
  }

  private Ending run(OddJob.End end, Optional<Duration> limit, Consumer<Progress> listener) {
    folder.prepare(new OddJob.Task(end), AT_ONCE);
    return new ChildJvm(OddJob.class, new Machine(2, 2, 0, 1), limit).run(folder, listener);
  }

  private String reason(OddJob.End end) {
    return run(end, Optional.empty(), progress -> {}).reason(folder);
  }

  private static long running(Path folder) {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(folder.toString()))
        .count();
  }

  @Test
  void whatAnEarlierProcessKeptStaysAndItsAnswerGoes() throws IOException {
    Files.createDirectories(folder.path());
    Files.writeString(folder.path().resolve("kept.safetensors"), "kept");
    Files.writeString(folder.result(), "an earlier one");

    assertThat(run(OddJob.End.WELL, Optional.empty(), progress -> {}).isDone()).isTrue();

    assertThat(Json.read(folder.result(), OddJob.Result.class).said()).isEqualTo("done");
    assertThat(folder.path().resolve("kept.safetensors")).exists();
    assertThat(reason(OddJob.End.FULL_GPU)).isNotEmpty();
    assertThat(folder.result()).doesNotExist();
    assertThat(folder.log()).content().containsPattern("(?s)--- started .*--- started ");
  }

  @Test
  void aProcessThatTakesTooLongIsEndedAndTheReasonSaysWhere() {
    Ending ending = run(OddJob.End.NEVER, Optional.of(Duration.ofSeconds(3)), progress -> {});

    assertThat(ending.isDone()).isFalse();
    assertThat(ending.reason(folder))
        .startsWith(
            "It was stopped after 0.05 minutes, as --timeout says, in training, at step 3 of 8.\n");
    assertThat(running(folder.path())).isZero();
  }

  @Test
  void aProcessThatWasKilledSaysHowMuchMemoryItHad() {
    Ending ending =
        run(
            OddJob.End.NEVER,
            Optional.empty(),
            progress ->
                ProcessHandle.current()
                    .children()
                    .filter(
                        child ->
                            child
                                .info()
                                .commandLine()
                                .orElse("")
                                .contains(folder.path().toString()))
                    .forEach(ProcessHandle::destroyForcibly));

    assertThat(ending.exitCode()).isEqualTo(137);
    assertThat(ending.reason(folder))
        .startsWith(
            "Its process was killed (signal 9) in training, at step 3 of 8, most likely by the"
                + " system because memory ran out.\n")
        .containsPattern("found: (0\\.\\d\\d GB in use by it|how much it used is not known)");
  }

  @Test
  void whatTheMachineIsShortOfIsSaid() {
    assertThat(reason(OddJob.End.FULL_DISK))
        .startsWith("The disk is full.\n  found: job: No space left on device\n");
    assertThat(reason(OddJob.End.FULL_GPU))
        .startsWith(
            "The memory of the device is not enough.\n  found: CUDA out of memory. Tried to");
    assertThat(reason(OddJob.End.SILENTLY_FULL)).startsWith("The disk is full, so that not even");
  }

  @Test
  void aThreadThatIsInterruptedEndsItsProcessAndLeavesNothingHalfWritten() {
    Thread waiting = Thread.currentThread();

    assertThatThrownBy(
            () -> run(OddJob.End.NEVER, Optional.empty(), progress -> waiting.interrupt()))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("The study was interrupted.\n");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(running(folder.path())).isZero();
    assertThat(folder.path()).isDirectoryNotContaining("glob:**/.half*");
  }

  @Test
  void aFolderInWhichAProcessStillEndsIsWaitedFor() throws Exception {
    Files.createDirectories(folder.path());
    LockFile held = folder.hold(AT_ONCE);
    assertThatThrownBy(() -> folder.prepare(new OddJob.Task(OddJob.End.WELL), AT_ONCE))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("Another process still works in " + folder.path());
    Thread ending =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(100);
                held.close();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    ending.start();

    folder.prepare(new OddJob.Task(OddJob.End.WELL), Duration.ofMinutes(1));

    assertThat(folder.task()).exists();
    ending.join();
  }
}
