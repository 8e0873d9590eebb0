package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.tasks.Tasks;
import dev.graft.testing.MixedRows;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A thousand tasks on one base. */
class ManyTasksTest {
  private static final int TASKS = 1000;
  private static final int ROWS = MixedRows.BATCH.rows();

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Model model = cpu.load("llama");

  @Test
  void eachOfAThousandAnswersAsItDoesAlone() {
    List<float[][]> alone = new ArrayList<>();
    int before = cpu.liveTensors();
    int each;
    try (Tasks tasks = new Tasks(model)) {
      for (int task = 0; task < TASKS; task++) {
        Attachment attachment = MixedRows.moved(model, "lora:rank=1", List.of(), task);
        alone.add(attachment.logits(MixedRows.BATCH));
        tasks.add(name(task), attachment);
      }
      each = (cpu.liveTensors() - before) / TASKS;
      for (int task = TASKS - 1; task >= 0; task--) {
        tasks.use(name(task));
        assertThat(tasks.logits(MixedRows.BATCH)).isDeepEqualTo(alone.get(task));
      }
      Random random = new Random(1);
      for (int batch = 0; batch < 10; batch++) {
        int[] of = random.ints(ROWS, 0, TASKS).toArray();
        float[][] mixed =
            tasks.logits(MixedRows.BATCH, IntStream.of(of).mapToObj(ManyTasksTest::name).toList());
        for (int row = 0; row < ROWS; row++) {
          NumbersAssert.assertThat(mixed[row]).isCloseTo(alone.get(of[row])[row], 1e-5);
        }
      }
      // The tables of a mixed batch and the weights of the task in use are all that comes on top.
      assertThat(cpu.liveTensors() - before).isLessThan((each + 1) * TASKS + TASKS / 10);
    }
    assertThat(cpu.liveTensors()).isEqualTo(before);
  }

  private static String name(int task) {
    return "task " + task;
  }
}
