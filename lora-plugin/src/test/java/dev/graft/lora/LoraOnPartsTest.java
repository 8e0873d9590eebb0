package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.conformance.TinyHosts;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.testing.TinyModel;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GPT-2, whose query, key and value are parts of one weight. */
class LoraOnPartsTest {
  private final Device device = Device.cpu();
  private Model model;

  @BeforeEach
  void loadTheModel() {
    model = Model.load(TinyHosts.named("gpt2"), device, Model.Options.DEFAULT.withDropout(0));
  }

  @AfterEach
  void closeTheModel() {
    model.close();
    assertThat(device.liveTensors()).isZero();
    device.close();
  }

  private Attachment attach(String stack) {
    StackSpec spec = StackSpec.parse(stack, Methods.installed());
    return model.attach(model.stack(spec, List.of("no", "yes")), 1);
  }

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
    try (Attachment host =
            model.attach(model.stack(new StackSpec(List.of()), List.of("a", "b")), 1);
        Attachment fresh = attach(stack)) {
      assertThat(fresh.hiddenStates(batch))
          .containsExactly(host.hiddenStates(batch).toArray(float[][]::new));
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
