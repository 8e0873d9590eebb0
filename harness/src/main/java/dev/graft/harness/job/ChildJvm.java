package dev.graft.harness.job;

import dev.graft.GraftException;
import dev.graft.harness.measure.FreeMemory;
import dev.graft.harness.measure.ResidentMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a job in a Java virtual machine of its own, so that whatever ends it ends nothing else. It
 * has this one's options and class path, and ends when this one does.
 *
 * @param main the class whose main method does the job, by {@link JobProcess#run}
 * @param machine that it is to run on
 * @param limit of its time
 * @param starter the words of a command that starts it; none where this process does
 */
public record ChildJvm(
    Class<?> main, Machine machine, Optional<Duration> limit, List<String> starter) {
  private static final int POLL_MILLISECONDS = 200;

  /** The system property that tells a process what {@link Machine} decided for it. */
  public static final String PROCESS = "graft.process";

  /** The system property that tells a process which one started it, where none stands between. */
  static final String PARENT = "graft.parent";

  private static final long FIRST_HEAP = 32L << 20;

  /** The system property that tells a process among how many the threads are divided. */
  public static final String PARALLEL = "graft.parallel";

  public ChildJvm {
    starter = List.copyOf(starter);
  }

  public ChildJvm(Class<?> main, Machine machine, Optional<Duration> limit) {
    this(main, machine, limit, List.of());
  }

  /** The same, started by another command, whose last words are those that start Java. */
  public ChildJvm startedBy(List<String> command) {
    return new ChildJvm(main, machine, limit, command);
  }

  /**
   * Runs a job to its end.
   *
   * @param folder which is prepared
   * @throws GraftException if this process is asked to end, or this thread is interrupted
   */
  public Ending run(JobFolder folder, Consumer<Progress> listener) {
    ProcessBuilder builder =
        new ProcessBuilder()
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.log().toFile()));
    Map<String, String> environment = builder.environment();
    environment.putAll(machine.settings(environment));
    builder.command(command(folder, machine.record(environment)));
    try (Child child = new Child(folder.path())) {
      Process process = child.start(builder);
      Ending ending = new Watch(process, folder, listener).untilItEnds();
      if (child.isStopped(ending.exitCode())) {
        throw Interruption.told();
      }
      return ending;
    } catch (IOException e) {
      throw GraftException.machine("A Java virtual machine for a job can't be started.")
          .expected("a program %s that can be run", program())
          .remedy(
              "check that Java is still where Graft was started with it; --debug shows why it can't")
          .causedBy(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Interruption.by(e);
    }
  }

  /** Looks after a process that runs. */
  private final class Watch {
    private final long begin = System.nanoTime();
    private final Process process;
    private final JobFolder folder;
    private final Consumer<Progress> listener;
    private OptionalLong memory = OptionalLong.empty();
    private OptionalLong free = OptionalLong.empty();

    Watch(Process process, JobFolder folder, Consumer<Progress> listener) {
      this.process = process;
      this.folder = folder;
      this.listener = listener;
    }

    Ending untilItEnds() throws InterruptedException {
      while (!process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        folder.progressed().ifPresent(listener);
        OptionalLong now = ResidentMemory.of(process.pid());
        if (now.isPresent()) {
          memory = now;
          free = FreeMemory.now();
        }
        if (limit.isPresent() && System.nanoTime() - begin > limit.get().toNanos()) {
          process.destroyForcibly();
          return ending(process.waitFor(), limit);
        }
      }
      return ending(process.exitValue(), Optional.empty());
    }

    private Ending ending(int exitCode, Optional<Duration> reached) {
      return new Ending(exitCode, reached, folder.progressed(), memory, free);
    }
  }

  private String program() {
    return starter.isEmpty() ? java().toString() : starter.get(0);
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private List<String> command(JobFolder folder, String process) {
    List<String> inherited =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !option.startsWith("-agentlib:jdwp"))
            .toList();
    List<String> command = new ArrayList<>(starter);
    command.add(java().toString());
    // The heap grows only as it must: the peak of memory shall be that of what the job needs.
    command.add("-Xms" + Math.min(FIRST_HEAP, Runtime.getRuntime().maxMemory()));
    if (inherited.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      command.add("-XX:+UseSerialGC");
    }
    command.add("-XX:ErrorFile=" + folder.crash());
    // Beside the thread that asks for texts to be encoded.
    command.add(
        "-Djava.util.concurrent.ForkJoinPool.common.parallelism="
            + Math.max(1, machine.threads() - 1));
    command.addAll(inherited);
    command.add("-D" + PROCESS + "=" + process);
    if (starter.isEmpty()) {
      command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
    }
    command.add("-D" + PARALLEL + "=" + machine.parallel());
    // What it says is read as UTF-8; the first is for Java 17, the others for later ones.
    command.addAll(
        List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.add(folder.path().toString());
    return command;
  }
}
