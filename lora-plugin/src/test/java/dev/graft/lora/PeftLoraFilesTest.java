package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.Saved;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of PEFT as other versions and other settings make them. */
class PeftLoraFilesTest {
  private static final String QUERY = "base_model.model.bert.encoder.layer.0.attention.self.query";

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TinyHost host = cpu.host("bert");
  private final TokenBatch batch = TinyModel.batch(5, 7, 3);
  private final Map<String, Object> configuration = new TreeMap<>();
  private final Map<String, StoredTensor> tensors = new TreeMap<>();
  private float[][] expected;

  @BeforeEach
  void saveAnAdapter() {
    save("lora:targets=[query,value],rank=2,bias=all,modules-to-save=[pooler]");
  }

  private void save(String stack) {
    Path saved = folder.resolve("saved " + stack.hashCode());
    try (Attachment fresh = host.attach(stack)) {
      Map<String, float[]> moved = new TreeMap<>(fresh.tensors());
      moved.replaceAll(
          (name, numbers) -> name.endsWith("lora_B") ? filled(numbers.length, 0.1f) : numbers);
      try (Attachment attachment = fresh.with(moved)) {
        expected = attachment.logits(batch);
        Saved.saveForeign(attachment, saved, Map.of());
      }
    }
    Adapter adapter = ForeignFiles.read(saved);
    configuration.clear();
    configuration.putAll(adapter.configuration());
    tensors.clear();
    tensors.putAll(adapter.tensors());
  }

  private static float[] filled(int size, float number) {
    float[] numbers = new float[size];
    Arrays.fill(numbers, number);
    return numbers;
  }

  private Path written() {
    try {
      Path changed = Files.createDirectory(folder.resolve("changed"));
      ForeignFiles.write(
          new Adapter(configuration, tensors, ""),
          Map.of(),
          List.of(),
          Library.PEFT,
          changed,
          Map.of());
      return changed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void assertOpensAsItWas(Consumer<Attachment> more) {
    try (Attachment opened = Saved.open(host.model(), written())) {
      assertThat(opened.logits(batch)).isDeepEqualTo(expected);
      more.accept(opened);
    }
  }

  private void assertRefused(String message) {
    assertThatThrownBy(() -> Saved.open(host.model(), written()))
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.INPUT))
        .hasMessageContaining(message.replace("\n", System.lineSeparator()));
  }

  @Test
  void aConfigurationOfAnOldVersionIsRead() {
    configuration
        .keySet()
        .retainAll(
            Set.of("bias", "lora_alpha", "modules_to_save", "peft_type", "r", "target_modules"));
    configuration.put("enable_lora", null);
    configuration.put("lora_dropout", 0.05);
    assertOpensAsItWas(
        opened ->
            assertThat(opened.stack().toString())
                .isEqualTo("lora:rank=2,dropout=0.05,bias=all,modules-to-save=[pooler]"));
  }

  @Test
  void withoutATaskTheHeadIsThatOfItsTensors() {
    configuration.put("task_type", null);
    assertOpensAsItWas(
        opened -> assertThat(opened.stack().head().labels()).containsExactly("LABEL_0", "LABEL_1"));
  }

  @Test
  void anAdapterOfAModelWithoutAHeadIsRead() {
    save("lora:targets=[query,value],rank=2,rank-pattern=[value=3],layers=[1]");
    configuration.put("task_type", "FEATURE_EXTRACTION");
    configuration.put("modules_to_save", null);
    configuration.put("layers_to_transform", 1);
    Map<String, StoredTensor> renamed = new TreeMap<>();
    tensors.forEach((name, numbers) -> renamed.put(name.replace(".bert.", "."), numbers));
    tensors.clear();
    tensors.putAll(renamed);
    assertOpensAsItWas(opened -> {});
  }

  @Test
  void theCopiesOfAHeadsBiasesAreNoBiasesOfTheHost() {
    StoredTensor bias = tensors.get("base_model.model.classifier.bias");
    tensors.put("base_model.model.classifier.original_module.bias", bias);
    tensors.put("base_model.model.classifier.modules_to_save.bias", bias);
    assertOpensAsItWas(opened -> {});
  }

  @Test
  void biasesUnderTheNamesOfOldVersionsAreRead() {
    tensors.put(QUERY + ".bias", tensors.remove(QUERY + ".base_layer.bias"));
    assertOpensAsItWas(opened -> {});
  }

  @Test
  void layersOfAPatternAreRead() {
    save("lora:targets=[query,value],layers=[1]");
    configuration.put("layers_to_transform", List.of(1));
    configuration.put("layers_pattern", "layer");
    assertOpensAsItWas(opened -> {});
  }

  @Test
  void aRegularExpressionOfModulesIsKept() {
    save("lora:targets=[query,value]");
    configuration.put("target_modules", ".*layer\\.\\d\\.attention\\.self\\.(query|value)");
    assertOpensAsItWas(
        opened -> {
          Saved.saveForeign(opened, folder.resolve("again"), Map.of());
          assertThat(ForeignFiles.read(folder.resolve("again")).configuration())
              .containsEntry("target_modules", ".*layer\\.\\d\\.attention\\.self\\.(query|value)");
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "use_qalora; true",
        "lora_bias; true",
        "megatron_config; x",
        "trainable_token_indices; 7",
        "alora_invocation_tokens; 7",
        "layer_replication; x",
        "use_bdlora; x",
        "target_parameters; x",
        "loftq_config; x",
        "what_comes_next; x"
      })
  void whatIsNotComputedIsRefusedByItsName(String key, String value) {
    configuration.put(key, value.equals("true") ? true : List.of(value));
    assertRefused(
        "The adapter has %s=%s in its configuration, which lora can't compute."
            .formatted(key, configuration.get(key)));
  }
}
