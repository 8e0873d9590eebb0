package dev.graft.harness.job;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What processes that compute find, which decides how their threads wait for each other and how
 * their memory is kept. It changes how long they take, and no result but by the number of threads.
 *
 * @param processors how many Java counts: the cores, or what a container may take of them
 * @param cores on which this process may run
 * @param busy the share of them that is busy with other work, from 0 to 1
 * @param parallel among how many such processes the processors are divided; fewer may run
 */
public record Machine(int processors, int cores, double busy, int parallel) {
  /**
   * glibc gives large blocks back at once and has the kernel clear new ones: full fine-tuning,
   * whose gradients are large, spent half its time so. On 16 idle cores this costs nothing.
   */
  private static final Map<String, String> ALLOCATOR =
      Map.of(
          "MALLOC_MMAP_MAX_", "0",
          "MALLOC_TRIM_THRESHOLD_", "4294967296");

  /**
   * Memory is kept best in one arena. But the tokenizer's threads, one a core, all ask for some: on
   * 64 cores they spent a quarter of an hour of the kernel's time over one another.
   */
  private static final String ARENAS = "MALLOC_ARENA_MAX";

  private static final int MANY_ARENAS = 8;

  /** Of a GPU: segments that grow in place leave less memory unused between tensors. */
  private static final String GPU_ALLOCATOR = "PYTORCH_CUDA_ALLOC_CONF";

  /** What newer PyTorch reads first. */
  private static final String ANY_ALLOCATOR = "PYTORCH_ALLOC_CONF";

  private static final String POLICY = "OMP_WAIT_POLICY";
  private static final String SPINS = "GOMP_SPINCOUNT";
  private static final String THREADS = "OMP_NUM_THREADS";
  private static final Set<String> DECIDED =
      Set.of(POLICY, SPINS, THREADS, ARENAS, GPU_ALLOCATOR, ANY_ALLOCATOR);

  /**
   * How long a thread looks for work before it sleeps. On 16 idle cores sleeping at once makes a
   * small forward pass take 1.7 to 2 times as long, and this 1.2 times. PyTorch's own 300,000
   * stall, by a factor of 20 and more, once other work has a single one of the cores; with this
   * other work on a quarter of them costs no more than where threads sleep at once.
   */
  private static final int FEW_SPINS = 3000;

  /** Beyond it, threads that spin take the cores from those that work. */
  private static final double MOST_BUSY = 0.25;

  /** Of fewer, Java's own threads are a large part. */
  private static final int FEWEST_CORES = 4;

  private static final int SAMPLE_MILLISECONDS = 500;

  /**
   * This machine as it is now, which takes half a second. All processes whose times are compared
   * want one answer: the earlier ones would be seen as other work.
   */
  public static Machine now() {
    int processors = Runtime.getRuntime().availableProcessors();
    return new Machine(processors, Math.max(processors, allowedCores()), load(), 1);
  }

  /** The same where the processors are divided among so many processes. */
  public Machine sharedBy(int processes) {
    return new Machine(processors, cores, busy, processes);
  }

  private static double load() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    system.getCpuLoad(); // the next call counts from here
    try {
      TimeUnit.MILLISECONDS.sleep(SAMPLE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // what waits for the process will see it
    }
    double load = system.getCpuLoad();
    return load >= 0 ? load : 1; // unknown: sleeping costs less than spinning in vain
  }

  /** From a list such as 0-3,8, or 0 where the system has none. */
  private static int allowedCores() {
    String name = "Cpus_allowed_list:";
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .flatMap(line -> Stream.of(line.substring(name.length()).strip().split(",")))
          .map(range -> range.split("-"))
          .mapToInt(ends -> 1 + Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]))
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whether threads may spin: cores without a limit in time, of which most are idle. */
  private boolean isIdle() {
    return processors == cores && cores >= FEWEST_CORES && busy <= MOST_BUSY;
  }

  /**
   * The environment variables that a process gets beside those that are set.
   *
   * @param environment whose user may have decided
   */
  public Map<String, String> settings(Map<String, String> environment) {
    Map<String, String> settings = new TreeMap<>(ALLOCATOR);
    settings.put(ARENAS, "" + (processors < FEWEST_CORES ? 1 : MANY_ARENAS));
    if (!environment.containsKey(ANY_ALLOCATOR)) {
      settings.put(GPU_ALLOCATOR, "expandable_segments:True");
    }
    if (!environment.containsKey(POLICY) && !environment.containsKey(SPINS)) {
      settings.put(isIdle() ? SPINS : POLICY, isIdle() ? "" + FEW_SPINS : "PASSIVE");
    }
    if (processors < cores || parallel > 1) { // libraries know of no limit, and of no neighbour
      settings.put(THREADS, "" + threads());
    }
    settings.keySet().removeAll(environment.keySet());
    return settings;
  }

  /** That a process computes with, and that it encodes texts with. */
  int threads() {
    return Math.max(1, processors / parallel);
  }

  /**
   * What holds for a process and why, for the record.
   *
   * @param environment of the process, settings included
   */
  String record(Map<String, String> environment) {
    Map<String, String> decided = new TreeMap<>(environment);
    decided.keySet().removeIf(name -> !ALLOCATOR.containsKey(name) && !DECIDED.contains(name));
    return "%s: Java has %s of %s cores, and other work kept %s%% of them busy%s"
        .formatted(
            String.join(" ", decided.entrySet().stream().map(Map.Entry::toString).toList()),
            processors,
            cores,
            Math.round(100 * busy),
            parallel > 1
                ? "; the threads are divided among %s such processes".formatted(parallel)
                : "");
  }
}
