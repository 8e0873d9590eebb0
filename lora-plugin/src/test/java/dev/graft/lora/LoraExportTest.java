package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRA merged into a folder for transformers, on hosts whose weights are not the sites' own. */
class LoraExportTest {
  private static final StackSpec NONE = new StackSpec(List.of());

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2  | lora:targets=qkv                                  | true",
        "gpt2  | lora:targets=[query,value]                        | true",
        "gpt2  | lora:targets=key+lora:targets=qkv                 | true",
        "gpt2  | lora:targets=all-linear,dora=true                 | true",
        "gpt2  | lora:targets=lm_head                              | false",
        "gpt2  | lora:targets=[lm_head,mlp.down],initializer=pissa | false",
        "qwen2 | lora:targets=[lm_head,query]                      | false",
        "llama | lora:targets=[lm_head,query]                      | false",
      })
  void theExportedHostAnswersAsTheStackDid(String host, String stack, boolean tied) {
    TokenBatch batch = TinyModel.batch(5, 7, 3);
    Path exported = folder.resolve("exported");
    float[] expected;
    Model model = cpu.load(host);
    try (Attachment fresh =
            model.attach(model.languageModel(StackSpec.parse(stack, Methods.installed())), 1);
        Attachment moved = moved(fresh)) {
      expected = AttachedReference.logits(moved, batch);
      assertThat(expected).isNotEqualTo(AttachedReference.logits(fresh, batch));
      Saved.exportHuggingFace(moved, exported);
    }
    ModelDirectory directory = ModelDirectory.open(exported);
    boolean byDefault = host.equals("gpt2");
    assertThat(directory.config().booleanOr("tie_word_embeddings", byDefault)).isEqualTo(tied);
    assertThat(directory.tensors().names().contains("lm_head.weight")).isNotEqualTo(tied);
    Model loaded = cpu.load(directory);
    try (Attachment plain = loaded.attach(loaded.languageModel(NONE), 0)) {
      NumbersAssert.assertThat(AttachedReference.logits(plain, batch)).isCloseTo(expected, 1e-5);
    }
  }

  private static Attachment moved(Attachment fresh) {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, float[]> tensors = fresh.tensors();
    tensors.forEach(
        (name, numbers) -> {
          for (int i = 0; !name.endsWith(".initial") && i < numbers.length; i++) {
            numbers[i] += (float) (0.2 * random.nextGaussian());
          }
        });
    return fresh.with(tensors);
  }
}
