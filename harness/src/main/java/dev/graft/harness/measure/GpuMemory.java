package dev.graft.harness.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The peak memory of an NVIDIA GPU: what {@code nvidia-smi} says is in use, sampled every 100 ms.
 *
 * <p>That is the use of the whole device, by every process on it, with what the engine's allocator
 * keeps for later. (The use by process is not told inside containers.) As the allocator keeps what
 * was in use, peaks shorter than 100 ms are rarely missed.
 */
public final class GpuMemory implements AutoCloseable {
  private static final int PERIOD_MILLIS = 100;
  private static final int PATIENCE_MILLIS = 5000;
  private static final long MEBIBYTE = 1L << 20;

  private final Optional<Process> sampler;
  private long samples;
  private long mebibytes;
  private String complaint;
  private boolean ended;

  private GpuMemory(Optional<Process> sampler, String complaint) {
    this.sampler = sampler;
    this.complaint = complaint;
    this.ended = sampler.isEmpty();
  }

  /**
   * Starts to sample.
   *
   * @param gpu the index or UUID by which {@code nvidia-smi -L} lists it, which is not CUDA's index
   *     where {@code CUDA_VISIBLE_DEVICES} is set
   */
  public static GpuMemory watch(String gpu) {
    return watch(
        List.of(
            "nvidia-smi",
            "--id=" + gpu,
            "--query-gpu=memory.used",
            "--format=csv,noheader,nounits",
            "--loop-ms=" + PERIOD_MILLIS));
  }

  static GpuMemory watch(List<String> command) {
    try {
      Process sampler = new ProcessBuilder(command).redirectErrorStream(true).start();
      GpuMemory memory = new GpuMemory(Optional.of(sampler), command.get(0) + " gave no answer");
      Thread reader = new Thread(() -> memory.follow(sampler), "gpu-memory");
      reader.setDaemon(true);
      reader.start();
      return memory;
    } catch (IOException e) {
      return new GpuMemory(Optional.empty(), command.get(0) + " can't be started");
    }
  }

  /** The peak since the start; takes one more sample first. */
  public synchronized MemoryPeak peak() {
    long next = samples + 1;
    long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    try {
      while (samples < next && !ended && System.nanoTime() < deadline) {
        wait(PERIOD_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return samples == 0
        ? MemoryPeak.notAvailable(complaint)
        : MemoryPeak.of(
            mebibytes * MEBIBYTE,
            "peak memory in use on the whole GPU, sampled every %s ms".formatted(PERIOD_MILLIS));
  }

  /** Stops to sample. */
  @Override
  public void close() {
    sampler.ifPresent(Process::destroy);
  }

  private void follow(Process process) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(line.strip());
      }
    } catch (IOException e) {
      // the stream of a sampler that was stopped
    } finally {
      end();
    }
  }

  private synchronized void take(String line) {
    if (line.matches("\\d{1,9}")) {
      mebibytes = Math.max(mebibytes, Long.parseLong(line));
      samples++;
    } else {
      complaint = "nvidia-smi said '" + line + "'";
    }
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }
}
