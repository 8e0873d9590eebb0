package dev.graft.harness.trial;

import dev.graft.GraftException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * What a machine has for trials.
 *
 * @param gpus that PyTorch can use
 * @param processors that Java may use
 * @param memory that is free, if that is known
 */
record Places(int gpus, int processors, OptionalLong memory) {
  private static final String GPU = "gpu";
  private static final String CPU = "cpu";

  /** With fewer cores a trial gains less from running beside others than it loses. */
  private static final int CORES = 4;

  /**
   * The devices of the slots: a trial runs in each at a time.
   *
   * @param asked how many slots are wanted
   * @param trials how many there are
   */
  List<String> slots(Optional<Integer> asked, int trials, List<Demand> demands) {
    boolean onGpu = gpus > 0 && demands.stream().anyMatch(demand -> takesAnyGpu(demand.device()));
    if (onGpu) {
      return IntStream.range(0, asked.orElse(Math.max(1, Math.min(gpus, trials))))
          .mapToObj(slot -> GPU + ":" + slot % gpus)
          .toList();
    }
    long bytes = demands.stream().mapToLong(Demand::bytes).max().orElse(0);
    boolean onCpu = demands.stream().anyMatch(demand -> !demand.device().startsWith(GPU));
    long room =
        onCpu && memory.isPresent() && bytes > 0 ? memory.getAsLong() / bytes : Long.MAX_VALUE;
    if (asked.isPresent()) {
      if (asked.get() > Math.max(1, room)) {
        throw GraftException.input(
                "%s trials at a time need more memory than is free.", asked.get())
            .expected(
                "--parallel %s at most: each needs %s by forecast",
                Math.max(1, room), gigabytes(bytes))
            .found("%s free", gigabytes(memory.getAsLong()))
            .remedy("or free some, or a smaller --batch-size, --batch-tokens or --max-length");
      }
      return slots(asked.get());
    }
    long most = onCpu ? Math.min(room, processors / CORES) : 1; // a GPU that is named is one place
    return slots((int) Math.max(1, Math.min(most, trials)));
  }

  /**
   * Among how many trials the threads are divided. Threads change the last bits of results, so that
   * neither the number of trials nor the memory that happens to be free may count.
   *
   * @param asked how many slots are wanted
   */
  int sharers(Optional<Integer> asked, List<Demand> demands) {
    if (asked.isPresent()) {
      return asked.get();
    }
    boolean onGpu = gpus > 0 && demands.stream().anyMatch(demand -> takesAnyGpu(demand.device()));
    if (onGpu) {
      return gpus;
    }
    boolean onCpu = demands.stream().anyMatch(demand -> !demand.device().startsWith(GPU));
    return onCpu ? Math.max(1, processors / CORES) : 1;
  }

  /** Where a trial runs in a slot. */
  static String device(String wanted, String slot) {
    return takesAnyGpu(wanted) && slot.startsWith(GPU) ? slot : wanted;
  }

  private static boolean takesAnyGpu(String device) {
    return device.equals(GPU) || device.equals("auto");
  }

  private static List<String> slots(int number) {
    return IntStream.range(0, number).mapToObj(slot -> CPU).toList();
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
  }
}
