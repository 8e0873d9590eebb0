package dev.graft.bottleneck;

import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Robust AdapterDrop, on a host of two blocks. */
class AdapterDropTest {
  private static final double[] LABELS = {0, 1, 1};

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host("bert");
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private Attachment attach(String stack, Map<String, float[]> tensors) {
    try (Attachment fresh = host.attach(stack)) {
      return fresh.with(tensors);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "lin", "pfeiffer", "parallel"})
  void someBatchesTrainAllAdaptersAndTheOthersTheUpperOnes(String method) {
    try (Attachment all = moved(method);
        Attachment robust = attach(method + ":drop-up-to=1", all.tensors());
        Training plain = AttachedReference.training(all);
        Training training = AttachedReference.training(robust)) {
      Map<String, float[]> expected = plain.gradients(batch, LABELS, 0);
      int dropped = 0;
      int draws = 40;
      int alive = cpu.liveTensors();
      for (int seed = 0; seed < draws; seed++) {
        Map<String, float[]> found = training.gradients(batch, LABELS, seed);
        if (isZero(found.get(lowest(found)))) {
          dropped++;
          found.forEach(
              (name, gradient) ->
                  assertThat(isZero(gradient)).as(name).isEqualTo(name.startsWith("layers.0.")));
        } else {
          assertThat(found.get("loss")).isEqualTo(expected.get("loss"));
          expected.forEach((name, gradient) -> assertThat(found.get(name)).isEqualTo(gradient));
        }
        assertThat(training.gradients(batch, LABELS, seed).get("loss"))
            .isEqualTo(found.get("loss"));
      }
      assertThat(cpu.liveTensors()).isEqualTo(alive);
      // Binomial with probability 1/2: beyond six deviations of sqrt(10) on neither side.
      assertThat(dropped).isBetween(2, draws - 2);
    }
  }

  /** With weights that are not zero, so that every gradient flows. */
  private Attachment moved(String stack) {
    try (Attachment fresh = host.attach(stack)) {
      Map<String, float[]> tensors = new TreeMap<>(fresh.tensors());
      tensors.replaceAll(
          (name, numbers) -> {
            float[] some = numbers.clone();
            for (int i = 0; i < some.length; i++) {
              some[i] += (float) (0.1 * Math.sin(1 + i + name.hashCode() % 7));
            }
            return some;
          });
      return fresh.with(tensors);
    }
  }

  private static String lowest(Map<String, float[]> tensors) {
    return tensors.keySet().stream()
        .filter(name -> name.startsWith("layers.0.") && name.endsWith("up.bias"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isZero(float[] numbers) {
    float[] zeros = new float[numbers.length];
    return Arrays.equals(abs(numbers), zeros);
  }

  private static float[] abs(float[] numbers) {
    float[] all = numbers.clone();
    for (int i = 0; i < all.length; i++) {
      all[i] = Math.abs(all[i]);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "lin", "pfeiffer", "parallel"})
  void inEvaluationAFixedNumberOfBlocksIsLeftOut(String method) {
    try (Attachment all = moved(method);
        Attachment kept = attach(method + ":drop-up-to=1", all.tensors());
        Attachment dropped = attach(method + ":drop-up-to=1,drop-layers=1", all.tensors());
        Attachment without = attach(method + ":drop-layers=1", upper(all.tensors()))) {
      assertThat(kept.logits(batch)).isDeepEqualTo(all.logits(batch));
      assertThat(dropped.logits(batch)).isDeepEqualTo(without.logits(batch));
      assertThat(dropped.logits(batch)[0]).isNotEqualTo(all.logits(batch)[0]);
    }
  }

  private static Map<String, float[]> upper(Map<String, float[]> tensors) {
    Map<String, float[]> upper = new TreeMap<>(tensors);
    upper.keySet().removeIf(name -> name.startsWith("layers.0."));
    return upper;
  }

  @Test
  void adapterHubsFilesHoldWhatEvaluationComputes() {
    try (Attachment robust = moved("houlsby:drop-up-to=1,drop-layers=1")) {
      Saved.saveForeign(robust, folder.resolve("saved"), Map.of());
      try (Attachment opened = Saved.open(host.model(), folder.resolve("saved"))) {
        assertThat(opened.stack().toString()).isEqualTo("houlsby:reduction-factor=2,drop-layers=1");
        assertThat(opened.logits(batch)).isDeepEqualTo(robust.logits(batch));
      }
    }
  }

  @Test
  void allAdaptersAreThereToBeTrained() {
    assertThat(onBert(4, 64, "pfeiffer:drop-up-to=3,drop-layers=2,train-norms=true").methodCount())
        .isEqualTo(onBert(4, 64, "pfeiffer:train-norms=true").methodCount());
  }
}
