package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Methods that were written against the contract alone. */
class SmallMethodsTest {
  private static final StackSpec IA3 = TinyHost.only(new Ia3Method());
  private static final StackSpec EMBEDDING_LORA = TinyHost.only(new EmbeddingLoraMethod());

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @Test
  void freshGraftsLeaveTheHostAsItIsBitForBit() {
    try (Attachment bare = host.attach("")) {
      float[][] expected = bare.hiddenStates(batch).toArray(float[][]::new);
      for (StackSpec spec : List.of(IA3, EMBEDDING_LORA)) {
        try (Attachment fresh = host.attach(spec)) {
          assertThat(fresh.hiddenStates(batch)).as("%s", spec).containsExactly(expected);
        }
      }
    }
  }

  @Test
  void trainingMovesAllOfThem() {
    for (StackSpec spec : List.of(IA3, EMBEDDING_LORA)) {
      try (Attachment attachment = host.attach(spec);
          Training training = AttachedReference.training(attachment)) {
        Map<String, float[]> before = attachment.tensors();
        for (int step = 0; step < 3; step++) {
          training.step(batch, new double[] {0, 1, 1}, 0.01, step);
        }
        attachment
            .tensors()
            .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(before.get(name)));
      }
    }
  }

  @Test
  void ia3IsAHostWithScaledWeightsMergedOrNot() {
    try (Attachment fresh = host.attach(IA3);
        Attachment moved = host.moved(fresh);
        Attachment merged = moved.merged()) {
      assertThat(moved.stack().methodCount()).isEqualTo(2 * (16 + 16 + 32));
      Map<String, float[]> changed = new HashMap<>();
      moved
          .tensors()
          .forEach(
              (name, l) -> {
                if (name.endsWith(".ia3_l")) {
                  scale(name.substring(0, name.length() - ".ia3_l".length()), l, changed);
                }
              });
      assertThat(changed).hasSize(10);
      host.assertAnswersAs(moved, changed, batch);
      host.assertAnswersAs(merged, changed, batch);
      assertThat(merged.mergedSites()).isEqualTo(6);
    }
  }

  private static void scale(String site, float[] l, Map<String, float[]> changed) {
    String stored = TinyHost.stored(site);
    float[] w = TinyHost.weight(stored + ".weight");
    boolean input = site.endsWith("mlp.down");
    int in = input ? 32 : 16;
    for (int k = 0; k < w.length; k++) {
      w[k] *= l[input ? k % in : k / in];
    }
    changed.put(stored + ".weight", w);
    if (!input) {
      float[] bias = TinyHost.weight(stored + ".bias");
      for (int i = 0; i < bias.length; i++) {
        bias[i] *= l[i];
      }
      changed.put(stored + ".bias", bias);
    }
  }

  @Test
  void loraOnEmbeddingsIsAHostWithAnotherTable() {
    String table = "embeddings.word_embeddings.weight";
    try (Attachment fresh = host.attach(EMBEDDING_LORA);
        Attachment moved = host.moved(fresh)) {
      float[] a = moved.tensors().get("embeddings.lora_embedding_A");
      float[] b = moved.tensors().get("embeddings.lora_embedding_B");
      float[] words = TinyHost.weight(table);
      for (int k = 0; k < words.length; k++) {
        for (int r = 0; r < 4; r++) {
          words[k] += b[k % 16 * 4 + r] * a[r * TinyModel.VOCABULARY + k / 16] / 4;
        }
      }
      host.assertAnswersAs(moved, Map.of(table, words), batch);
    }
  }
}
