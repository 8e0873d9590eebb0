package dev.graft.harness.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.data.Task;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.host.Tokenizer;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Shape;
import dev.graft.testing.TestDevice;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A head that calls its outputs by the task's labels, in another order. */
final class LabellingTest {
  @TempDir private Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  @Test
  void outputsAreThoseOfTheSameLabels() {
    TinyStudy study = new TinyStudy(folder);
    Task task = TaskFinder.open(study.task().toString());
    Labelling objective = new Labelling(task);
    Model model = cpu.load(ModelDirectory.open(study.model()));
    try (Tokenizer tokenizer = Tokenizer.open(study.model(), 32);
        Attachment same = attached(model, List.of("negative", "positive"), 1, -1);
        Attachment swapped = attached(model, List.of("Positive", "negative"), -1, 1)) {
      objective.require(swapped);
      Quality expected = objective.read(same, tokenizer).test(same, progress -> {});
      assertThat(objective.read(swapped, tokenizer).test(swapped, progress -> {}))
          .isEqualTo(expected);
      int[] some = {0, 1, 2};
      assertThat(objective.read(same, tokenizer).train().targets(some)).containsExactly(0, 1, 0);
      assertThat(objective.read(swapped, tokenizer).train().targets(some)).containsExactly(1, 0, 1);
    }
  }

  /** A head whose rows are all one number each. */
  private static Attachment attached(Model model, List<String> labels, float first, float second) {
    Stack stack = model.stack(new StackSpec(List.of()), labels);
    Map<Owned, StoredTensor> values = new HashMap<>();
    for (Owned owned : stack.headGraft().owned()) {
      Shape shape = owned.spec().shape();
      float[] numbers = new float[Math.toIntExact(owned.size())];
      int half = numbers.length / 2;
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (i < half ? first : second) * (i % half == 0 ? 1 : 0.1f);
      }
      values.put(owned, new StoredTensor(shape, numbers));
    }
    return model.attach(stack, values, 1);
  }
}
