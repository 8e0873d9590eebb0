package dev.graft.harness.job;

import dev.graft.GraftException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs a job in a Java virtual machine of its own, so that whatever ends it ends nothing else. It
 * has this one's options and class path.
 */
public final class ChildJvm {
  private static final int POLL_MILLISECONDS = 200;

  /** The system property that tells a process what {@link Machine} decided for it. */
  public static final String PROCESS = "graft.process";

  private ChildJvm() {}

  /**
   * Runs a job to its end.
   *
   * @param main the class whose main method does it, by {@link JobProcess#run}
   * @param machine that it is to run on
   * @return the exit code; 128 and the number of the signal if one ended it
   */
  public static int run(
      Class<?> main, JobFolder folder, Machine machine, Consumer<Progress> listener) {
    ProcessBuilder builder =
        new ProcessBuilder().redirectErrorStream(true).redirectOutput(folder.log().toFile());
    Map<String, String> environment = builder.environment();
    environment.putAll(machine.settings(environment));
    builder.command(command(main, folder, machine.record(environment)));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw GraftException.machine("A Java virtual machine for a job can't be started.")
          .expected("a program %s that can be run", java())
          .remedy(
              "check that Java is still where Graft was started with it; --debug shows why it can't")
          .causedBy(e);
    }
    Thread destroy = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(destroy);
    try {
      while (!process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS)) {
        folder.progressed().ifPresent(listener);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GraftException.machine("The study was interrupted.")
          .remedy("what is done is kept: start it again with the same output")
          .causedBy(e);
    } finally {
      process.destroy();
      removeHook(destroy);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This machine is shutting down, and the hook does its work.
    }
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static List<String> command(Class<?> main, JobFolder folder, String process) {
    List<String> inherited =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !option.startsWith("-agentlib:jdwp"))
            .toList();
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    // The heap grows only as it must: the peak of memory shall be that of what the job needs.
    command.add("-Xms32m");
    if (inherited.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      command.add("-XX:+UseSerialGC");
    }
    command.add("-XX:ErrorFile=" + folder.path().resolve("crash.log"));
    command.addAll(inherited);
    command.add("-D" + PROCESS + "=" + process);
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
