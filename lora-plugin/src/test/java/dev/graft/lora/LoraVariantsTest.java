package dev.graft.lora;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.checkpoint.TensorData;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every variant on every kind of host, against hosts whose weights were changed in plain Java. */
class LoraVariantsTest {
  private static final double ROUNDING = 1e-5;

  /** What is expected of a variant: the factor of B A at each projection. */
  private record Variant(String stack, ToDoubleFunction<String> scale) {
    @Override
    public String toString() {
      return stack;
    }
  }

  private static final List<Variant> VARIANTS =
      List.of(
          new Variant("lora:rank=3,alpha=6", path -> 2),
          new Variant("lora:targets=all-linear,dropout=0.5", path -> 1),
          new Variant("lora:rank=4,alpha=6,rank-stabilized=true,layers=[1]", path -> 3),
          new Variant(
              "lora:rank=2,alpha=4,targets=all-linear,exclude=[mlp.up,0.attention.output],rank-pattern=[query=4,1.mlp.down=1],alpha-pattern=[mlp.down=7]",
              path ->
                  switch (path) {
                    case "layers.0.mlp.down" -> 3.5;
                    case "layers.1.mlp.down" -> 7;
                    default -> path.endsWith("query") ? 1 : 2;
                  }),
          new Variant("lora:initializer=gaussian,bias=all", path -> 1),
          new Variant("lora:initializer=pissa,rank=4,alpha=2,dropout=0.3", path -> 0.5),
          new Variant("lora:dora=true,rank=2,alpha=3,bias=lora-only", path -> 1.5),
          new Variant("lora:dora=true,dropout=0.3,targets=all-linear", path -> 1),
          new Variant("lora:dora=true,dropout=0.3,initializer=pissa,rank=2,alpha=3", path -> 1.5),
          new Variant("lora:modules-to-save=[embeddings.word,0.mlp],rate-ratio=16", path -> 1));

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);
  private final Map<String, TensorData> weights = TinyModel.weights(true);

  static Stream<Arguments> variants() {
    return Stream.of("bert", "roberta")
        .flatMap(host -> VARIANTS.stream().map(variant -> Arguments.of(host, variant)));
  }

  /** The same stack with all that is trained moved, as by some training. */
  private static Attachment moved(Attachment attachment) {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, float[]> tensors = attachment.tensors();
    tensors.forEach(
        (name, numbers) -> {
          for (int i = 0; !name.endsWith(".initial") && i < numbers.length; i++) {
            numbers[i] += (float) (0.2 * random.nextGaussian());
          }
        });
    return attachment.with(tensors);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void aFreshOneLeavesTheHostAsItIsBitForBit(String architecture, Variant variant) {
    TinyHost host = cpu.host(TinyModel.of(architecture));
    try (Attachment bare = host.attach("");
        Attachment fresh = host.attach(variant.stack())) {
      Assertions.assertThat(fresh.hiddenStates(batch))
          .containsExactly(bare.hiddenStates(batch).toArray(float[][]::new));
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void theHostComputesWithTheWeightsOfTheFormula(String architecture, Variant variant) {
    TinyHost host = cpu.host(TinyModel.of(architecture));
    try (Attachment fresh = host.attach(variant.stack());
        Attachment moved = moved(fresh);
        Attachment bare = changed(architecture, moved.tensors(), variant).attach("")) {
      List<float[]> hidden = bare.hiddenStates(batch);
      Assertions.assertThat(fresh.hiddenStates(batch)).isNotEqualTo(hidden);
      List<float[]> found = moved.hiddenStates(batch);
      for (int i = 0; i < hidden.size(); i++) {
        assertThat(found.get(i)).as("hidden state " + i).isCloseTo(hidden.get(i), ROUNDING);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void mergedEqualsUnmerged(String architecture, Variant variant) {
    TinyHost host = cpu.host(TinyModel.of(architecture));
    try (Attachment fresh = host.attach(variant.stack());
        Attachment moved = moved(fresh);
        Attachment merged = moved.merged()) {
      assertThat(logits(merged)).isCloseTo(logits(moved), ROUNDING);
      Assertions.assertThat(merged.mergedSites())
          .isEqualTo(moved.stack().grafts().get(0).sites().size());
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void whatIsSavedIsOpenedEqual(String architecture, Variant variant) {
    Path saved = folder.resolve("saved");
    TinyHost host = cpu.host(TinyModel.of(architecture));
    try (Attachment fresh = host.attach(variant.stack());
        Attachment moved = moved(fresh)) {
      Saved.save(moved, saved, Map.of());
      try (Attachment opened = Saved.open(host.model(), saved)) {
        Assertions.assertThat(opened.stack()).hasToString(moved.stack().toString());
        Assertions.assertThat(opened.tensors()).containsExactlyEntriesOf(moved.tensors());
        Assertions.assertThat(opened.logits(batch)).isDeepEqualTo(moved.logits(batch));
      }
    }
  }

  private float[] logits(Attachment attachment) {
    float[][] rows = attachment.logits(batch);
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < all.length; i++) {
      all[i] = rows[i / rows[0].length][i % rows[0].length];
    }
    return all;
  }

  /** The host with a graft computed into its weights. */
  private TinyHost changed(String architecture, Map<String, float[]> tensors, Variant variant) {
    Map<String, TensorData> changed = new LinkedHashMap<>(weights);
    tensors.forEach(
        (name, numbers) -> {
          String theirs = theirs(name);
          if (weights.containsKey(theirs)) {
            put(changed, theirs, numbers);
          } else if (name.endsWith(".lora_A")) {
            String path = name.substring(0, name.length() - ".lora_A".length());
            String weight = theirs(path + ".weight");
            put(changed, weight, Matrices.flat(updated(weight, path, tensors, variant)));
          }
        });
    return cpu.host(TinyModel.of(architecture, changed));
  }

  /** {@code W + s (B A - B0 A0)}, its rows stretched to DoRA's lengths. */
  private double[][] updated(
      String weight, String path, Map<String, float[]> tensors, Variant variant) {
    int out = (int) weights.get(weight).info().shape().dim(0).fixed();
    int in = (int) weights.get(weight).info().shape().dim(1).fixed();
    double scale = variant.scale().applyAsDouble(path);
    double[][] updated = Matrices.of(floats(weights.get(weight)), out, in);
    for (String which : List.of("", ".initial")) {
      float[] a = tensors.get(path + ".lora_A" + which);
      float[] b = tensors.get(path + ".lora_B" + which);
      if (a != null) {
        int rank = a.length / in;
        double[][] product = Matrices.product(Matrices.of(b, out, rank), Matrices.of(a, rank, in));
        updated = Matrices.plus(updated, which.isEmpty() ? scale : -scale, product);
      }
    }
    float[] magnitude = tensors.get(path + ".lora_magnitude_vector");
    for (int i = 0; magnitude != null && i < out; i++) {
      updated[i] = Matrices.times(updated[i], magnitude[i] / Matrices.length(updated[i]));
    }
    return updated;
  }

  private static void put(Map<String, TensorData> weights, String name, float[] numbers) {
    weights.put(name, TensorData.of(name, numbers, weights.get(name).info().shape().fixed()));
  }

  private static float[] floats(TensorData data) {
    float[] numbers =
        new float[(int) Arrays.stream(data.info().shape().fixed()).reduce(1, (a, b) -> a * b)];
    data.pieces().get(0).asFloatBuffer().get(numbers);
    return numbers;
  }

  private static String theirs(String ours) {
    return ours.replaceFirst("^layers\\.(\\d)", "encoder.layer.$1")
        .replaceFirst("attention\\.(query|key|value)", "attention.self.$1")
        .replaceFirst("attention\\.output", "attention.output.dense")
        .replaceFirst("attention\\.norm", "attention.output.LayerNorm")
        .replaceFirst("mlp\\.up", "intermediate.dense")
        .replaceFirst("mlp\\.down", "output.dense")
        .replaceFirst("mlp\\.norm", "output.LayerNorm")
        .replaceFirst("embeddings\\.norm", "embeddings.LayerNorm")
        .replaceFirst("embeddings\\.word", "embeddings.word_embeddings")
        .replaceFirst("^pooler", "pooler.dense");
  }
}
