package dev.graft.lora;

import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AdaLoraMethodTest {
  /** Twelve singular values at four sites, of which four stay. */
  private static final String STACK =
      "adalora:initial-rank=3,target-rank=1,alpha=6,warmup-steps=1,final-steps=2,interval=2";

  private static final int TOTAL = 9;

  /** Without clipping and decay, so that Adam's part is short to write down. */
  private static final Training.Options OPTIONS =
      new Training.Options(new AdamW(0.9, 0.999, 1e-8, 0), 0);

  private static final double[] ANSWERS = {0, 1, 1};

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @Test
  void aSingularValueIsTrainedBesideEachPairOfVectors() {
    assertThat(onBert(12, 768, "adalora").methodCount()).isEqualTo(24 * 12 * (768 + 768 + 1));
  }

  @Test
  void aFreshUpdateLeavesTheHostAsItIsBitForBit() {
    try (Attachment bare = host.attach("");
        Attachment fresh = host.attach(STACK)) {
      assertThat(fresh.hiddenStates(batch))
          .containsExactly(bare.hiddenStates(batch).toArray(float[][]::new));
    }
  }

  @Test
  void theUpdateIsThatOfThePaperMergedOrNot() {
    try (Attachment fresh = host.attach(STACK);
        Attachment moved = host.moved(fresh);
        Attachment merged = moved.merged()) {
      Map<String, float[]> changed = new HashMap<>();
      for (String site : Allocation.SITES) {
        float[] w = TinyHost.weight(TinyHost.stored(site) + ".weight");
        float[] p = moved.tensors().get(site + ".lora_B");
        float[] lambda = moved.tensors().get(site + ".lora_E");
        float[] q = moved.tensors().get(site + ".lora_A");
        for (int k = 0; k < w.length; k++) {
          for (int r = 0; r < 3; r++) {
            w[k] += 6f / 3 * p[k / 16 * 3 + r] * lambda[r] * q[r * 16 + k % 16];
          }
        }
        changed.put(TinyHost.stored(site) + ".weight", w);
      }
      host.assertAnswersAs(moved, changed, batch);
      host.assertAnswersAs(merged, changed, batch);
    }
  }

  @Test
  void thePenaltyIsTheMeanDistanceFromOrthogonality() {
    try (Attachment with = host.attach(STACK + ",orthogonality=0.5");
        Attachment fresh = host.attach(STACK + ",orthogonality=0");
        Attachment without = fresh.with(with.tensors());
        Training penalised = with.training(OPTIONS.withSteps(0, TOTAL));
        Training plain = without.training(OPTIONS.withSteps(0, TOTAL))) {
      double sum = 0;
      for (String site : Allocation.SITES) {
        float[] q = with.tensors().get(site + ".lora_A");
        float[] p = with.tensors().get(site + ".lora_B");
        double right = 0;
        double left = 0;
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 3; j++) {
            double qq = i == j ? -1 : 0;
            double pp = i == j ? -1 : 0;
            for (int k = 0; k < 16; k++) {
              qq += (double) q[i * 16 + k] * q[j * 16 + k];
              pp += (double) p[k * 3 + i] * p[k * 3 + j];
            }
            right += qq * qq;
            left += pp * pp;
          }
        }
        sum += Math.sqrt(right) + Math.sqrt(left);
      }
      float expected = plain.step(batch, ANSWERS, 0, 0) + (float) (0.5 * sum / 8);
      assertThat(penalised.step(batch, ANSWERS, 0, 0)).isCloseTo(expected, within(1e-5f));
    }
  }

  @Test
  void importancesAndWhatTheyPruneAreThoseOfThePaper() {
    int[] pruned = {0, 4, 0, 7, 0, 8, 8, 8, 8};
    try (Attachment attachment = host.attach(STACK);
        Training training = attachment.training(OPTIONS.withSteps(0, TOTAL))) {
      Allocation expected = new Allocation(attachment.tensors());
      List<Integer> alive = new ArrayList<>();
      for (int t = 1; t <= TOTAL; t++) {
        Map<String, float[]> gradients = training.gradients(batch, ANSWERS, t);
        training.step(batch, ANSWERS, 0.02, t);
        alive.add(cpu.liveTensors());
        expected.step(t, gradients, 0.02, t <= 6, 12 - pruned[t - 1]);
        Map<String, float[]> found = attachment.tensors();
        expected.tensors.forEach(
            (name, numbers) ->
                NumbersAssert.assertThat(found.get(name)).as(name).isCloseTo(numbers, 2e-3));
        assertThat(zeros(found)).as("at step %d", t).isEqualTo(pruned[t - 1]);
        assertThat(zeros(found)).isEqualTo(zeros(expected.tensors));
      }
      assertThat(alive).containsOnly(alive.get(0));
    }
  }

  private static int zeros(Map<String, float[]> tensors) {
    int zeros = 0;
    for (String site : Allocation.SITES) {
      for (float lambda : tensors.get(site + ".lora_E")) {
        zeros += lambda == 0 ? 1 : 0;
      }
    }
    return zeros;
  }

  @Test
  void theLengthOfTrainingMayBeASetting() {
    try (Attachment attachment = host.attach(STACK + ",total-steps=9");
        Training training = attachment.training(OPTIONS)) {
      training.step(batch, ANSWERS, 0.01, 0);
    }
  }
}
