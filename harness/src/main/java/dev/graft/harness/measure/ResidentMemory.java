package dev.graft.harness.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The peak resident memory of this process, which the Linux kernel keeps itself, so that no peak is
 * missed: the Java heap as far as it was ever touched, all native memory, and the mapped files'
 * pages that were in memory.
 */
public final class ResidentMemory {
  private final Path proc;
  private final boolean reset;

  private ResidentMemory(Path proc, boolean reset) {
    this.proc = proc;
    this.reset = reset;
  }

  /**
   * Starts to measure: sets the peak back to what is resident now. One measurement at a time, as
   * there is one peak a process.
   */
  public static ResidentMemory fromNow() {
    return fromNow(Path.of("/proc/self"));
  }

  static ResidentMemory fromNow(Path proc) {
    try {
      // proc(5): 5 resets VmHWM
      Files.writeString(proc.resolve("clear_refs"), "5", StandardOpenOption.WRITE);
      return new ResidentMemory(proc, true);
    } catch (IOException e) {
      return new ResidentMemory(proc, false);
    }
  }

  /**
   * The peak since then; since the process started, and says so, if the kernel did not reset it.
   */
  public MemoryPeak peak() {
    Path status = proc.resolve("status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.matches("VmHWM:\\s*\\d+ kB"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .map(bytes -> MemoryPeak.of(bytes, measures()))
          .findFirst()
          .orElseGet(() -> MemoryPeak.notAvailable(status + " has no VmHWM"));
    } catch (IOException e) {
      return MemoryPeak.notAvailable(status + " can't be read, which takes Linux");
    }
  }

  private String measures() {
    return "peak resident memory of the process since "
        + (reset ? "the measurement began" : "it started, as its peak could not be reset");
  }
}
