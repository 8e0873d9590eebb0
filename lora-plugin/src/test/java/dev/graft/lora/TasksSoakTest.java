package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.graft.GraftException;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.tasks.Tasks;
import dev.graft.testing.MixedRows;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Sixteen threads that ask, switch, add, merge, sum, train and remove at a time: no answer is wrong
 * and nothing is left. In the suite a few rounds each; {@code -Dgraft.soak.minutes=30} goes on for
 * so long and looks at the memory of the process, too.
 */
class TasksSoakTest {
  private static final int THREADS = 16;
  private static final int ROUNDS = 8;
  private static final int KINDS = 3;
  private static final Duration LENGTH =
      Duration.ofMinutes(Integer.getInteger("graft.soak.minutes", 0));
  private static final TokenBatch BATCH = MixedRows.BATCH;
  private static final List<String> ROWS =
      List.of("kept 0", "kept 1", "kept 2", "kept 1", "kept 0", "kept 2");
  private static final Map<String, Double> WEIGHTS =
      new LinkedHashMap<>(Map.of("kept 0", 0.5, "kept 1", -2.0));

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Model model = cpu.load("llama");
  private final Tasks tasks = cpu.own(new Tasks(model));
  private final List<float[][]> answers = new ArrayList<>();
  private final List<float[][]> mergedAnswers = new ArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private final long begin = System.nanoTime();
  private final List<float[][]> sum = new ArrayList<>();

  private Attachment kind(int kind) {
    return MixedRows.moved(model, "lora:rank=" + (kind + 1), List.of(), kind);
  }

  private void prepare() {
    for (int kind = 0; kind < KINDS; kind++) {
      try (Attachment alone = kind(kind);
          Attachment merged = alone.merged()) {
        answers.add(alone.logits(BATCH));
        mergedAnswers.add(merged.logits(BATCH));
      }
      tasks.add("kept " + kind, kind(kind));
    }
    tasks.use("kept 0");
    try (Attachment combined = tasks.combined(WEIGHTS)) {
      sum.add(combined.logits(BATCH));
    }
    mixed();
  }

  @Test
  void sixteenThreadsGetNoWrongAnswerAndLeaveNothing() throws Exception {
    prepare();
    int before = cpu.liveTensors();
    List<Long> resident = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int number = thread;
        running.add(threads.submit(() -> work(number)));
      }
      threads.shutdown();
      while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        resident.add(residentBytes());
        System.out.printf("%s answers, %s bytes resident%n", asked, residentBytes());
      }
      for (Future<?> each : running) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    tasks.use("kept 0");
    mixed(); // the tables of the tasks that are left
    assertThat(cpu.liveTensors()).isEqualTo(before);
    if (resident.size() > 8) { // compiled once and what allocators keep apart
      assertThat(resident.get(resident.size() - 1))
          .isLessThan(resident.get(resident.size() / 4) * 11 / 10);
    }
  }

  private void work(int thread) {
    Random random = new Random(thread);
    for (int round = 0; round < ROUNDS || isOn(); round++) {
      int kind = random.nextInt(KINDS);
      switch (random.nextInt(8)) {
        case 0, 1 -> requireOne(answers, tasks.logits(BATCH));
        case 2 -> mixed();
        case 3 -> tasks.use("kept " + kind);
        case 4 -> addUseAndRemove("thread " + thread, kind);
        case 5 -> mergeAndRemove("merged " + thread, kind);
        case 6 -> summed();
        default -> tasks.call(task -> closed(task.merged()));
      }
      asked.incrementAndGet();
    }
  }

  private boolean isOn() {
    return System.nanoTime() - begin < LENGTH.toNanos();
  }

  private void addUseAndRemove(String name, int kind) {
    tasks.add(name, kind(kind));
    tasks.use(name);
    requireOne(answers, tasks.logits(BATCH));
    remove(name);
  }

  /** Its holder asks it after the task is gone. */
  private void mergeAndRemove(String name, int kind) {
    tasks.add(name, kind(kind));
    tasks.use(name);
    try (Attachment merged = tasks.call(Attachment::merged)) {
      remove(name);
      requireOne(mergedAnswers, merged.logits(BATCH));
    }
  }

  /** What is in use is so by chance: others switch as well. */
  private void remove(String name) {
    while (tasks.names().contains(name)) {
      tasks.use("kept 0");
      try {
        tasks.remove(name);
      } catch (GraftException e) {
        assertThat(e).hasMessageStartingWith("The task '" + name + "' is in use.");
      }
    }
  }

  private boolean closed(Attachment merged) {
    try (merged) {
      requireOne(mergedAnswers, merged.logits(BATCH));
      return true;
    }
  }

  private void summed() {
    try (Attachment combined = tasks.combined(WEIGHTS)) {
      requireOne(sum, combined.logits(BATCH));
    }
  }

  private void mixed() {
    float[][] found = tasks.logits(BATCH, ROWS);
    for (int row = 0; row < found.length; row++) {
      int kind = Integer.parseInt(ROWS.get(row).substring("kept ".length()));
      NumbersAssert.assertThat(found[row]).isCloseTo(answers.get(kind)[row], 1e-5);
    }
  }

  private static void requireOne(List<float[][]> known, float[][] found) {
    if (known.stream().noneMatch(each -> Arrays.deepEquals(each, found))) {
      fail("an answer that no task gives: " + Arrays.deepToString(found));
    }
  }

  /** 0 where Linux does not tell. */
  private static long residentBytes() {
    try {
      return 1024
          * Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmRSS"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
