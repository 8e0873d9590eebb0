package dev.graft.harness.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The imported model computes what ONNX Runtime computes with the original file. */
class SentenceEmbeddingTest {
  private static final List<String> SENTENCES =
      List.of(
          "A film that I will remember.",
          "No.",
          "Although the soup was cold, the waiter could not have been kinder to us, and we stayed"
              + " until the lights went out.");

  @TempDir Path cache;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  @Test
  void meanPooledNormalisedEmbeddingsEqualThoseOfOnnxRuntime() throws Exception {
    Path folder = new EmbeddedModel(cache).directory();
    Model model = cpu.load(ModelDirectory.open(folder));
    try (Tokenizer tokenizer = Tokenizer.open(folder, 128);
        Attachment host =
            model.attach(model.stack(new StackSpec(List.of()), List.of("a", "b")), 0)) {
      List<Tokens> tokens = tokenizer.encodeAll(SENTENCES);
      TokenBatch batch = TokenBatch.of(tokens, 0);
      List<float[]> hidden = host.hiddenStates(batch);
      float[] last = hidden.get(hidden.size() - 1);
      int width = model.host().width();
      try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
          OrtSession session = environment.createSession(onnx())) {
        for (int row = 0; row < SENTENCES.size(); row++) {
          float[][] theirs = run(environment, session, tokens.get(row));
          float[][] ours = new float[theirs.length][width];
          for (int i = 0; i < ours.length; i++) {
            int from = (row * batch.length() + i) * width;
            System.arraycopy(last, from, ours[i], 0, width);
          }
          NumbersAssert.assertThat(embedding(ours))
              .as(SENTENCES.get(row))
              .isCloseTo(embedding(theirs), 1e-5);
        }
      }
    }
  }

  private static byte[] onnx() throws IOException {
    try (InputStream in =
        SentenceEmbeddingTest.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
      return in.readAllBytes();
    }
  }

  private static float[][] run(OrtEnvironment environment, OrtSession session, Tokens tokens)
      throws OrtException {
    long[] ones = new long[tokens.length()];
    Arrays.fill(ones, 1);
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, new long[][] {tokens.ids()});
        OnnxTensor mask = OnnxTensor.createTensor(environment, new long[][] {ones});
        OnnxTensor types = OnnxTensor.createTensor(environment, new long[][] {tokens.types()});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
      return ((float[][][]) result.get(0).getValue())[0];
    }
  }

  /** The mean over tokens, of length one. */
  private static float[] embedding(float[][] hidden) {
    float[] mean = new float[hidden[0].length];
    for (float[] token : hidden) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i] / hidden.length;
      }
    }
    double norm = 0;
    for (float x : mean) {
      norm += (double) x * x;
    }
    assertThat(norm).isPositive();
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (mean[i] / Math.sqrt(norm));
    }
    return mean;
  }
}
