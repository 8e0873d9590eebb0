package dev.graft.harness.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.harness.json.Json;
import dev.graft.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
            "Its process was killed (signal 9) in training, at step 3 of 8, most likely by ")
        .containsPattern("found: (0\\.\\d\\d GB in use by it|how much it used is not known)");
  }

  @Test
  void whatTheMachineIsShortOfIsSaid() {
    assertThat(reason(OddJob.End.FULL_DISK))
        .startsWith("The disk takes no more.\n  found: job: No space left on device\n");
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

  private Process parent(List<String> options, Object... arguments) throws IOException {
    List<Object> all = new ArrayList<>(List.of(folder.path()));
    all.addAll(List.of(arguments));
    ProcessBuilder builder = JavaProcess.of(ParentProcess.class, all.toArray());
    builder.command().addAll(builder.command().indexOf("-cp"), options);
    return builder.redirectErrorStream(true).start();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aProcessEndsWithAKilledParentThoughAProgramOfThatHoldsTheirPipe() throws Exception {
    Process parent = parent(List.of(), OddJob.End.NEVER, "sleep 30 >/dev/null 2>&1 &");
    BufferedReader said = parent.inputReader();
    assertThat(said.readLine()).isEqualTo("started");
    assertThatThrownBy(() -> folder.hold(AT_ONCE)).isInstanceOf(GraftException.class);

    parent.destroyForcibly().waitFor();

    folder.prepare(new OddJob.Task(OddJob.End.WELL), Duration.ofSeconds(15)); // it is free by then
    assertThat(folder.path()).isDirectoryNotContaining("glob:**/.half*");
  }

  @Test
  void aParentOfLittleMemoryStartsProcessesOfAsLittle() throws Exception {
    Process parent = parent(List.of("-Xmx14m", "-XX:+UseSerialGC"), OddJob.End.WELL);

    assertThat(parent.inputReader().lines().toList()).containsExactly("done");
  }

  @Test
  void whatAParentLeavesOutItsProcessesDoToo() throws Exception {
    Process parent = parent(List.of("-Dgraft.without=split"), OddJob.End.WELL);

    assertThat(parent.waitFor()).isZero();
    assertThat(Json.read(folder.result(), OddJob.Result.class).without()).isEqualTo("split");
  }

  private String reasonUnder(String limit, OddJob.End end) {
    folder.prepare(new OddJob.Task(end), AT_ONCE);
    return new ChildJvm(OddJob.class, new Machine(2, 2, 0, 1), Optional.empty())
        .startedBy(List.of("bash", "-c", limit + "; exec \"$@\"", "-"))
        .run(folder, progress -> {})
        .reason(folder);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void limitsOfMemoryAndOfFilesAreSaid() {
    assertThat(reasonUnder("ulimit -v 400000", OddJob.End.WELL))
        .startsWith("The memory that the process may map is not enough.\n  found: ")
        .contains("ulimit -v")
        .contains("all of it: " + folder.log());
    assertThat(reasonUnder("ulimit -f 2", OddJob.End.LARGE_FILE))
        .contains(" can't be written.\n  found: File too large\n  raise the limit")
        .contains("ulimit -f");
    assertThat(reason(OddJob.End.FULL_HEAP))
        .startsWith("The memory that Java may take is not enough.\n  found: Java heap space\n")
        .containsPattern("there was: a heap of \\d+ MB at most");
    assertThat(run(OddJob.End.WELL, Optional.empty(), progress -> {}).isDone()).isTrue();
  }
}
