package dev.graft.harness.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.JsonFile;
import dev.graft.host.Tokenizer;
import dev.graft.program.Shape;
import dev.graft.testing.JavaProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedModelTest {
  private static final URL ONNX = EmbeddedModel.class.getResource("/all-minilm-l6-v2.onnx");
  private static final URL TOKENIZER =
      EmbeddedModel.class.getResource("/all-minilm-l6-v2-tokenizer.json");

  /** Shared by the tests, which leave it whole: an import takes seconds. */
  @TempDir static Path cache;

  private static Path model;

  @BeforeAll
  static void importTheModel() {
    model = new EmbeddedModel(cache).directory();
  }

  @Test
  void theFolderHoldsAnEncoderOfThePublishedSizes() {
    ModelDirectory opened = ModelDirectory.open(model);
    TensorSource tensors = opened.tensors();
    JsonFile config = opened.config();

    assertThat(model.getParent()).isEqualTo(cache);
    assertThat(tensors.names()).hasSize(5 + 6 * 16);
    assertThat(tensors.names().stream().mapToLong(name -> tensors.info(name).elements()).sum())
        .isEqualTo(22_565_376);
    assertThat(tensors.info("embeddings.word_embeddings.weight").shape())
        .isEqualTo(Shape.of(30522, 384));
    assertThat(tensors.info("encoder.layer.5.intermediate.dense.weight").shape())
        .isEqualTo(Shape.of(1536, 384));
    assertThat(config.requireString("model_type")).isEqualTo("bert");
    assertThat(config.requireInt("num_hidden_layers")).isEqualTo(6);
    assertThat(config.requireInt("hidden_size")).isEqualTo(384);
    assertThat(config.requireInt("intermediate_size")).isEqualTo(1536);
    assertThat(config.requireInt("vocab_size")).isEqualTo(30522);
    assertThat(config.requireInt("max_position_embeddings")).isEqualTo(512);
    assertThat(config.requireInt("type_vocab_size")).isEqualTo(2);
    assertThat(config.requireInt("num_attention_heads")).isEqualTo(12);
    assertThat(config.requireDouble("layer_norm_eps")).isEqualTo(1e-12);
  }

  @Test
  void everyWeightIsThatOfTheOnnxModel() throws IOException {
    TensorSource tensors = ModelDirectory.open(model).tensors();
    GraphProto graph;
    try (InputStream in = ONNX.openStream()) {
      graph = ModelProto.parseFrom(in).getGraph();
    }
    for (TensorProto stored : graph.getInitializerList()) {
      if (tensors.names().contains(stored.getName())) {
        assertThat(tensors.bytes(stored.getName()))
            .as(stored.getName())
            .isEqualTo(stored.getRawData().asReadOnlyByteBuffer());
      }
    }
    for (int layer = 0; layer < 6; layer++) {
      for (String linear :
          List.of(
              "attention.self.query",
              "attention.self.key",
              "attention.self.value",
              "attention.output.dense",
              "intermediate.dense",
              "output.dense")) {
        TensorProto stored =
            weightAt(graph, "/encoder/layer." + layer + "/" + linear.replace('.', '/') + "/MatMul");
        String name = "encoder.layer." + layer + "." + linear + ".weight";
        assertThat(tensors.info(name).shape())
            .isEqualTo(Shape.of(stored.getDims(1), stored.getDims(0)));
        assertThat(tensors.floats(name)).as(name).isEqualTo(transposed(stored));
      }
    }
  }

  private static TensorProto weightAt(GraphProto graph, String nodeName) {
    NodeProto node =
        graph.getNodeList().stream()
            .filter(candidate -> candidate.getName().equals(nodeName))
            .findFirst()
            .orElseThrow();
    return graph.getInitializerList().stream()
        .filter(initializer -> initializer.getName().equals(node.getInput(1)))
        .findFirst()
        .orElseThrow();
  }

  private static float[] transposed(TensorProto stored) {
    int in = (int) stored.getDims(0);
    int out = (int) stored.getDims(1);
    FloatBuffer values =
        stored.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] transposed = new float[in * out];
    for (int i = 0; i < transposed.length; i++) {
      transposed[i] = values.get(i % in * out + i / in);
    }
    return transposed;
  }

  @Test
  void theTokenizerIsTheModels() {
    try (Tokenizer tokenizer = Tokenizer.open(model, 512)) {
      assertThat(tokenizer.encode("a wonderful film").ids())
          .containsExactly(101, 1037, 6919, 2143, 102);
    }
  }

  @Test
  void aSecondUseTakesTheImportedFolder() throws IOException {
    Object before = Files.getAttribute(model.resolve("model.safetensors"), "unix:ino");

    assertThat(new EmbeddedModel(cache).directory()).isEqualTo(model);
    assertThat(Files.getAttribute(model.resolve("model.safetensors"), "unix:ino"))
        .isEqualTo(before);
  }

  @Test
  void aDamagedFolderIsImportedAgain(@TempDir Path fresh) throws IOException {
    Path weights = model.resolve("model.safetensors");
    Path whole = Files.copy(weights, fresh.resolve("whole.safetensors"));
    try (FileChannel channel = FileChannel.open(weights, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), 50_000_000);
    }
    new EmbeddedModel(cache).directory();
    assertThat(Files.mismatch(weights, whole)).isEqualTo(-1);

    Files.delete(model.resolve("tokenizer.json"));
    new EmbeddedModel(cache).directory();
    assertThat(model.resolve("tokenizer.json")).isNotEmptyFile();
  }

  @Test
  void firstUsesByProcessesAtOnceGiveOneWholeFolder(@TempDir Path fresh) throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      processes.add(JavaProcess.of(ImportInto.class, fresh.toString()).inheritIO().start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    Path imported = fresh.resolve(model.getFileName()).resolve("model.safetensors");
    assertThat(Files.mismatch(imported, model.resolve("model.safetensors"))).isEqualTo(-1);
    assertThat(fresh).isDirectoryNotContaining("glob:**.partial");
  }

  /** What the processes run. */
  static final class ImportInto {
    private ImportInto() {}

    public static void main(String[] arguments) {
      new EmbeddedModel(Path.of(arguments[0])).directory();
    }
  }

  @Test
  void aTruncatedResourceIsAnErrorThatLeavesNothing(@TempDir Path fresh) throws IOException {
    Path truncated = fresh.resolve("truncated.onnx");
    try (InputStream in = ONNX.openStream()) {
      Files.write(truncated, in.readNBytes(1_000_000));
    }
    Path empty = fresh.resolve("cache");
    EmbeddedModel damaged = new EmbeddedModel(empty, truncated.toUri().toURL(), TOKENIZER);

    assertThatThrownBy(damaged::directory)
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.MACHINE))
        .hasMessageContaining(" %s is damaged.", truncated.toUri().toURL());
    assertThat(empty).isDirectoryNotContaining(path -> !path.toString().endsWith(".lock"));
  }

  @Test
  void theCacheFollowsTheEnvironment() {
    Path home = Path.of(System.getProperty("user.home"));

    assertThat(EmbeddedModel.defaultCache(Map.of())).isEqualTo(home.resolve(".cache/graft"));
    assertThat(EmbeddedModel.defaultCache(Map.of("XDG_CACHE_HOME", "/x")))
        .isEqualTo(Path.of("/x/graft"));
    assertThat(EmbeddedModel.defaultCache(Map.of("XDG_CACHE_HOME", "/x", "GRAFT_CACHE", "/g")))
        .isEqualTo(Path.of("/g"));
  }
}
