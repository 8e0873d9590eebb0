package dev.graft.model;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.conformance.TinyHosts;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.program.Device;
import dev.graft.program.Kernels;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.EmbeddingLoraMethod;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.LoreftMethod;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.Without;
import dev.graft.transformer.Stack;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training that computes blocks once more on the way back. */
class CheckpointingTest {
  private static final StackSpec ALL =
      TinyHost.only(
          new TestMethod(
              "everything", Set.of(), (host, graft) -> host.parameters().forEach(graft::unfreeze)));

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Device device = cpu.device();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  static Stream<String> hosts() {
    return TinyHosts.names().stream().filter(name -> !name.contains("width"));
  }

  private Model model(String host, double dropout) {
    return Model.load(TinyHosts.named(host), device, Model.Options.DEFAULT.withDropout(dropout));
  }

  private static Map<String, float[]> gradients(
      Attachment attachment, TokenBatch batch, double[] labels, boolean checkpointing) {
    Training.Options options =
        new Training.Options(AdamW.DEFAULT, 0).withCheckpointing(checkpointing);
    try (Training training = attachment.training(options)) {
      return training.gradients(batch, labels, 5);
    }
  }

  private void gradientsStay(Model model, Stack stack, double[] labels) {
    // DeBERTa's blocks share a table of positions, whose gradients are summed in another order.
    boolean isShared = model.host().config().attention().relative().isPresent();
    Without.optimisations("all", () -> stay(model, stack, labels, isShared ? 1e-6 : 0));
    // An addition that is left out within a block is none where its operands come from two.
    Without.optimisations("", () -> stay(model, stack, labels, 1e-6));
  }

  private boolean stay(Model model, Stack stack, double[] labels, double within) {
    try (Attachment attachment = model.attach(stack, 1)) {
      Map<String, float[]> kept = gradients(attachment, batch, labels, false);
      Map<String, float[]> computed = gradients(attachment, batch, labels, true);
      Assertions.assertThat(computed.keySet()).isEqualTo(kept.keySet());
      assertThat(all(computed)).isCloseTo(all(kept), within);
      return true;
    }
  }

  private static float[] all(Map<String, float[]> gradients) {
    float[] all = new float[gradients.values().stream().mapToInt(g -> g.length).sum()];
    int from = 0;
    for (float[] each : gradients.values()) {
      System.arraycopy(each, 0, all, from, each.length);
      from += each.length;
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void gradientsStayBitForBit(String host) {
    try (Model model = model(host, 0)) {
      StackSpec small =
          TinyHost.only(new EmbeddingLoraMethod(), new Ia3Method(), new LoreftMethod());
      for (StackSpec spec : List.of(small, ALL)) {
        gradientsStay(model, model.stack(spec, List.of("a", "b")), new double[] {0, 1, 1});
        if (model.host().isLanguageModel()) {
          double[] labels = new double[batch.rows() * batch.length()];
          Arrays.setAll(labels, i -> i % 7 == 0 ? -100 : i);
          gradientsStay(model, model.languageModel(spec), labels);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void dropoutIsReplayed(String host) {
    try (Model model = model(host, 0.3);
        Attachment attachment = model.attach(model.stack(ALL, List.of("a", "b")), 1)) {
      double[] labels = {0, 1, 1};
      Map<String, float[]> one = gradients(attachment, batch, labels, true);
      gradients(attachment, batch, labels, true)
          .forEach((name, g) -> Assertions.assertThat(g).containsExactly(one.get(name)));
    }
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void lessIsForecast(String host) {
    try (Model model = model(host, 0)) {
      Stack stack = model.stack(ALL, List.of("a", "b"));
      long kept = new Plan(stack, Precision.FLOAT32, 4, 32).activationBytes(Kernels.CPU);
      long less = new Plan(stack, Precision.FLOAT32, 4, 32, true).activationBytes(Kernels.CPU);
      Assertions.assertThat(less).isPositive().isLessThan(kept);
    }
  }
}
