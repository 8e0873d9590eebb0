package dev.graft.harness.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.graft.GraftException;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.program.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the weights of a BERT encoder without a pooler from the ONNX file that PyTorch's exporter
 * has made of it.
 *
 * <p>The exporter keeps the names of embeddings, biases and norms. The weight of a linear layer it
 * stores transposed, (in, out), under a number; the layer is told by the node that multiplies by
 * it, such as {@code /encoder/layer.0/attention/self/query/MatMul}.
 */
final class OnnxBert {
  /** The positions 0, 1, 2, ..., no weight: whoever runs the model counts them. */
  private static final String POSITION_IDS = "embeddings.position_ids";

  private final String origin;

  /**
   * @param origin where the model comes from, for messages
   */
  OnnxBert(String origin) {
    this.origin = origin;
  }

  /**
   * The weights, in float32, by the names they have in Hugging Face's transformers.
   *
   * @throws GraftException if the model is damaged, or is not exactly the weights of such an
   *     encoder
   */
  SortedMap<String, TensorData> read(InputStream onnx) throws IOException {
    GraphProto graph;
    try {
      graph = ModelProto.parseFrom(onnx).getGraph();
    } catch (InvalidProtocolBufferException e) {
      // The second sentence guesses at causes.
      throw damaged("an ONNX model", e.getMessage().split("\\.", 2)[0]);
    }
    Map<String, String> linears = linears(graph);
    SortedMap<String, TensorData> tensors = new TreeMap<>();
    for (TensorProto stored : graph.getInitializerList()) {
      if (!stored.getName().equals(POSITION_IDS)) {
        String linear = linears.get(stored.getName());
        TensorData tensor = linear == null ? tensor(stored) : transposed(stored, linear);
        tensors.put(tensor.info().name(), tensor);
      }
    }
    checkComplete(tensors);
    return tensors;
  }

  /** The names of the linear layers' weights, by the names of the tensors that hold them. */
  private static Map<String, String> linears(GraphProto graph) {
    Map<String, String> linears = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMul") && node.getName().endsWith("/MatMul")) {
        String layer = node.getName().substring(1, node.getName().length() - "/MatMul".length());
        linears.put(node.getInput(1), layer.replace('/', '.') + ".weight");
      }
    }
    return linears;
  }

  private TensorData tensor(TensorProto stored) {
    return new TensorData(
        new TensorInfo(stored.getName(), DType.F32, shape(stored)), List.of(bytes(stored)));
  }

  private static Shape shape(TensorProto stored) {
    return Shape.of(stored.getDimsList().stream().mapToLong(Long::longValue).toArray());
  }

  private TensorData transposed(TensorProto stored, String name) {
    if (stored.getDimsCount() != 2) {
      throw damaged("a matrix for " + name, "the shape " + stored.getDimsList());
    }
    int rows = Math.toIntExact(stored.getDims(0));
    int columns = Math.toIntExact(stored.getDims(1));
    FloatBuffer values = bytes(stored).asFloatBuffer();
    float[] transposed = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = values.get(row * columns + column);
      }
    }
    return TensorData.of(name, transposed, columns, rows);
  }

  private ByteBuffer bytes(TensorProto stored) {
    ByteBuffer bytes = stored.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long elements = stored.getDimsList().stream().reduce(1L, Math::multiplyExact);
    if (stored.getDataType() != TensorProto.DataType.FLOAT_VALUE
        || bytes.remaining() != elements * Float.BYTES) {
      throw damaged(
          "%s floats in %s".formatted(elements, stored.getName()),
          "%s bytes of the ONNX type %s".formatted(bytes.remaining(), stored.getDataType()));
    }
    return bytes;
  }

  private void checkComplete(SortedMap<String, TensorData> tensors) {
    Map<String, Shape> found = new TreeMap<>();
    tensors.forEach((name, tensor) -> found.put(name, tensor.info().shape()));
    Map<String, Shape> expected = BertSizes.of(tensors).shapes();
    List<String> missing = difference(expected, found);
    List<String> leftOver = difference(found, expected);
    if (!missing.isEmpty() || !leftOver.isEmpty()) {
      throw damaged(
          "the weights of a BERT encoder, with " + some(missing),
          "in their place " + some(leftOver));
    }
  }

  /** Names with shapes that are in the first and not, or with another shape, in the second. */
  private static List<String> difference(Map<String, Shape> first, Map<String, Shape> second) {
    return first.entrySet().stream()
        .filter(entry -> !entry.getValue().equals(second.get(entry.getKey())))
        .map(entry -> entry.getKey() + " " + entry.getValue().dims())
        .toList();
  }

  private static String some(List<String> names) {
    int more = names.size() - 3;
    return (names.isEmpty()
            ? "nothing"
            : String.join(", ", names.subList(0, Math.min(3, names.size()))))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private GraftException damaged(String expected, String found) {
    return GraftException.machine("The embedded model can't be imported: %s is damaged.", origin)
        .expected(expected)
        .found(found)
        .remedy("delete that JAR file and build Graft again, or give another model by --model");
  }
}
