package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.merging.MergeError;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * GPT-2 keeps queries, keys and values as one weight: updates of its parts are merged into that.
 */
class LoraMergedIntoFusedTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lora:targets=[query,value]             | query value     | lora",
        "lora:targets=qkv                       | query key value | lora",
        "lora:targets=qkv+lora:targets=qkv      | query key value | lora lora-2",
      })
  void partsAreMergedIntoTheWholeAndComparedOneByOne(String stack, String parts, String grafts) {
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BFLOAT16)) {
      check(precision, stack, parts, grafts);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void aPartHoldsTheUpdatesOfTheWholeToo(Precision precision) {
    List<MergeError> errors =
        check(precision, "lora:targets=key+lora:targets=qkv", "query key value", null);
    assertThat(errors.get(0).grafts()).containsExactly("lora-2");
    assertThat(errors.get(1).grafts()).containsExactly("lora-2", "lora");
    assertThat(errors.get(2).grafts()).containsExactly("lora-2");
  }

  private List<MergeError> check(Precision precision, String stack, String parts, String grafts) {
    double tolerance = precision == Precision.FLOAT32 ? 1e-5 : 0.05;
    Reference reference =
        Reference.hosts().stream()
            .filter(each -> each.name().startsWith("gpt2/"))
            .findFirst()
            .orElseThrow();
    Model model = cpu.load(reference.model(), Model.Options.DEFAULT.withPrecision(precision));
    try (Attachment attachment =
        model.attach(model.languageModel(StackSpec.parse(stack, Methods.installed())), 1)) {
      TokenBatch batch = reference.batch(model.host().config().paddingId());
      try (Training training = AttachedReference.training(attachment)) {
        for (int step = 0; step < 5; step++) {
          training.step(batch, reference.labels(), 0.01, step);
        }
      }
      int before = cpu.liveTensors();
      try (Attachment merged = attachment.merged()) {
        // One weight a layer; LoRA leaves the bias alone.
        assertThat(cpu.liveTensors()).isEqualTo(before + model.host().layers());
        assertThat(merged.unmerged()).isEmpty();
        NumbersAssert.assertThat(AttachedReference.logits(merged, batch))
            .isCloseTo(AttachedReference.logits(attachment, batch), tolerance);
        List<MergeError> errors = merged.mergeErrors(batch);
        assertThat(errors)
            .filteredOn(error -> error.site().startsWith("layers.0."))
            .extracting(error -> error.site().replace("layers.0.attention.", ""))
            .containsExactly(parts.split(" "));
        assertThat(errors)
            .allSatisfy(error -> assertThat(error.relative()).isLessThan(tolerance))
            .allSatisfy(
                error ->
                    assertThat(grafts == null || String.join(" ", error.grafts()).equals(grafts))
                        .isTrue());
        return errors;
      }
    }
  }
}
