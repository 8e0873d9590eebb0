package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.tasks.MixedTasks;
import dev.graft.tasks.Tasks;
import dev.graft.transformer.Stack;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Checks of batches whose rows belong to different tasks, on language models. */
public final class MixedRows {
  /** A batch of six rows. */
  public static final TokenBatch BATCH = TinyModel.batch(5, 9, 3, 7, 2, 4);

  /** The tasks of its rows. */
  public static final List<String> ROWS =
      List.of("b", MixedTasks.BASE, "a", "c", "a", MixedTasks.BASE);

  private MixedRows() {}

  /**
   * Attaches installed methods, with every tensor moved at random.
   *
   * @param labels none for the language-model head
   */
  public static Attachment moved(Model model, String stack, List<String> labels, long seed) {
    return moved(model, TinyHost.installed(stack), labels, seed);
  }

  /** The same for methods that need not be installed. */
  public static Attachment moved(Model model, StackSpec spec, List<String> labels, long seed) {
    Stack stack = labels.isEmpty() ? model.languageModel(spec) : model.stack(spec, labels);
    SplittableRandom random = new SplittableRandom(seed);
    try (Attachment fresh = model.attach(stack, seed)) {
      Map<String, float[]> tensors = fresh.tensors();
      for (float[] numbers : tensors.values()) {
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] += (float) (0.3 * random.nextGaussian());
        }
      }
      return fresh.with(tensors);
    }
  }

  /**
   * Checks that each row is answered as it is alone, on an attachment of its own task, that rows of
   * the base are answered as the base does, and that nothing is left behind.
   *
   * @param stacks of the tasks a, b and c
   */
  public static void assertEachRowIsItsOwn(Model model, Map<String, String> stacks) {
    try (Tasks tasks = new Tasks(model);
        Attachment base = model.attach(model.languageModel(new StackSpec(List.of())), 1)) {
      stacks.forEach(
          (name, stack) -> tasks.add(name, moved(model, stack, List.of(), name.hashCode())));
      float[][] found = tasks.logits(BATCH, ROWS);
      int alive = model.device().liveTensors();
      assertThat(tasks.logits(BATCH, ROWS)).isDeepEqualTo(found);
      assertThat(model.device().liveTensors()).isEqualTo(alive);
      for (int row = 0; row < ROWS.size(); row++) {
        TokenBatch alone = BATCH.row(row);
        float[] own = real(found[row], row);
        float[] unchanged = base.logits(alone)[0];
        if (ROWS.get(row).equals(MixedTasks.BASE)) {
          NumbersAssert.assertThat(own).isCloseTo(unchanged, 1e-6);
        } else {
          tasks.use(ROWS.get(row));
          NumbersAssert.assertThat(own).isCloseTo(tasks.logits(alone)[0], 1e-5);
          assertThatThrownBy(() -> NumbersAssert.assertThat(own).isCloseTo(unchanged, 1e-3))
              .as("the task %s differs from the base", ROWS.get(row))
              .isInstanceOf(AssertionError.class);
        }
      }
    }
  }

  /** The numbers of a row's real tokens. */
  private static float[] real(float[] logits, int row) {
    return Arrays.copyOf(logits, BATCH.row(row).length() * (logits.length / BATCH.length()));
  }
}
