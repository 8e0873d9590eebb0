package dev.graft.harness.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;

/**
 * The resident memory of this process and its peak, which the Linux kernel keeps itself, so that no
 * peak is missed: the Java heap as far as it was ever touched, all native memory, and the mapped
 * files' pages that were in memory.
 *
 * <p>Its parts can't be told apart. What Java or C's allocator has freed and keeps for later is
 * resident still: after a time of large memory the marks of later ones are bounds from above. The
 * pages of the file of weights that were read are in it until the kernel takes them back.
 */
public final class ResidentMemory implements MemoryGauge {
  private final Path proc;
  private final boolean wasReset;

  private ResidentMemory(Path proc) {
    this.proc = proc;
    this.wasReset = reset();
  }

  /**
   * Starts to measure: sets the peak back to what is resident now. One measurement at a time, as
   * there is one peak a process.
   */
  public static ResidentMemory fromNow() {
    return fromNow(Path.of("/proc/self"));
  }

  /** The same of another process of this user. */
  public static ResidentMemory ofProcess(long pid) {
    return fromNow(Path.of("/proc/" + pid));
  }

  static ResidentMemory fromNow(Path proc) {
    return new ResidentMemory(proc);
  }

  @Override
  public boolean reset() {
    try {
      // proc(5): 5 resets VmHWM
      Files.writeString(proc.resolve("clear_refs"), "5", StandardOpenOption.WRITE);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public OptionalLong now() {
    return kilobytes(proc.resolve("status"), "VmRSS");
  }

  /** What is resident of a process now, in bytes; empty if it is gone, or on other systems. */
  public static OptionalLong of(long pid) {
    return kilobytes(Path.of("/proc/" + pid + "/status"), "VmRSS");
  }

  /**
   * The peak since then; since the process started, and says so, if the kernel did not reset it.
   */
  @Override
  public MemoryPeak peak() {
    Path status = proc.resolve("status");
    if (!Files.isReadable(status)) {
      return MemoryPeak.notAvailable(status + " can't be read, which takes Linux");
    }
    OptionalLong bytes = kilobytes(status, "VmHWM");
    return bytes.isPresent()
        ? MemoryPeak.of(bytes.getAsLong(), measures())
        : MemoryPeak.notAvailable(status + " has no VmHWM");
  }

  private static OptionalLong kilobytes(Path status, String name) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.matches(name + ":\\s*\\d+ kB"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private String measures() {
    return "peak resident memory of the process since "
        + (wasReset ? "the measurement began" : "it started, as its peak could not be reset");
  }

  @Override
  public void close() {}
}
