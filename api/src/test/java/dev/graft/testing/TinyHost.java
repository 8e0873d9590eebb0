package dev.graft.testing;

import dev.graft.api.PeftMethod;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A {@link TinyModel} on the processor without dropout of its own: what methods are tried on. */
public final class TinyHost implements AutoCloseable {
  private final Device device = Device.cpu();
  private final Model model;

  /** A host whose weights differ from those of {@link TinyModel#weights} as given. */
  public TinyHost(Path folder, Map<String, float[]> changed) {
    Map<String, TensorData> weights = TinyModel.weights(true);
    changed.forEach(
        (name, numbers) ->
            weights.put(
                name, TensorData.of(name, numbers, weights.get(name).info().shape().fixed())));
    this.model =
        Model.load(
            ModelDirectory.open(TinyModel.write(folder, weights)),
            device,
            Model.Options.DEFAULT.withDropout(0));
  }

  /** The host as it is. */
  public TinyHost(Path folder) {
    this(folder, Map.of());
  }

  public Model model() {
    return model;
  }

  public Device device() {
    return device;
  }

  public Attachment attach(StackSpec stack) {
    return model.attach(model.stack(stack, List.of("no", "yes")), 1);
  }

  /** Attaches installed methods. */
  public Attachment attach(String stack) {
    return attach(StackSpec.parse(stack, Methods.installed()));
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

  /** Checks that an attachment answers as a bare host with other weights does. */
  public void assertAnswersAs(
      Attachment attachment, Path folder, Map<String, float[]> changed, TokenBatch batch) {
    Map<String, float[]> head = new LinkedHashMap<>(attachment.tensors());
    try (TinyHost other = new TinyHost(folder, changed);
        Attachment fresh = other.attach(new StackSpec(List.of()))) {
      head.keySet().retainAll(fresh.tensors().keySet());
      try (Attachment bare = fresh.with(head)) {
        NumbersAssert.assertThat(AttachedReference.logits(attachment, batch))
            .isCloseTo(AttachedReference.logits(bare, batch), AttachedReference.TOLERANCE);
      }
    }
  }

  @Override
  public void close() {
    model.close();
    device.close();
  }
}
