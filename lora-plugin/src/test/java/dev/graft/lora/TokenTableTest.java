package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.Safetensors;
import dev.graft.files.JsonFile;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Shape;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.MixedRows;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The token table and the head that may be the same weight, trained whole and updated. */
class TokenTableTest {
  private static final String PREFIX = "base_model.model.";

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 7, 3);

  private static Attachment moved(Model model, String stack) {
    try (Attachment fresh = model.attach(model.languageModel(TinyHost.installed(stack)), 1)) {
      return new TinyHost(model).moved(fresh);
    }
  }

  private float[] logits(Attachment attachment) {
    return AttachedReference.logits(attachment, batch);
  }

  static Stream<Arguments> hostsAndStacks() {
    List<String> stacks =
        List.of(
            "lora:modules-to-save=[embeddings.word]",
            "lora:modules-to-save=[lm_head]",
            "lora:modules-to-save=[embeddings.word],weight-tying=none",
            "lora:modules-to-save=[lm_head],weight-tying=none",
            "lora:modules-to-save=[embeddings.word,lm_head],weight-tying=none",
            "lora:targets=[query,embeddings.word],rank=2,rank-pattern=[word=3]",
            "lora:targets=[query,embeddings.word],weight-tying=all,alpha-pattern=[word=3]",
            "lora:targets=[query,lm_head],weight-tying=all,rank-stabilized=true",
            "lora:targets=[embeddings.word,lm_head]",
            "lora:targets=[embeddings.word,lm_head],dora=true",
            "lora:targets=[lm_head],dora=true,weight-tying=all",
            "lora:targets=[value,lm_head],modules-to-save=[embeddings.word],weight-tying=none");
    return Stream.concat(
        stacks.stream().map(stack -> Arguments.of("qwen2", stack)),
        Stream.of(0, 6, 9).map(i -> Arguments.of(i == 9 ? "llama" : "gpt2", stacks.get(i))));
  }

  @ParameterizedTest
  @MethodSource("hostsAndStacks")
  void isTheSameMergedExportedAndAfterPeftsFiles(String host, String stack) {
    Model model = cpu.host(host).model();
    try (Attachment trained = moved(model, stack)) {
      float[] expected = logits(trained);
      try (Attachment merged = trained.merged()) {
        assertThat(merged.unmerged()).isEmpty();
        NumbersAssert.assertThat(logits(merged)).as("merged").isCloseTo(expected, 1e-5);
      }
      Saved.saveForeign(trained, folder.resolve("peft"), Map.of());
      try (Attachment opened = Saved.open(model, folder.resolve("peft"))) {
        NumbersAssert.assertThat(logits(opened)).as("opened").isCloseTo(expected, 1e-6);
        Saved.saveForeign(opened, folder.resolve("again"), Map.of());
      }
      assertThat(folder.resolve("again/adapter_config.json"))
          .hasSameBinaryContentAs(folder.resolve("peft/adapter_config.json"));
      Saved.exportHuggingFace(trained, folder.resolve("whole"));
      try (Model whole = cpu.load(ModelDirectory.open(folder.resolve("whole")));
          Attachment bare = whole.attach(whole.languageModel(TinyHost.only()), 1)) {
        NumbersAssert.assertThat(logits(bare)).as("exported").isCloseTo(expected, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // what stands in PEFT's file, whether it keeps them tied, and whether the merged model does
        "modules-to-save=[embeddings.word]; embed_tokens lm_head; true; true",
        "modules-to-save=[lm_head]; embed_tokens lm_head; true; true",
        "modules-to-save=[embeddings.word],weight-tying=none; embed_tokens; false; false",
        "modules-to-save=[lm_head],weight-tying=none; lm_head; false; false",
        "targets=[embeddings.word],weight-tying=all; embed_tokens lm_head; true; true",
        "targets=[lm_head],weight-tying=all; embed_tokens lm_head; true; true",
        "targets=[embeddings.word]; embed_tokens; false; false",
        "targets=[lm_head]; lm_head; false; false",
        "targets=[query]; ; false; true"
      })
  void aTiedHeadGoesApartWherePeftSaysSo(
      String settings, String tables, boolean isEnsured, boolean staysTied) {
    Model model = cpu.host("qwen2").model();
    try (Attachment trained = moved(model, "lora:" + settings)) {
      Saved.saveForeign(trained, folder.resolve("peft"), Map.of());
      Saved.exportHuggingFace(trained, folder.resolve("whole"));
    }
    Adapter adapter = ForeignFiles.read(folder.resolve("peft"));
    assertThat(adapter.configuration()).containsEntry("ensure_weight_tying", isEnsured);
    assertThat(
            Stream.of("embed_tokens", "lm_head")
                .filter(
                    name -> adapter.tensors().keySet().stream().anyMatch(n -> n.contains(name))))
        .containsExactly(tables == null ? new String[0] : tables.split(" "));
    assertThat(
            JsonFile.read(folder.resolve("whole/config.json"))
                .booleanOr("tie_word_embeddings", false))
        .isEqualTo(staysTied);
    assertThat(
            Safetensors.open(folder.resolve("whole/model.safetensors"))
                .names()
                .contains("lm_head.weight"))
        .isNotEqualTo(staysTied);
  }

  @Test
  void theMergedTableIsTheTableAndTheProductTransposed() {
    Model model = cpu.host("qwen2").model();
    try (Attachment trained = moved(model, "lora:targets=[embeddings.word],rank=2,alpha=3")) {
      Saved.exportHuggingFace(trained, folder.resolve("whole"));
      float[] a = trained.tensors().get("embeddings.word.lora_embedding_A"); // (2, 60)
      float[] b = trained.tensors().get("embeddings.word.lora_embedding_B"); // (16, 2)
      float[] expected = model.copyWeights().get("embeddings.word.weight").clone();
      for (int token = 0; token < 60; token++) {
        for (int i = 0; i < 16; i++) {
          expected[token * 16 + i] += 1.5f * (b[2 * i] * a[token] + b[2 * i + 1] * a[60 + token]);
        }
      }
      Safetensors whole = Safetensors.open(folder.resolve("whole/model.safetensors"));
      NumbersAssert.assertThat(whole.floats("model.embed_tokens.weight")).isCloseTo(expected, 1e-6);
      assertThat(whole.floats("lm_head.weight"))
          .isEqualTo(model.copyWeights().get("embeddings.word.weight"));
    }
  }

  @Test
  void rowsOfABatchHaveUpdatesOfTheirOwn() {
    MixedRows.assertEachRowIsItsOwn(
        cpu.load("qwen2"),
        Map.of(
            "a", "lora:targets=[query,embeddings.word],rank=2",
            "b", "lora:targets=[embeddings.word],rank=3,weight-tying=all",
            "c", "lora:targets=[embeddings.word],dora=true"));
  }

  @Test
  void rowsOfABatchHaveTablesOfTheirOwn() {
    String stack = "lora:targets=query,weight-tying=none,modules-to-save=";
    MixedRows.assertEachRowIsItsOwn(
        cpu.load("qwen2"),
        Map.of("a", stack + "[embeddings.word]", "b", stack + "[lm_head]", "c", "lora"));
  }

  // What PEFT saves of its own accord

  private Adapter saved(Model model, String stack) {
    try (Attachment trained = moved(model, stack)) {
      Saved.saveForeign(trained, folder.resolve("saved"), Map.of());
      return ForeignFiles.read(folder.resolve("saved"));
    }
  }

  private Attachment opened(Model model, Adapter adapter, Map<String, StoredTensor> more)
      throws IOException {
    Map<String, StoredTensor> tensors = new TreeMap<>(adapter.tensors());
    more.forEach((name, numbers) -> tensors.put(PREFIX + name, numbers));
    Path changed = Files.createTempDirectory(folder, "changed");
    ForeignFiles.write(
        new Adapter(adapter.configuration(), tensors, ""),
        Map.of(),
        List.of(),
        Library.PEFT,
        changed,
        Map.of());
    return Saved.open(model, changed);
  }

  private static StoredTensor table(Model model, String name, double plus) {
    float[] numbers = model.copyWeights().get(name).clone();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] += (float) plus;
    }
    return new StoredTensor(Shape.of(60, 16), numbers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "llama; query; model.embed_tokens.weight; embeddings.word.weight",
        "llama; query; lm_head.weight; lm_head.weight",
        "llama; lm_head; lm_head.base_layer.weight; lm_head.weight",
        "qwen2; query; lm_head.weight; embeddings.word.weight",
        "qwen2; embeddings.word; model.embed_tokens.base_layer.weight; embeddings.word.weight"
      })
  void aTableThatIsAsInTheBaseChangesNothing(String host, String target, String name, String weight)
      throws IOException {
    Model model = cpu.host(host).model();
    Adapter adapter = saved(model, "lora:targets=[%s]".formatted(target));
    try (Attachment expected = opened(model, adapter, Map.of());
        Attachment found = opened(model, adapter, Map.of(name, table(model, weight, 0)))) {
      assertThat(found.stack().toString()).isEqualTo(expected.stack().toString());
      assertThat(logits(found)).isEqualTo(logits(expected));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "llama; embed_tokens; [embeddings.word]; saved",
        "llama; lm_head; [lm_head]; saved",
        "qwen2; embed_tokens; [embeddings.word]; saved",
        "qwen2; lm_head; [embeddings.word]; saved"
      })
  void anotherTableThanTheBasesIsUsedAsPeftLoadsIt(
      String host, String name, String modules, String tying) throws IOException {
    Model model = cpu.host(host).model();
    Adapter adapter = saved(model, "lora:targets=[query]");
    String weight = host.equals("llama") && name.equals("lm_head") ? name : "embeddings.word";
    StoredTensor other = table(model, weight + ".weight", 0.1);
    String full = (name.equals("lm_head") ? "" : "model.") + name + ".weight";
    Map<String, float[]> tensors;
    try (Attachment plain = opened(model, adapter, Map.of())) {
      tensors = new TreeMap<>(plain.tensors());
    }
    tensors.put(weight + ".weight", other.elements());
    try (Attachment found = opened(model, adapter, Map.of(full, other));
        Attachment trained = moved(model, "lora:targets=[query],modules-to-save=" + modules);
        Attachment expected = trained.with(tensors)) {
      assertThat(found.tensors().get(weight + ".weight")).isEqualTo(other.elements());
      assertThat(logits(found)).isEqualTo(logits(expected));
      assertThat(found.stack().spec().items().get(0).settings().written())
          .containsEntry("weight-tying", tying);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "lora:targets=[query]; model.embed_tokens.weight; 63; The adapter was made for a vocabulary of 63 tokens, and the base has one of 60.",
        "lora:targets=[query]; lm_head.original_module.weight; 63; The adapter was made for a vocabulary of 63 tokens, and the base has one of 60.",
        "lora:targets=[lm_head]; lm_head.base_layer.weight; 60; The adapter updates 'lm_head' and was made for other weights of it: 'lm_head.base_layer.weight' is not what the base has."
      })
  void aTableThatCanNotBeUsedIsRefusedByItsName(
      String stack, String name, int rows, String message) {
    Model model = cpu.host("llama").model();
    Adapter adapter = saved(model, stack);
    float[] numbers = new float[rows * 16];
    Arrays.fill(numbers, 0.5f);
    StoredTensor table = new StoredTensor(Shape.of(rows, 16), numbers);
    assertThatThrownBy(() -> opened(model, adapter, Map.of(name, table)))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("unload()");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "roberta; query value out_proj; [query,value,out_proj]",
        "roberta; query out_proj classifier.dense; [query,out_proj,classifier.dense]",
        "distilbert; q_lin pre_classifier; [q_lin,pre_classifier]",
        "llama; q_proj score embed_tokens; [q_proj,score,embed_tokens]"
      })
  void targetsThatEndInAHeadAreWrittenAgain(String host, String targets, String settings)
      throws IOException {
    Model model = cpu.host(host).model();
    try (Attachment trained = new TinyHost(model).attach("lora:targets=" + settings)) {
      Saved.saveForeign(trained, folder.resolve("saved"), Map.of());
    }
    Adapter adapter = ForeignFiles.read(folder.resolve("saved"));
    assertThat((List<?>) adapter.configuration().get("target_modules"))
        .map(Object::toString)
        .containsExactlyInAnyOrder(targets.split(" "));
    try (Attachment opened = opened(model, adapter, Map.of())) {
      Saved.saveForeign(opened, folder.resolve("again"), Map.of());
      assertThat(folder.resolve("again/adapter_config.json"))
          .hasSameBinaryContentAs(folder.resolve("saved/adapter_config.json"));
    }
  }
}
