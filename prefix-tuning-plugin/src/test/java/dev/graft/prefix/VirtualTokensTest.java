package dev.graft.prefix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.conformance.TinyHosts;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.saved.Saved;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtual tokens on hosts of every architecture. */
class VirtualTokensTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();

  static List<String> hosts() {
    return TinyHosts.names().stream().filter(name -> !name.contains("width")).toList();
  }

  private static Attachment languageModel(Model model, String stack) {
    return model.attach(model.languageModel(TinyHost.installed(stack)), 3);
  }

  private static Attachment classifier(Model model, String stack) {
    return model.attach(model.stack(TinyHost.installed(stack), List.of("a", "b", "c")), 3);
  }

  /** A decoder can't tell a prefix of a text's keys and values from the text itself. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, prefix-tuning", "llama, prefix-tuning", "qwen2, prefix-tuning",
    "gpt2, prompt-tuning", "llama, prompt-tuning", "mistral, prompt-tuning"
  })
  void rowsThatBeginAsATextAnswerAsAfterTheText(String host, String method) {
    Model model = cpu.load(host);
    try (Attachment plain = languageModel(model, "");
        Attachment prefixed =
            languageModel(model, method + ":virtual-tokens=4,tokens=[11,12,13,14]")) {
      float[] whole = plain.logits(batch(11, 12, 13, 14, 7, 8, 9))[0];
      float[] rest = prefixed.logits(batch(7, 8, 9))[0];
      int width = rest.length / 3;
      NumbersAssert.assertThat(rest)
          .isCloseTo(Arrays.copyOfRange(whole, 4 * width, 7 * width), 1e-5);
    }
  }

  private static TokenBatch batch(long... ids) {
    return TokenBatch.of(List.of(new Tokens(ids, new long[ids.length])), 0);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void paddingChangesNoRow(String host) {
    Model model = cpu.load(host);
    for (String stack :
        List.of(
            "prefix-tuning:virtual-tokens=3",
            "prompt-tuning:virtual-tokens=3",
            "prompt-tuning:virtual-tokens=2+prefix-tuning:virtual-tokens=3,layers=[1]")) {
      try (Attachment attachment = classifier(model, stack)) {
        TokenBatch many = TinyModel.batch(3, 7, 5);
        float[][] together = attachment.logits(many);
        for (int row = 0; row < many.rows(); row++) {
          NumbersAssert.assertThat(together[row])
              .as(stack + ", row " + row)
              .isCloseTo(attachment.logits(many.row(row))[0], 1e-5);
        }
        assertThat(attachment.hiddenStates(many).get(0)).hasSize(3 * 7 * 16);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefix-tuning", "prompt-tuning", "prefix-tuning:layers=[0]"})
  void allRowsLearn(String stack) {
    Model model = cpu.load("gpt2");
    try (Attachment attachment = languageModel(model, stack)) {
      TokenBatch batch = TinyModel.batch(6, 4);
      double[] labels = {-100, 5, 6, 7, 8, 9, -100, 3, 2, 1, -100, -100};
      try (Training training = attachment.training(new Training.Options(AdamW.DEFAULT, 0))) {
        float before = attachment.loss(batch, labels);
        Map<String, float[]> gradients = training.gradients(batch, labels, 0);
        gradients.remove("loss");
        float[] gradient = gradients.values().iterator().next();
        int width = gradient.length / 16;
        for (int row = 0; row < 16; row++) {
          assertThat(Arrays.copyOfRange(gradient, row * width, (row + 1) * width))
              .isNotEqualTo(new float[width]);
        }
        for (int step = 0; step < 20; step++) {
          training.step(batch, labels, 1e-2, step);
        }
        assertThat(attachment.loss(batch, labels)).isLessThan(before);
      }
    }
  }

  @Test
  void aPromptIsSavedAsPeftWouldAndOpenedAgain(@TempDir Path folder) {
    Model model = cpu.load("bert");
    try (Attachment attachment = classifier(model, "prompt-tuning:virtual-tokens=5")) {
      Saved.saveForeign(attachment, folder.resolve("peft"), Map.of("seed", "3"));
      assertThat(folder.resolve("peft/graft_provenance.json"))
          .content()
          .contains("\"graft.seed\": \"3\"", "\"graft.base\": \"" + model.fingerprint());
      try (Attachment opened = Saved.open(model, folder.resolve("peft"))) {
        assertThat(opened.logits(TinyModel.batch(4, 3)))
            .isEqualTo(attachment.logits(TinyModel.batch(4, 3)));
        assertThat(opened.stack().toString()).isEqualTo("prompt-tuning:virtual-tokens=5");
      }
    }
  }
}
