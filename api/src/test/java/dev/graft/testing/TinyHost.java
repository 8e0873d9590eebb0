package dev.graft.testing;

import dev.graft.api.PeftMethod;
import dev.graft.checkpoint.TensorData;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** A model as tests use it: under a head for two labels, and with weights that they can read. */
public record TinyHost(Model model) {
  public Attachment attach(StackSpec stack) {
    return model.attach(model.stack(stack, OnHost.LABELS), 1);
  }

  /** Attaches installed methods, or none. */
  public Attachment attach(String stack) {
    return attach(installed(stack));
  }

  /** A stack of installed methods, or of none. */
  public static StackSpec installed(String stack) {
    return stack.isEmpty() ? only() : StackSpec.parse(stack, Methods.installed());
  }

  /** A stack of methods, whether they are installed or not. */
  public static StackSpec only(PeftMethod... methods) {
    return new StackSpec(
        Arrays.stream(methods)
            .map(method -> new StackSpec.Item(method, method.spec().settings().defaults()))
            .toList());
  }

  /** The same stack with every saved tensor but the head's moved at random. */
  public Attachment moved(Attachment attachment) {
    Map<String, float[]> tensors = new LinkedHashMap<>(attachment.tensors());
    SplittableRandom random = new SplittableRandom(11);
    attachment.stack().headGraft().owned().forEach(owned -> tensors.remove(owned.name()));
    for (float[] numbers : tensors.values()) {
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += (float) (0.3 * random.nextGaussian());
      }
    }
    return attachment.with(tensors);
  }

  /** A weight of {@link TinyModel#weights}. */
  public static float[] weight(String name) {
    TensorData data = TinyModel.weights(true).get(name);
    var buffer = data.pieces().get(0).duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] numbers = new float[buffer.remaining()];
    buffer.get(numbers);
    return numbers;
  }

  /** What the checkpoint calls a projection of {@link TinyModel}. */
  public static String stored(String path) {
    return path.replace("layers.", "encoder.layer.")
        .replace("attention.output", "attention.output.dense")
        .replaceFirst("attention\\.(query|key|value)$", "attention.self.$1")
        .replace("mlp.up", "intermediate.dense")
        .replace("mlp.down", "output.dense");
  }

  /** Checks that an attachment answers as a bare {@link TinyModel} with other weights does. */
  public void assertAnswersAs(
      Attachment attachment, Map<String, float[]> changed, TokenBatch batch) {
    Map<String, TensorData> weights = TinyModel.weights(true);
    changed.forEach(
        (name, numbers) ->
            weights.put(
                name, TensorData.of(name, numbers, weights.get(name).info().shape().fixed())));
    Map<String, float[]> head = new LinkedHashMap<>(attachment.tensors());
    try (TestDevice cpu = new TestDevice();
        Attachment fresh = cpu.host(TinyModel.of("bert", weights)).attach("")) {
      head.keySet().retainAll(fresh.tensors().keySet());
      try (Attachment bare = fresh.with(head)) {
        NumbersAssert.assertThat(AttachedReference.logits(attachment, batch))
            .isCloseTo(AttachedReference.logits(bare, batch), AttachedReference.TOLERANCE);
      }
    }
  }
}
