package dev.graft.lora;

import static dev.graft.testing.MixedRows.BATCH;
import static dev.graft.testing.MixedRows.moved;
import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.saved.Saved;
import dev.graft.tasks.Tasks;
import dev.graft.testing.TestDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LoraSumTest {
  private static final String[] STACKS = {
    "lora:rank=2,alpha=4,targets=[query,mlp.up]",
    "lora:rank=3,alpha=5,targets=[query,value],rank-stabilized=true",
    "lora:rank=4,initializer=pissa,targets=query,rank-pattern=[layers.1.attention.query=2]"
  };

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Model model = cpu.load("llama");
  private final Tasks tasks = cpu.own(new Tasks(model));

  private void add(String name, String stack) {
    tasks.add(name, moved(model, stack, List.of(), name.hashCode()));
  }

  /** {@code scale B A}, row by row. */
  private static double[] delta(Map<String, float[]> tensors, String path, double scale, int in) {
    float[] a = tensors.get(path + ".lora_A");
    float[] b = tensors.get(path + ".lora_B");
    int rank = a.length / in;
    int out = b.length / rank;
    double[] delta = new double[out * in];
    for (int row = 0; row < out; row++) {
      for (int column = 0; column < in; column++) {
        for (int i = 0; i < rank; i++) {
          delta[row * in + column] += scale * b[row * rank + i] * a[i * in + column];
        }
      }
    }
    return delta;
  }

  @Test
  void theUpdatesAreAddedUpEachTimesItsWeightAndScale() {
    add("a", STACKS[0]);
    add("b", STACKS[1]);
    Map<String, float[]> a = tensors("a");
    Map<String, float[]> b = tensors("b");
    String query = "layers.1.attention.query";
    double[] one = delta(a, query, 4.0 / 2, 16);
    double[] other = delta(b, query, 5 / Math.sqrt(3), 16);
    float[] expected = new float[one.length];
    for (int i = 0; i < one.length; i++) {
      expected[i] = (float) (0.7 * one[i] - 1.5 * other[i]);
    }
    try (Attachment sum = tasks.combined(new TreeMap<>(Map.of("a", 0.7, "b", -1.5)))) {
      double[] found = delta(sum.tensors(), query, 1, 16);
      float[] narrow = new float[found.length];
      for (int i = 0; i < found.length; i++) {
        narrow[i] = (float) found[i];
      }
      assertThat(narrow).isCloseTo(expected, 1e-6);
      Assertions.assertThat(sum.tensors().get("layers.0.mlp.up.lora_A")).hasSize(2 * 16);
      Assertions.assertThat(sum.tensors().get("layers.0.attention.value.lora_A")).hasSize(3 * 16);
    }
  }

  private Map<String, float[]> tensors(String name) {
    tasks.use(name);
    return tasks.call(Attachment::tensors);
  }

  @Test
  void aStackOfAllIsTheSumOfAllAndASumIsMergedAndSavedLikeAnyOther() {
    for (int i = 0; i < STACKS.length; i++) {
      add("task " + i, STACKS[i]);
    }
    Map<String, Double> weights =
        new TreeMap<>(Map.of("task 0", 1.0, "task 1", 1.0, "task 2", 1.0));
    Map<String, float[]> all = new TreeMap<>();
    String[] prefixes = {"", "lora-2/", "lora-3/"};
    for (int i = 0; i < STACKS.length; i++) {
      String prefix = prefixes[i];
      tensors("task " + i)
          .forEach(
              (name, numbers) -> all.put(all.containsKey(name) ? prefix + name : name, numbers));
    }
    try (Attachment fresh = moved(model, String.join("+", STACKS), List.of(), 1);
        Attachment stack = fresh.with(all);
        Attachment sum = tasks.combined(weights);
        Attachment merged = sum.merged()) {
      float[] expected = stack.logits(BATCH)[1];
      assertThat(sum.logits(BATCH)[1]).isCloseTo(expected, 1e-5);
      assertThat(merged.logits(BATCH)[1]).isCloseTo(expected, 1e-5);
      Saved.save(sum, folder.resolve("sum"), Map.of());
      try (Attachment opened = Saved.open(model, folder.resolve("sum"))) {
        Assertions.assertThat(opened.logits(BATCH)).isDeepEqualTo(sum.logits(BATCH));
      }
    }
  }

  @Test
  void oneTaskAtTheWeightOneStaysAsItWasAndKeepsItsTargets() {
    add("a", STACKS[0]);
    tasks.use("a");
    try (Attachment sum = tasks.combined(Map.of("a", 1.0));
        Attachment none = tasks.combined(Map.of("a", 0.0));
        Attachment base = moved(model, "", List.of(), 1)) {
      Assertions.assertThat(sum.stack()).hasToString("lora:rank=2,alpha=2,targets=[query,mlp.up]");
      assertThat(sum.logits(BATCH)[1]).isCloseTo(tasks.logits(BATCH)[1], 1e-6);
      assertThat(none.logits(BATCH)[1]).isCloseTo(base.logits(BATCH)[1], 1e-6);
    }
  }

  @Test
  void theHeadIsThatOfATask() {
    List<String> labels = List.of("no", "yes");
    tasks.add("a", moved(model, "lora", labels, 1));
    tasks.add("b", moved(model, "lora", labels, 2));
    Map<String, Double> weights = new TreeMap<>(Map.of("a", 0.5, "b", 0.5));
    tasks.use("b");
    float[] head = tasks.call(task -> task.tensors().get("score.weight"));
    try (Attachment sum = tasks.combined(weights, "b")) {
      Assertions.assertThat(sum.tensors().get("score.weight")).isEqualTo(head);
    }
  }
}
