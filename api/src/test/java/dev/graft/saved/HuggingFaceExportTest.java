package dev.graft.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.graft.GraftException;
import dev.graft.api.PeftMethod;
import dev.graft.api.Trait;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.ShardedWriter;
import dev.graft.checkpoint.TensorSource;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.Reference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HuggingFaceExportTest {
  private static final StackSpec NONE = new StackSpec(List.of());
  private static final List<String> LABELS = List.of("no", "perhaps", "yes");

  private static final PeftMethod ALL_WEIGHTS =
      new TestMethod(
          "all-weights",
          Set.of(Trait.IDENTITY_AT_START),
          (host, graft) -> host.parameters().forEach(graft::unfreeze));

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  static List<String> hosts() {
    return TinyHosts.names();
  }

  static List<Reference> references() {
    return Reference.hosts();
  }

  /** The same stack with every tensor moved. */
  private static Attachment moved(Attachment fresh) {
    Map<String, float[]> tensors = fresh.tensors();
    SplittableRandom random = new SplittableRandom(3);
    for (float[] numbers : tensors.values()) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += (float) (0.2 * random.nextGaussian());
      }
    }
    return fresh.with(tensors);
  }

  private float[] logits(Attachment attachment) {
    return NumbersAssert.flat(attachment.logits(batch));
  }

  /** What is exported is loaded as any model, all its names are known, and it answers the same. */
  private ModelDirectory check(Attachment attachment, Path exported) {
    int before = cpu.liveTensors();
    Saved.exportHuggingFace(attachment, exported);
    assertThat(cpu.liveTensors()).isEqualTo(before);
    ModelDirectory directory = ModelDirectory.open(exported);
    Set<String> expected = new TreeSet<>();
    attachment
        .model()
        .host()
        .parameters()
        .forEach(parameter -> expected.add(attachment.model().host().checkpointName(parameter)));
    if (!attachment.stack().head().isLanguageModel()) {
      expected.remove("lm_head.weight");
    }
    attachment.stack().headGraft().owned().forEach(owned -> expected.add(owned.name()));
    assertThat(directory.tensors().names()).containsExactlyElementsOf(expected);
    Model model = cpu.load(directory);
    try (Attachment plain =
        model.attach(
            attachment.stack().head().isLanguageModel()
                ? model.languageModel(NONE)
                : Stack.of(model.host(), NONE, model.head(model.host().headLayout())),
            99)) {
      assertThat(plain.stack().head()).isEqualTo(attachment.stack().head());
      NumbersAssert.assertThat(logits(plain)).isCloseTo(logits(attachment), 1e-5);
    }
    return directory;
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void everyHostIsLoadedAgainAndAnswersTheSame(String name) {
    Model model = cpu.load(name);
    for (PeftMethod method : List.of(new Ia3Method(), ALL_WEIGHTS)) {
      try (Attachment fresh = model.attach(model.stack(TinyHost.only(method), LABELS), 1);
          Attachment moved = moved(fresh);
          Attachment merged = moved.merged()) {
        assertThat(logits(moved)).isNotEqualTo(logits(fresh));
        ModelDirectory exported = check(moved, folder.resolve(method.spec().name()));
        assertThat(exported.config().json().get("architectures").toString())
            .matches("\\[\"[A-Z][A-Za-z2V]+ForSequenceClassification\"]");
        check(merged, folder.resolve(method.spec().name() + "-merged"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "qwen2", "mistral"})
  void languageModelsToo(String name) {
    Model model = cpu.load(name);
    try (Attachment fresh =
            model.attach(model.languageModel(TinyHost.only(ALL_WEIGHTS, new Ia3Method())), 1);
        Attachment moved = moved(fresh)) {
      ModelDirectory exported = check(moved, folder.resolve("exported"));
      assertThat(exported.config().stringsOr("architectures", List.of()))
          .containsExactly(
              Map.of(
                      "gpt2", "GPT2LMHeadModel",
                      "llama", "LlamaForCausalLM",
                      "qwen2", "Qwen2ForCausalLM",
                      "mistral", "MistralForCausalLM")
                  .get(name));
      assertThat(exported.config().has("id2label")).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void aHostAsItIsBecomesTheFileThatTransformersWrote(Reference reference) throws IOException {
    ModelDirectory base = reference.model();
    Model model = cpu.load(base);
    try (Attachment host =
        model.attach(
            reference.isLanguageModel()
                ? model.languageModel(NONE)
                : Stack.of(model.host(), NONE, model.head(model.host().headLayout())),
            0)) {
      Path exported = folder.resolve("exported");
      Saved.exportHuggingFace(host, exported);
      assertThat(Files.readAllBytes(exported.resolve("model.safetensors")))
          .isEqualTo(Files.readAllBytes(base.path().resolve("model.safetensors")));
      JsonObject config = JsonFile.read(exported.resolve("config.json")).json().deepCopy();
      if (!reference.isLanguageModel()) {
        assertThat(config.remove("num_labels").getAsInt()).isEqualTo(3);
        assertThat(config.remove("problem_type").getAsString())
            .isEqualTo("single_label_classification");
      }
      assertThat(config).isEqualTo(base.config().json());
    }
  }

  @Test
  void regressionIsSaidInTheConfiguration() {
    Model model = cpu.load("roberta");
    try (Attachment host = model.attach(model.stack(NONE, List.of()), 1)) {
      JsonFile config = check(host, folder.resolve("exported")).config();
      assertThat(config.requireInt("num_labels")).isEqualTo(1);
      assertThat(config.requireString("problem_type")).isEqualTo("regression");
      assertThat(config.requireObject("label2id")).hasToString("{\"LABEL_0\":0}");
    }
  }

  @Test
  void weightsKeepTheirTypesUnlessAnotherIsAskedFor() throws IOException {
    Path base = TinyModel.write(folder.resolve("base"), true);
    TensorSource wide = ModelDirectory.open(base).tensors();
    List<LazyTensor> narrow =
        wide.names().stream().map(name -> LazyTensor.of(wide, name, name, stored(name))).toList();
    Path mixed = folder.resolve("mixed");
    Files.createDirectories(mixed);
    ShardedWriter.write(mixed, narrow);
    String config = Files.readString(base.resolve("config.json"));
    Files.writeString(
        mixed.resolve("config.json"), config.replace("{", "{\"torch_dtype\": \"bfloat16\", "));
    Files.writeString(mixed.resolve("tokenizer.json"), "{}");
    Files.writeString(mixed.resolve("README.md"), "of the base");
    Model.Options options = Model.Options.DEFAULT.withPrecision(Precision.BFLOAT16);
    Model model = cpu.load(ModelDirectory.open(mixed), options);
    try (Attachment fresh =
            model.attach(model.stack(TinyHost.only(new Ia3Method(), ALL_WEIGHTS), LABELS), 1);
        Attachment moved = moved(fresh)) {
      Saved.exportHuggingFace(moved, folder.resolve("same"));
      ModelDirectory same = ModelDirectory.open(folder.resolve("same"));
      for (String name : same.tensors().names()) {
        assertThat(same.tensors().info(name).type()).as(name).isEqualTo(stored(name));
      }
      assertThat(same.config().requireString("torch_dtype")).isEqualTo("bfloat16");
      assertThat(same.path().toFile().list())
          .containsExactlyInAnyOrder("config.json", "model.safetensors", "tokenizer.json");
      Saved.exportHuggingFace(moved, folder.resolve("wide"), Precision.FLOAT32);
      ModelDirectory widened = ModelDirectory.open(folder.resolve("wide"));
      for (String name : same.tensors().names()) {
        assertThat(widened.tensors().info(name).type()).as(name).isEqualTo(DType.F32);
        NumbersAssert.assertThat(same.tensors().floats(name))
            .isCloseTo(widened.tensors().floats(name), 0.004);
      }
      assertThat(widened.config().requireString("torch_dtype")).isEqualTo("float32");
    }
  }

  private static DType stored(String name) {
    return name.contains("LayerNorm") ? DType.F32 : DType.BF16;
  }

  @Test
  void aNumberTooLargeLeavesNoFolderBehind() {
    Model model = cpu.load("bert");
    try (Attachment fresh = model.attach(model.stack(TinyHost.only(ALL_WEIGHTS), LABELS), 1);
        Attachment large = fresh.with(Map.of(NORM, numbers()))) {
      assertThatThrownBy(
              () -> Saved.exportHuggingFace(large, folder.resolve("exported"), Precision.FLOAT16))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("'bert.embeddings.LayerNorm.weight' do not fit the type F16");
      assertThat(folder).isEmptyDirectory();
    }
  }

  private static final String NORM = "embeddings.norm.weight";

  private static float[] numbers() {
    float[] numbers = new float[16];
    numbers[3] = 1e6f;
    return numbers;
  }

  @Test
  void aFolderThatIsThereIsNotOverwritten() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("exported"));
    Model model = cpu.load("bert");
    try (Attachment attachment = model.attach(model.stack(NONE, LABELS), 1)) {
      assertThatThrownBy(() -> Saved.exportHuggingFace(attachment, taken))
          .isInstanceOf(GraftException.class);
      assertThat(taken).isEmptyDirectory();
    }
  }
}
