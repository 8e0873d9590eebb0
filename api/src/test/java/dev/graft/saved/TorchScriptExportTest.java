package dev.graft.saved;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.MalformedModelException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import dev.graft.GraftException;
import dev.graft.api.PeftMethod;
import dev.graft.conformance.TinyHosts;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Archives are read by DJL alone here, as any TorchScript model is. */
class TorchScriptExportTest {
  private static final StackSpec NONE = new StackSpec(List.of());
  private static final List<String> LABELS = List.of("no", "yes", "perhaps");
  private static final long[] IDS = {5, 9, 3, 7, 11, 58, 4, 0, 0};
  private static final long[] MASK = {1, 1, 1, 1, 1, 1, 1, 0, 0};
  private static final long[] TYPES = {0, 0, 0, 1, 1, 1, 1, 0, 0};

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  static List<String> hosts() {
    return TinyHosts.names();
  }

  /** The sequence alone, without its padding. */
  private static TokenBatch tokens(boolean types) {
    long[] ids = Arrays.copyOf(IDS, 7);
    return TokenBatch.of(
        List.of(new Tokens(ids, types ? Arrays.copyOf(TYPES, 7) : new long[7])), 0);
  }

  private float[] loaded(Path file, long[]... inputs) {
    try (ai.djl.Model model = ai.djl.Model.newInstance("exported", "PyTorch")) {
      model.load(file.getParent(), file.getFileName().toString());
      Block block = model.getBlock();
      try (NDManager manager = model.getNDManager().newSubManager()) {
        NDList arrays = new NDList();
        for (long[] input : inputs) {
          arrays.add(manager.create(input, new Shape(1, input.length)));
        }
        NDList results = block.forward(new ParameterStore(manager, false), arrays, false);
        NDArray logits = results.singletonOrThrow();
        logits.attach(manager);
        return logits.toFloatArray();
      }
    } catch (IOException | MalformedModelException e) {
      throw new AssertionError(e);
    }
  }

  private Path exported(Attachment attachment, String name) {
    Path file = folder.resolve(name + ".pt");
    int before = cpu.liveTensors();
    Saved.exportTorchScript(attachment, file);
    assertThat(cpu.liveTensors()).isEqualTo(before);
    return file;
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void everyHostAnswersTheSameInAPlainRuntime(String name) {
    Model model = cpu.load(name);
    try (Attachment host = model.attach(model.stack(NONE, LABELS), 1)) {
      Path file = exported(host, "exported");
      float[] typed = host.logits(tokens(true))[0];
      NumbersAssert.assertThat(loaded(file, IDS, MASK, TYPES)).isCloseTo(typed, 1e-5);
      float[] untyped = host.logits(tokens(false))[0];
      NumbersAssert.assertThat(loaded(file, IDS, MASK)).isCloseTo(untyped, 1e-5);
      long[] whole = Arrays.copyOf(IDS, 7);
      NumbersAssert.assertThat(loaded(file, whole)).isCloseTo(untyped, 1e-5);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void graftsAreInItMergedOrNot(Precision precision) throws IOException {
    Model.Options options = Model.Options.DEFAULT.withPrecision(precision);
    PeftMethod[] methods = {
      VectorMethods.BIASES, VectorMethods.GAIN, VectorMethods.OFFSET, VectorMethods.GAIN
    };
    Model model = cpu.load(TinyModel.of("bert"), options);
    try (Attachment attachment = model.attach(model.stack(TinyHost.only(methods), LABELS), 1);
        Attachment merged = attachment.merged();
        Attachment host = model.attach(model.stack(NONE, LABELS), 1)) {
      float[] expected = attachment.logits(tokens(true))[0];
      assertThat(expected).isNotEqualTo(host.logits(tokens(true))[0]);
      Path file = exported(attachment, "grafts");
      long[] ids = Arrays.copyOf(IDS, 7);
      long[] mask = Arrays.copyOf(MASK, 7);
      long[] types = Arrays.copyOf(TYPES, 7);
      NumbersAssert.assertThat(loaded(file, ids, mask, types)).isCloseTo(expected, 1e-6);
      Path second = exported(merged, "merged");
      NumbersAssert.assertThat(loaded(second, ids, mask, types))
          .isCloseTo(merged.logits(tokens(true))[0], 1e-6);
      assertThat(code(file)).contains("layers_0_attention_value_gain_2 : Tensor");
      assertThat(pickle(file)).contains(storage(precision)).contains("FloatStorage");
    }
  }

  private static String storage(Precision precision) {
    return switch (precision) {
      case BFLOAT16 -> "BFloat16Storage";
      case FLOAT16 -> "HalfStorage";
      default -> "FloatStorage";
    };
  }

  @Test
  void whatIsNotReadIsNotInIt() throws IOException {
    Model bert = cpu.load("bert");
    try (Attachment gain = bert.attach(bert.stack(TinyHost.only(VectorMethods.GAIN), LABELS), 1);
        Attachment merged = gain.merged()) {
      assertThat(code(exported(gain, "gain"))).contains("_gain : Tensor");
      assertThat(code(exported(merged, "merged"))).doesNotContain("_gain");
    }
    Model llama = cpu.load("llama");
    try (Attachment classes = llama.attach(llama.stack(NONE, LABELS), 1);
        Attachment tokens = llama.attach(llama.languageModel(NONE), 1)) {
      assertThat(code(exported(classes, "classes"))).doesNotContain("lm_head");
      Path file = exported(tokens, "tokens");
      assertThat(code(file)).contains("lm_head_weight : Tensor");
      NumbersAssert.assertThat(loaded(file, Arrays.copyOf(IDS, 7)))
          .isCloseTo(tokens.logits(tokens(false))[0], 1e-5);
    }
  }

  private static String code(Path file) throws IOException {
    return entry(file, "program/code/__torch__.py");
  }

  private static String pickle(Path file) throws IOException {
    return entry(file, "program/data.pkl");
  }

  private static String entry(Path file, String name) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      return new String(
          zip.getInputStream(zip.getEntry(name)).readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken.pt"), "mine");
    Model model = cpu.load("bert");
    try (Attachment host = model.attach(model.stack(NONE, LABELS), 1)) {
      assertThatThrownBy(() -> Saved.exportTorchScript(host, taken))
          .isInstanceOf(GraftException.class);
      assertThat(taken).hasContent("mine");
      assertThatThrownBy(
              () -> Saved.exportTorchScript(host, folder.resolve("none").resolve("x.pt")))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining("x.pt can't be written.");
    }
  }
}
