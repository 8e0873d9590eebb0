package dev.graft.harness.job;

import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Folders of jobs that can't be used, and what a machine is short of. */
public final class ProcessErrors {
  private ProcessErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) throws IOException {
    exempt(errors);
    errors.add("A process that still works on a trial", () -> twice(folder.resolve("held")));
    Files.createDirectories(folder.resolve("unlocked/running.lock"));
    errors.add(
        "A folder in the place of a lock",
        () -> new JobFolder(folder.resolve("unlocked")).hold(Duration.ZERO));
    Files.createDirectories(folder.resolve("answered/result.json/x"));
    errors.add(
        "A folder in the place of a result",
        () -> new JobFolder(folder.resolve("answered")).prepare("task", Duration.ZERO));
    errors.add("A full disk", () -> found(new IOException("No space left on device")));
    errors.add("A full heap", () -> found(new OutOfMemoryError("Java heap space")));
    errors.add(
        "No more addresses",
        () ->
            found(new OutOfMemoryError("unable to create native thread: possibly out of memory")));
    errors.add("A full GPU", () -> found(new IllegalStateException("CUDA out of memory.\nmore")));
  }

  private static void exempt(ErrorTexts errors) {
    String moment = "an interrupt or a signal at that moment: ChildJvmTest, KilledStudyTest";
    errors.exempt("job/Child.java", "throw Interruption.", moment);
    errors.exempt("job/ChildJvm.java", "throw Interruption.told", moment);
    errors.exempt("job/LockFile.java", "throw Interruption.", moment);
    errors.exempt("study/Trials.java", "throw Interruption.", moment);
    errors.exempt("trial/LocalProcesses.java", "throw Interruption.", moment);
    errors.exempt("job/OutputFolder.java", "throw unusable(folder", "a disk that fails");
  }

  private static void found(Throwable failure) {
    throw Shortage.in(new IllegalStateException(failure)).orElseThrow();
  }

  @SuppressWarnings("try") // it is held for as long as another wants it
  private static void twice(Path path) throws IOException {
    JobFolder folder = new JobFolder(Files.createDirectories(path));
    try (LockFile held = folder.hold(Duration.ZERO)) {
      folder.prepare("task", Duration.ZERO);
    }
  }
}
