package dev.graft.harness.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * A process that works on trials.
 *
 * @param host the machine's name, and on Linux which start of it and which space of processes it
 *     is: names like localhost are many machines'
 * @param started when the process began
 */
public record Owner(String host, long pid, String started) {
  /** This process. */
  public static Owner here() {
    ProcessHandle process = ProcessHandle.current();
    return new Owner(thisHost(), process.pid(), started(process));
  }

  /** Whether it can be told that the process has ended: it was here, and is here no more. */
  public boolean isKnownToBeGone() {
    return host.equals(thisHost())
        && ProcessHandle.of(pid)
            .filter(ProcessHandle::isAlive)
            .filter(process -> started(process).equals(started))
            .isEmpty();
  }

  private static String started(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  private static String thisHost() {
    return String.join(
        " ",
        name(),
        read(Path.of("/proc/sys/kernel/random/boot_id")).orElse("-"),
        space(Path.of("/proc/self/ns/pid")).orElse("-"));
  }

  private static String name() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> space(Path link) {
    try {
      return Optional.of(Files.readSymbolicLink(link).toString());
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** As a user knows it. */
  @Override
  public String toString() {
    return "process %s on %s".formatted(pid, host.split(" ", 2)[0]);
  }
}
