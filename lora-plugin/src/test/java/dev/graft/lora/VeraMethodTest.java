package dev.graft.lora;

import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VeraMethodTest {
  /** Sites of three shapes: (16, 16), (32, 16) and (16, 32). */
  private static final String STACK = "vera:rank=5,targets=[query,up,down]";

  private static final int RANK = 5;
  private static final int WIDEST = 32;

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @Test
  void countsAreThoseOfThePaper() {
    assertThat(onBert(12, 768, "vera:rank=1024").methodCount()).isEqualTo(43_008);
    assertThat(onBert(24, 1024, "vera").methodCount()).isEqualTo(61_440);
  }

  @Test
  void allSitesShareOnePairOfFrozenMatrices() {
    DeclaredGraft graft = onBert(2, 64, STACK).grafts().get(0);
    assertThat(graft.owned())
        .filteredOn(owned -> owned.role() == Owned.Role.BUFFER)
        .extracting(owned -> owned.name() + owned.spec().shape())
        .containsExactly("vera_A(5, 256)", "vera_B(256, 5)");
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
  void theUpdateIsTheFormulaOfThePaperMergedOrNot() {
    try (Attachment fresh = host.attach(STACK);
        Attachment moved = host.moved(fresh);
        Attachment merged = moved.merged()) {
      Map<String, float[]> changed = updated(moved);
      host.assertAnswersAs(moved, changed, batch);
      host.assertAnswersAs(merged, changed, batch);
      assertThat(merged.mergedSites()).isEqualTo(6);
    }
  }

  /** W[o][i] + b[o] sum over r of B[o][r] d[r] A[r][i], from the corners of A and B. */
  private static Map<String, float[]> updated(Attachment attachment) {
    Map<String, float[]> changed = new HashMap<>();
    Map<String, float[]> tensors = attachment.tensors();
    float[] a = matrix(attachment, "vera_A");
    float[] b = matrix(attachment, "vera_B");
    tensors.forEach(
        (name, d) -> {
          if (name.endsWith(".vera_lambda_d")) {
            String site = name.substring(0, name.length() - ".vera_lambda_d".length());
            float[] scale = tensors.get(site + ".vera_lambda_b");
            float[] w = TinyHost.weight(TinyHost.stored(site) + ".weight");
            int in = w.length / scale.length;
            for (int k = 0; k < w.length; k++) {
              double sum = 0;
              for (int r = 0; r < RANK; r++) {
                sum += b[k / in * RANK + r] * d[r] * a[r * WIDEST + k % in];
              }
              w[k] += (float) (scale[k / in] * sum);
            }
            changed.put(TinyHost.stored(site) + ".weight", w);
          }
        });
    return changed;
  }

  /** One of the random matrices, which are not saved. */
  private static float[] matrix(Attachment attachment, String name) {
    return attachment.values().get(attachment.stack().names().indexOf(name)).floats();
  }

  @Test
  void equalProjectionSeedsHaveEqualMatrices() {
    try (Attachment one = host.attach("vera:rank=4");
        Attachment same = host.model().attach(one.stack(), 99);
        Attachment other = host.attach("vera:rank=4,projection-seed=1")) {
      assertThat(matrix(same, "vera_A")).isEqualTo(matrix(one, "vera_A"));
      assertThat(matrix(other, "vera_A")).isNotEqualTo(matrix(one, "vera_A"));
      assertThat(one.tensors()).doesNotContainKeys("vera_A", "vera_B");
    }
  }

  @Test
  void trainingMovesTheVectorsOnly() {
    try (Attachment attachment = host.attach(STACK);
        Training training = AttachedReference.training(attachment)) {
      Map<String, float[]> before = attachment.tensors();
      float[] a = matrix(attachment, "vera_A");
      List<Integer> alive = new ArrayList<>();
      for (int step = 0; step < 5; step++) {
        training.step(batch, new double[] {0, 1, 1}, 0.01, step);
        alive.add(cpu.liveTensors());
      }
      assertThat(alive).containsOnly(alive.get(0));
      attachment
          .tensors()
          .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(before.get(name)));
      assertThat(matrix(attachment, "vera_A")).isEqualTo(a);
    }
  }

  @Test
  void theMatricesKeepTheVarianceWhateverTheirSizeIs() {
    try (Attachment attachment = host.attach("vera:rank=4096")) {
      float[] a = matrix(attachment, "vera_A");
      double sum = 0;
      for (float number : a) {
        sum += number * number;
      }
      NumbersAssert.assertThat(new float[] {(float) (sum / a.length)})
          .isCloseTo(new float[] {2f / 16}, 0.02);
    }
  }
}
