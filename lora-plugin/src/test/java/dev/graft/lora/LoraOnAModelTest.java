package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraOnAModelTest {
  private static final List<String> LABELS = List.of("no", "yes");

  @TempDir Path folder;
  private Device device;
  private Model model;
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @BeforeEach
  void loadTheModelWithoutDropoutOfItsOwn() {
    device = Device.cpu();
    model =
        Model.load(
            ModelDirectory.open(TinyModel.write(folder, true)),
            device,
            Model.Options.DEFAULT.withDropout(0));
  }

  @AfterEach
  void closeTheModel() {
    model.close();
    device.close();
  }

  private Attachment attach(StackSpec stack) {
    return model.attach(model.stack(stack, LABELS), 1);
  }

  private Attachment attach(String stack) {
    return attach(StackSpec.parse(stack, Methods.installed()));
  }

  @Test
  void aFreshUpdateLeavesTheHostAsItIsBitForBit() {
    try (Attachment host = attach(new StackSpec(List.of()));
        Attachment fresh = attach("lora:targets=all-linear");
        Attachment merged = fresh.merged()) {
      float[][] expected = host.hiddenStates(batch).toArray(float[][]::new);
      assertThat(fresh.hiddenStates(batch)).containsExactly(expected);
      assertThat(merged.hiddenStates(batch)).containsExactly(expected);
    }
  }

  @Test
  void dropoutIsOnTheUpdateAndInTrainingOnly() {
    try (Attachment attachment = attach("lora:dropout=0.5");
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
    try (Attachment fresh = attach("lora:initializer=pissa")) {
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
    try (Attachment attachment = attach(stack);
        Training training = AttachedReference.training(attachment)) {
      training.step(batch, new double[] {0, 1, 1}, 1e-3, 1);
      return attachment.tensors();
    }
  }

  @Test
  void everythingThatIsTrainedMovesAndNothingElse() {
    String stack =
        "lora:dora=true,initializer=pissa,rank=4,targets=[query,value,mlp.down],bias=all,modules-to-save=[0.mlp.up,embeddings.word]";
    try (Attachment attachment = attach(stack);
        Training training = AttachedReference.training(attachment)) {
      Map<String, float[]> before = attachment.tensors();
      training.step(batch, new double[] {0, 1, 1}, 1e-3, 1);
      int alive = device.liveTensors();
      for (int step = 2; step < 6; step++) {
        training.step(batch, new double[] {0, 1, 1}, 1e-3, step);
      }
      assertThat(device.liveTensors()).isEqualTo(alive);
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
    try (Attachment attachment = attach(stack);
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
