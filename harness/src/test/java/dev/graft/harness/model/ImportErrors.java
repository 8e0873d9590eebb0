package dev.graft.harness.model;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.graft.program.Shape;
import dev.graft.testing.ErrorTexts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An embedded model that can't be imported. */
public final class ImportErrors {
  private ImportErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("cache"), "");
    errors.add("A file for the cache", () -> new EmbeddedModel(file).directory());
    errors.add("An embedded model that was cut off", () -> read(new byte[] {10, 9, 8}));
    add(errors, "An embedded model without a weight", ImportErrors::remove);
    add(
        errors,
        "An embedded model with a weight too many",
        graph -> graph.addInitializer(OnnxBertTest.initializer("pooler.dense.bias", Shape.of(2))));
    add(errors, "An embedded model without a layer of its weight", graph -> graph.removeNode(0));
    add(errors, "An embedded model whose matrix is none", graph -> first(graph).addDims(1));
    add(
        errors,
        "An embedded model with numbers of another type",
        graph -> first(graph).setDataType(TensorProto.DataType.DOUBLE_VALUE));
  }

  private interface Damage {
    void to(GraphProto.Builder graph);
  }

  private static void add(ErrorTexts errors, String title, Damage damage) {
    errors.add(
        title,
        () -> {
          GraphProto.Builder graph = OnnxBertTest.encoder();
          damage.to(graph);
          read(ModelProto.newBuilder().setGraph(graph).build().toByteArray());
        });
  }

  private static void read(byte[] onnx) throws IOException {
    new OnnxBert("model.onnx").read(new ByteArrayInputStream(onnx));
  }

  private static void remove(GraphProto.Builder graph) {
    graph.removeInitializer(OnnxBertTest.index(graph, "encoder.layer.0.output.dense.bias"));
  }

  /** The first weight of a linear layer. */
  private static TensorProto.Builder first(GraphProto.Builder graph) {
    return graph.getInitializerBuilder(OnnxBertTest.index(graph, "onnx::MatMul_0"));
  }
}
