package dev.graft.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.MixedRows;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TasksTest {
  private static final StackSpec IA3 = TinyHost.only(new Ia3Method());
  private static final List<String> LABELS = List.of("no", "yes");
  private static final TokenBatch BATCH = MixedRows.BATCH;

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Model model = cpu.load("bert");
  private final Tasks tasks = cpu.own(new Tasks(model));

  private Attachment moved(long seed) {
    return MixedRows.moved(model, IA3, LABELS, seed);
  }

  @Test
  void switchingAnswersAsTheOtherTaskWithTheSameProgram() {
    try (Attachment one = moved(1);
        Attachment other = moved(2)) {
      tasks.add("one", moved(1));
      tasks.add("other", moved(2));
      assertThat(tasks.names()).containsExactly("one", "other");
      assertThat(tasks.current()).isEmpty();
      tasks.use("one");
      assertThat(tasks.logits(BATCH)).isDeepEqualTo(one.logits(BATCH));
      tasks.use("other");
      assertThat(tasks.current()).contains("other");
      assertThat(tasks.logits(BATCH)).isDeepEqualTo(other.logits(BATCH));
      assertThat(other.logits(BATCH)[0]).isNotEqualTo(one.logits(BATCH)[0]);
      assertThat(model.programs()).isEqualTo(1);
    }
  }

  @Test
  void aTaskCostsItsOwnTensorsAndNothingElse() {
    tasks.add("first", moved(1));
    tasks.use("first");
    tasks.logits(BATCH);
    int before = cpu.liveTensors();
    for (int i = 0; i < 5; i++) {
      Attachment next = moved(i + 2);
      tasks.add("next " + i, next);
      tasks.use("next " + i);
      tasks.logits(BATCH);
      int own = next.stack().owned().size();
      assertThat(cpu.liveTensors() - before).isEqualTo((i + 1) * own);
      assertThat(next.values().list().stream().mapToLong(value -> value.size()).sum())
          .isEqualTo(next.stack().methodCount() + next.stack().headCount());
    }
    assertThat(model.programs()).isEqualTo(1);
    tasks.use("first");
    for (int i = 0; i < 5; i++) {
      tasks.remove("next " + i);
    }
    assertThat(cpu.liveTensors()).isEqualTo(before);
  }

  @Test
  void aCallEndsWithTheTaskItBeganWithThoughThatIsRemoved() {
    float[][] expected;
    try (Attachment one = moved(1)) {
      expected = one.logits(BATCH);
    }
    tasks.add("one", moved(1));
    tasks.add("other", moved(2));
    tasks.use("one");
    int before = cpu.liveTensors();
    float[][] found =
        tasks.call(
            task -> {
              tasks.use("other");
              tasks.remove("one");
              assertThat(cpu.liveTensors()).isEqualTo(before);
              return task.logits(BATCH);
            });
    assertThat(found).isDeepEqualTo(expected);
    assertThat(cpu.liveTensors()).isLessThan(before);
  }

  @Test
  void threadsAnswerWhileOthersSwitchAddAndRemove() throws Exception {
    List<float[][]> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try (Attachment alone = moved(i)) {
        answers.add(alone.logits(BATCH));
      }
      tasks.add("task " + i, moved(i));
    }
    tasks.use("task 0");
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        calls.add(
            threads.submit(
                () -> {
                  int count = 0;
                  do {
                    float[][] found = tasks.logits(BATCH);
                    assertThat(answers).anyMatch(known -> Arrays.deepEquals(known, found));
                    tasks.logits(
                        BATCH, List.of("task 0", "task 0", "task 1", "task 0", "task 1", "task 1"));
                    count++;
                  } while (!done.get());
                  return count;
                }));
      }
      for (int round = 0; round < 50; round++) {
        tasks.use("task " + round % 2);
        tasks.remove("task 2");
        tasks.add("task 2", moved(2));
        tasks.use("task 2");
        tasks.use("task 1");
      }
      done.set(true);
      for (Future<Integer> call : calls) {
        assertThat(call.get()).isPositive();
      }
    } finally {
      done.set(true);
      threads.shutdown();
    }
  }

  @Test
  void rowsOfTheBaseAreAnsweredByTheCheckpointsOwnHead() {
    for (Reference reference : Reference.hosts()) {
      if (reference.isLanguageModel()) {
        continue;
      }
      Model host = cpu.load(reference.model());
      try (Tasks some = new Tasks(host);
          Attachment base = host.attach(host.stack(new StackSpec(List.of()), host.labels()), 1)) {
        some.add("a", MixedRows.moved(host, IA3, LABELS, 1));
        some.use("a");
        TokenBatch batch = reference.batch(host.host().config().paddingId());
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
          rows.add(row % 2 == 0 ? MixedTasks.BASE : "a");
        }
        float[][] found = some.logits(batch, rows);
        float[][] ofBase = base.logits(batch);
        float[][] ofTask = some.logits(batch);
        for (int row = 0; row < batch.rows(); row++) {
          NumbersAssert.assertThat(found[row])
              .isCloseTo(row % 2 == 0 ? ofBase[row] : ofTask[row], row % 2 == 0 ? 1e-6 : 1e-5);
        }
        assertThat(found[0]).hasSize(3);
        assertThat(found[1]).hasSize(2);
      }
    }
  }

  @Test
  void everyRowNeedsTheNameOfItsTask() {
    tasks.add("news", moved(1));
    assertThatThrownBy(() -> tasks.logits(BATCH, List.of("news")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 names of tasks for 6 rows");
  }
}
