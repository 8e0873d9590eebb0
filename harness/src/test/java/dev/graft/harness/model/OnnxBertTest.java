package dev.graft.harness.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.graft.checkpoint.TensorData;
import dev.graft.program.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** On encoders of one layer, two wide, laid out as PyTorch exports them. */
final class OnnxBertTest {
  private static final BertSizes SIZES = new BertSizes(1, 2, 3, 5, 4, 2);

  @Test
  void weightsGetTheirNamesAndLinearOnesTheirOrientation() throws IOException {
    SortedMap<String, TensorData> tensors = read(encoder());

    assertThat(tensors.keySet()).containsExactlyElementsOf(SIZES.shapes().keySet());
    TensorData up = tensors.get("encoder.layer.0.intermediate.dense.weight");
    assertThat(up.info().shape()).isEqualTo(Shape.of(3, 2));
    assertThat(floats(up)).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(floats(tensors.get("embeddings.position_embeddings.weight")))
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(BertSizes.of(tensors)).isEqualTo(SIZES);
  }

  private static SortedMap<String, TensorData> read(GraphProto.Builder graph) throws IOException {
    byte[] bytes = ModelProto.newBuilder().setGraph(graph).build().toByteArray();
    return new OnnxBert("tiny.onnx").read(new ByteArrayInputStream(bytes));
  }

  /** Every tensor counts 0, 1, 2, ... in the order in which it is stored. */
  static GraphProto.Builder encoder() {
    GraphProto.Builder graph = GraphProto.newBuilder();
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("embeddings.position_ids")
            .addDims(1)
            .addDims(4)
            .setDataType(TensorProto.DataType.INT64_VALUE)
            .setRawData(ByteString.copyFrom(new byte[32])));
    for (Map.Entry<String, Shape> entry : SIZES.shapes().entrySet()) {
      String name = entry.getKey();
      Shape shape = entry.getValue();
      if (name.startsWith("encoder") && shape.rank() == 2) {
        String stored = "onnx::MatMul_" + graph.getNodeCount();
        String layer = name.substring(0, name.length() - ".weight".length());
        graph.addNode(
            NodeProto.newBuilder()
                .setOpType("MatMul")
                .setName("/" + layer.replace('.', '/').replace("layer/", "layer.") + "/MatMul")
                .addInput("x")
                .addInput(stored));
        graph.addInitializer(initializer(stored, Shape.of(shape.dim(1), shape.dim(0))));
      } else {
        graph.addInitializer(initializer(name, shape));
      }
    }
    return graph;
  }

  static TensorProto initializer(String name, Shape shape) {
    int elements = Math.toIntExact(shape.size().fixed());
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      bytes.putFloat(i);
    }
    return TensorProto.newBuilder()
        .setName(name)
        .addAllDims(Arrays.stream(shape.fixed()).boxed().toList())
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  static int index(GraphProto.Builder graph, String name) {
    return graph.getInitializerList().stream().map(TensorProto::getName).toList().indexOf(name);
  }

  private static float[] floats(TensorData tensor) {
    float[] values = new float[(int) tensor.info().elements()];
    tensor.pieces().get(0).duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
