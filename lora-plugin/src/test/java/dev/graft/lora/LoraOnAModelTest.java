package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.Methods;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.TokenBatch;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
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
}
