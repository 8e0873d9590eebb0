package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LoraOnAModelTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @Test
  void aFreshUpdateLeavesTheHostAsItIsBitForBit() {
    try (Attachment bare = host.attach("");
        Attachment fresh = host.attach("lora:targets=all-linear");
        Attachment merged = fresh.merged()) {
      float[][] expected = bare.hiddenStates(batch).toArray(float[][]::new);
      assertThat(fresh.hiddenStates(batch)).containsExactly(expected);
      assertThat(merged.hiddenStates(batch)).containsExactly(expected);
    }
  }

  @Test
  void dropoutIsOnTheUpdateAndInTrainingOnly() {
    try (Attachment attachment = host.attach("lora:dropout=0.5");
        Training training = AttachedReference.training(attachment)) {
      double[] labels = {0, 1, 1};
      String b = "layers.1.attention.value.lora_B";
      float[] one = training.gradients(batch, labels, 1).get(b);
      assertThat(training.gradients(batch, labels, 2).get(b)).isNotEqualTo(one);
      assertThat(training.gradients(batch, labels, 1).get(b)).isEqualTo(one);
      // B is zero, so what is dropped can't reach the loss: the host's own path is whole.
      assertThat(training.gradients(batch, labels, 2).get("loss"))
          .isEqualTo(training.gradients(batch, labels, 1).get("loss"));
      training.step(batch, labels, 0.1, 1);
      assertThat(attachment.logits(batch)).isDeepEqualTo(attachment.logits(batch));
    }
  }

  @Test
  void withARateRatioOneStepOfBIsThatManyTimesAsLong() {
    String a = "layers.1.attention.value.lora_A";
    String b = "layers.1.attention.value.lora_B";
    // PiSSA, since A has a gradient from the first step on only where B is not zero.
    Map<String, float[]> before;
    try (Attachment fresh = host.attach("lora:initializer=pissa")) {
      before = fresh.tensors();
    }
    Map<String, float[]> plain = afterOneStep("lora:initializer=pissa");
    Map<String, float[]> fast = afterOneStep("lora:initializer=pissa,rate-ratio=16");
    assertThat(plain.get(a)).isNotEqualTo(before.get(a));
    assertThat(fast.get(a)).isEqualTo(plain.get(a));
    for (int i = 0; i < before.get(b).length; i++) {
      float step = plain.get(b)[i] - before.get(b)[i];
      assertThat(Math.abs(step)).isGreaterThan(1e-4f);
      assertThat(fast.get(b)[i] - before.get(b)[i]).isCloseTo(16 * step, within(2e-5f));
    }
  }

  private Map<String, float[]> afterOneStep(String stack) {
    try (Attachment attachment = host.attach(stack);
        Training training = AttachedReference.training(attachment)) {
      training.step(batch, new double[] {0, 1, 1}, 1e-3, 1);
      return attachment.tensors();
    }
  }

  @Test
  void everythingThatIsTrainedMovesAndNothingElse() {
    String stack =
        "lora:dora=true,initializer=pissa,rank=4,targets=[query,value,mlp.down],bias=all,modules-to-save=[0.mlp.up,embeddings.word]";
    try (Attachment attachment = host.attach(stack);
        Training training = AttachedReference.training(attachment)) {
      Map<String, float[]> before = attachment.tensors();
      training.step(batch, new double[] {0, 1, 1}, 1e-3, 1);
      int alive = cpu.liveTensors();
      for (int step = 2; step < 6; step++) {
        training.step(batch, new double[] {0, 1, 1}, 1e-3, step);
      }
      assertThat(cpu.liveTensors()).isEqualTo(alive);
      Map<String, float[]> after = attachment.tensors();
      before.forEach(
          (name, numbers) -> {
            if (name.endsWith(".initial")) {
              assertThat(after.get(name)).as(name).isEqualTo(numbers);
            } else {
              assertThat(after.get(name)).as(name).isNotEqualTo(numbers);
            }
          });
      assertThat(before).containsKey("layers.0.mlp.up.weight").containsKey("pooler.bias");
    }
  }

  @Test
  void aStackOfSeveralVariantsMergesToWhatItComputes() {
    String stack =
        "lora:targets=[query,key]+lora:dora=true,targets=[query]+lora:initializer=pissa,targets=query";
    try (Attachment attachment = host.attach(stack);
        Training training = AttachedReference.training(attachment)) {
      float[][] before = attachment.logits(batch);
      for (int step = 0; step < 5; step++) {
        training.step(batch, new double[] {0, 1, 1}, 1e-2, step);
      }
      float[][] logits = attachment.logits(batch);
      assertThat(logits[0][0]).isNotCloseTo(before[0][0], within(1e-2f));
      try (Attachment merged = attachment.merged()) {
        for (int row = 0; row < logits.length; row++) {
          assertThat(merged.logits(batch)[row]).containsExactly(logits[row], within(1e-5f));
        }
      }
    }
  }
}
