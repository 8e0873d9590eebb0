package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.PeftMethod;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.files.JsonFile;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.program.Precision;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.PretrainedModel;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses are those of {@code pretraining_cases.py}, by transformers 5.17. */
final class PretrainingTest {
  private static final long NONE = -100;

  private static TokenBatch batch(Model model) {
    return model.batch(
        List.of(
            new Tokens(new long[] {2, 17, 42, 5, 33, 58, 3}, new long[7]),
            new Tokens(new long[] {2, 9, 26, 3}, new long[4])));
  }

  private static long[] labels(Pretraining pretraining) {
    return switch (pretraining.objective()) {
      case NEXT_TOKEN -> new long[] {NONE, 17, 42, 5, 33, 58, 3, NONE, 9, 26, 3, NONE, NONE, NONE};
      case MASKED_TOKEN ->
          new long[] {NONE, NONE, 11, NONE, 33, NONE, NONE, NONE, 50, NONE, NONE, NONE, NONE, NONE};
    };
  }

  private static float loss(Attachment attachment) {
    try (Pretraining pretraining = Pretraining.of(attachment.model())) {
      return pretraining.loss(attachment, batch(attachment.model()), labels(pretraining));
    }
  }

  private static float lossOfBase(ModelDirectory directory) {
    try (TestDevice cpu = new TestDevice();
        Model model = Model.load(directory, cpu.device());
        Attachment base = new TinyHost(model).attach("")) {
      return loss(base);
    }
  }

  private static ModelDirectory model(String name) {
    String keep = System.getProperty("graft.keep");
    ModelDirectory model = cases(name);
    if (keep != null) {
      PretrainedModel.write(Path.of(keep).resolve(name.replace(' ', '-')), model);
    }
    return model;
  }

  private static ModelDirectory cases(String name) {
    switch (name) {
      case "bert with an output of its own" -> {
        JsonFile config = PretrainedModel.config("bert", "\"tie_word_embeddings\": false");
        Map<String, TensorData> weights = PretrainedModel.weights(config);
        PretrainedModel.add(weights, "cls.predictions.decoder.weight", TinyModel.VOCABULARY, 16);
        PretrainedModel.add(weights, "cls.predictions.decoder.bias", TinyModel.VOCABULARY);
        return PretrainedModel.of(config, weights);
      }
      case "roberta whose output is not tied" -> {
        JsonFile config = PretrainedModel.config("roberta");
        Map<String, TensorData> weights = PretrainedModel.weights(config);
        PretrainedModel.add(weights, "lm_head.decoder.weight", TinyModel.VOCABULARY, 16);
        return PretrainedModel.of(config, weights);
      }
      case "deberta-v2 of its authors" -> {
        return PretrainedModel.of("deberta-v2", "\"legacy\": false");
      }
      default -> {
        return PretrainedModel.of(name);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          bert;                             4.2452287673950195
          bert with an output of its own;   4.495398998260498
          roberta;                          4.4130539894104
          roberta whose output is not tied; 5.048011779785156
          electra;                          4.389077663421631
          distilbert;                       3.69464111328125
          deberta-v2;                       4.865957260131836
          deberta-v2 of its authors;        4.625285625457764
          gpt2;                             4.715229034423828
          llama;                            4.4705047607421875
          qwen2;                            4.9228363037109375
          mistral;                          4.642299652099609
          """,
      delimiter = ';')
  void theLossIsThatOfTransformers(String name, double expected) {
    assertThat((double) lossOfBase(model(name))).isCloseTo(expected, within(1e-5 * expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2"})
  void mergedWeightsForgetAsMuchAsTheirAdapters(String name) {
    try (TestDevice cpu = new TestDevice()) {
      TinyHost host = cpu.host(model(name));
      try (Attachment fresh = host.attach(TinyHost.only(new Ia3Method()));
          Attachment trained = host.moved(fresh);
          Attachment merged = trained.merged()) {
        float before = loss(fresh);
        float after = loss(trained);
        assertThat(merged.mergedSites()).isPositive();
        assertThat(Math.abs(after - before)).isGreaterThan(1e-3f);
        assertThat(loss(merged)).isCloseTo(after, within(1e-5f * after));
      }
    }
  }

  /** Full fine-tuning trains the output with the table. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2"})
  void aTiedOutputIsWhatTheTableWasTrainedTo(String name) {
    String stored = name.equals("bert") ? "bert.embeddings.word_embeddings" : "transformer.wte";
    Map<String, TensorData> weights = PretrainedModel.weights(PretrainedModel.config(name));
    float[] table = new TensorsInMemory(Path.of(name), weights.values()).floats(stored + ".weight");
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) (1.5 * table[i] + 0.01 * (i % 7));
    }
    PeftMethod training =
        new TestMethod(
            "table",
            Set.of(),
            (host, graft) ->
                host.parameters().stream()
                    .filter(p -> p.name().equals("embeddings.word.weight"))
                    .forEach(graft::unfreeze));
    try (TestDevice cpu = new TestDevice();
        Attachment fresh = cpu.host(model(name)).attach(TinyHost.only(training));
        Attachment trained = fresh.with(Map.of("embeddings.word.weight", table))) {
      weights.put(
          stored + ".weight", TensorData.of(stored + ".weight", table, TinyModel.VOCABULARY, 16));
      float expected = lossOfBase(PretrainedModel.of(PretrainedModel.config(name), weights));
      assertThat(Math.abs(expected - loss(fresh))).isGreaterThan(1e-3f);
      assertThat(loss(trained)).isCloseTo(expected, within(1e-5f * expected));
    }
  }

  @Test
  void aNormMayBeSpelledAsItWasOnce() {
    JsonFile config = PretrainedModel.config("bert");
    Map<String, TensorData> weights = PretrainedModel.weights(config);
    for (String[] each : new String[][] {{"weight", "gamma"}, {"bias", "beta"}}) {
      String name = "cls.predictions.transform.LayerNorm.";
      TensorData data = weights.remove(name + each[0]);
      float[] numbers = new TensorsInMemory(Path.of("norm"), List.of(data)).floats(name + each[0]);
      weights.put(name + each[1], TensorData.of(name + each[1], numbers, numbers.length));
    }
    assertThat(lossOfBase(PretrainedModel.of(config, weights)))
        .isEqualTo(lossOfBase(model("bert")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert with an output of its own", "gpt2"})
  void inHalfPrecisionTheLossIsNearlyTheSame(String name) {
    float expected = lossOfBase(model(name));
    try (TestDevice cpu = new TestDevice();
        Model model =
            Model.load(
                model(name),
                cpu.device(),
                Model.Options.DEFAULT.withPrecision(Precision.BFLOAT16));
        Attachment base = new TinyHost(model).attach("")) {
      assertThat(loss(base)).isCloseTo(expected, within(0.05f));
    }
  }

  @Test
  void nothingStaysOnTheDevice() {
    try (TestDevice cpu = new TestDevice();
        Attachment base = cpu.host(model("bert")).attach("")) {
      loss(base); // compiles
      int before = cpu.liveTensors();
      loss(base);
      assertThat(cpu.liveTensors()).isEqualTo(before);
    }
  }
}
