package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GPT-2, whose query, key and value are parts of one weight. */
class LoraOnPartsTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host("gpt2");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lora:bias=all",
        "lora:dora=true,targets=[query,key]",
        "lora:initializer=pissa,rank=3",
        "lora:targets=[qkv,mlp.down],dora=true,initializer=pissa,rank=3,bias=lora-only"
      })
  void theyBeginAsTheHostAndMergeToWhatTheyCompute(String stack) {
    TokenBatch batch = TinyModel.batch(5, 7, 3);
    try (Attachment bare = host.attach("");
        Attachment fresh = host.attach(stack)) {
      assertThat(fresh.hiddenStates(batch))
          .containsExactly(bare.hiddenStates(batch).toArray(float[][]::new));
      SplittableRandom random = new SplittableRandom(5);
      Map<String, float[]> tensors = fresh.tensors();
      tensors.forEach(
          (name, numbers) -> {
            for (int i = 0; !name.endsWith(".initial") && i < numbers.length; i++) {
              numbers[i] += (float) (0.2 * random.nextGaussian());
            }
          });
      try (Attachment moved = fresh.with(tensors);
          Attachment merged = moved.merged()) {
        float[][] expected = moved.logits(batch);
        assertThat(expected[0][0]).isNotCloseTo(fresh.logits(batch)[0][0], within(1e-3f));
        for (int row = 0; row < expected.length; row++) {
          assertThat(merged.logits(batch)[row]).containsExactly(expected[row], within(1e-5f));
        }
      }
    }
  }
}
