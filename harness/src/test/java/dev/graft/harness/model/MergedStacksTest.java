package dev.graft.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.graft.host.TokenBatch;
import dev.graft.merging.MergeError;
import dev.graft.merging.Unmerged;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stacks of the installed methods: what can be merged is, and the rest stays as it was. */
class MergedStacksTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, lora:targets=output+houlsby+lora:targets=output, 2, houlsby, 4, lora lora-2, 1e-5",
    "BFLOAT16, lora:targets=output+houlsby+lora:targets=output, 2, houlsby, 4, lora lora-2, 0.03",
    "FLOAT32, lora+prefix-tuning, 4, prefix-tuning, 2, lora, 1e-5",
    "FLOAT16, lora+prefix-tuning, 4, prefix-tuning, 2, lora, 0.004",
    "FLOAT32, prefix-tuning+lora:targets=all-linear, 13, prefix-tuning, 2, lora, 1e-5",
  })
  void whatCanBeMergedIsAndTheRestStays(
      Precision precision,
      String stack,
      int merges,
      String stays,
      int staysAt,
      String holds,
      double tolerance) {
    Model model = cpu.load(TinyModel.of("bert"), Model.Options.DEFAULT.withPrecision(precision));
    try (Attachment attachment = new TinyHost(model).attach(stack)) {
      try (Training training = attachment.training(new Training.Options(AdamW.DEFAULT, 0))) {
        for (int step = 0; step < 5; step++) {
          training.step(batch, new double[] {0, 1, 1}, 0.01, step);
        }
      }
      try (Attachment merged = attachment.merged()) {
        assertThat(merged.mergedSites()).isEqualTo(merges);
        assertThat(merged.unmerged())
            .hasSize(staysAt)
            .extracting(Unmerged::graft, Unmerged::reason)
            .containsOnly(tuple(stays, "it does not act on a projection"));
        NumbersAssert.assertThat(AttachedReference.logits(merged, batch))
            .isCloseTo(AttachedReference.logits(attachment, batch), tolerance);
        List<MergeError> errors = merged.mergeErrors(batch);
        assertThat(errors)
            .hasSize(merges)
            .allSatisfy(error -> assertThat(error.relative()).isLessThan(tolerance))
            .extracting(error -> String.join(" ", error.grafts()))
            .containsOnly(holds);
      }
    }
  }
}
