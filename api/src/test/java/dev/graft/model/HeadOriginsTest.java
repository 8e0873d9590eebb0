package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.files.JsonFile;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.HeadOrigin.Source;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where the numbers of a task head are from, and that random ones are told from others. */
class HeadOriginsTest {
  private static final StackSpec NONE = new StackSpec(List.of());
  private static final List<String> CLASSES = List.of("negative", "positive");

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 3);

  /** A tiny BERT whose configuration and weights say something of a head. */
  private Model model(String labels, Map<String, TensorData> head) {
    JsonFile config = TinyModel.of("bert").config();
    String text = config.json().toString();
    List<TensorData> all = new ArrayList<>(TinyModel.weights(true).values());
    all.addAll(head.values());
    return cpu.load(
        new ModelDirectory(
            Path.of("tiny"),
            JsonFile.of(
                Path.of("config.json"), text.substring(0, text.length() - 1) + labels + "}"),
            new TensorsInMemory(Path.of("model.safetensors"), all)));
  }

  /** A head whose row i is all i + 1. */
  private static Map<String, TensorData> head(int rows) {
    float[] weight = new float[rows * 16];
    float[] bias = new float[rows];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(weight, row * 16, (row + 1) * 16, row + 1);
      bias[row] = row + 1;
    }
    return Map.of(
        "weight", TensorData.of("classifier.weight", weight, rows, 16),
        "bias", TensorData.of("classifier.bias", bias, rows));
  }

  private static List<Source> sources(Attachment attachment) {
    return attachment.headOrigins().stream().map(HeadOrigin::source).toList();
  }

  private static float[] bias(Attachment attachment) {
    return attachment.tensors().get("classifier.bias");
  }

  @Test
  void aStoredHeadIsTheCheckpoints() {
    Model model = model("", head(2));
    try (Attachment attachment = model.attach(model.stack(NONE, CLASSES), 1)) {
      assertThat(sources(attachment)).containsExactly(Source.CHECKPOINT, Source.CHECKPOINT);
      assertThat(bias(attachment)).containsExactly(1, 2);
      assertThatCode(attachment::requireHead).doesNotThrowAnyException();
    }
  }

  @Test
  void rowsAreFoundByTheNamesOfTheirLabels() {
    Model model = model(", \"id2label\": {\"0\": \"Positive\", \"1\": \"Negative\"}", head(2));
    try (Attachment attachment = model.attach(model.stack(NONE, CLASSES), 1)) {
      assertThat(sources(attachment)).containsOnly(Source.CHECKPOINT);
      assertThat(bias(attachment)).containsExactly(2, 1);
      assertThat(attachment.tensors().get("classifier.weight")[0]).isEqualTo(2);
    }
  }

  @Test
  void numberedLabelsHaveTheirRowsByNumber() {
    Model model = model(", \"id2label\": {\"0\": \"LABEL_0\", \"1\": \"LABEL_1\"}", head(2));
    try (Attachment attachment = model.attach(model.stack(NONE, CLASSES), 1)) {
      assertThat(bias(attachment)).containsExactly(1, 2);
    }
  }

  @Test
  void whatDoesNotFitIsDrawnAndTheReasonTold() {
    Model others = model(", \"id2label\": {\"0\": \"cat\", \"1\": \"dog\"}", head(2));
    Model three = model("", head(3));
    for (Model model : List.of(others, three)) {
      try (Attachment attachment = model.attach(model.stack(NONE, CLASSES), 1)) {
        assertThat(sources(attachment)).containsOnly(Source.DRAWN);
        assertThat(attachment.headOrigins().get(0).reason())
            .hasValue(
                model == three
                    ? "the model's has 3 rows, and the task 2 classes"
                    : "the model's has other labels: cat, dog");
        assertThatThrownBy(attachment::requireHead)
            .isInstanceOf(GraftException.class)
            .hasMessageContaining("was drawn at random and never trained")
            .hasMessageContaining(
                "classifier.weight: " + attachment.headOrigins().get(0).reason().get());
      }
    }
  }

  @Test
  void aHeadInPartIsCompletedFromTheCheckpoint() {
    Model model = model("", head(2));
    var stack = model.stack(NONE, CLASSES);
    var weight = stack.headGraft().owned().get(0);
    try (Attachment fresh = model.attach(stack, 1);
        Attachment attachment = model.attach(stack, Map.of(weight, fresh.stored(weight)), 1)) {
      assertThat(sources(attachment)).containsExactly(Source.ADAPTER, Source.CHECKPOINT);
    }
  }

  @Test
  void aDrawnHeadStaysOneUntilItIsTrainedOrGiven() {
    Model model = model("", Map.of());
    try (Attachment drawn = model.attach(model.stack(NONE, CLASSES), 1);
        Attachment changed = drawn.with(Map.of());
        Attachment merged = drawn.merged();
        Attachment given = drawn.with(drawn.tensors());
        Training training = drawn.training(new Training.Options(AdamW.DEFAULT, 0))) {
      assertThat(sources(changed)).containsOnly(Source.DRAWN);
      assertThat(sources(merged)).containsOnly(Source.DRAWN);
      assertThat(sources(given)).containsOnly(Source.ADAPTER);
      training.step(batch, new double[] {0, 1}, 0.1, 1);
      assertThat(sources(drawn)).containsOnly(Source.ADAPTER);
    }
  }

  @Test
  void aPoolerThatBelongsToTheHeadAnswersAsTheHosts() {
    Map<String, TensorData> weights = TinyModel.weights(true);
    Model with = cpu.load(TinyModel.of("bert", weights));
    Model without = cpu.load(TinyModel.of("bert", TinyModel.weights(false)));
    Stack ofHost = with.stack(NONE, CLASSES);
    TaskHead own = new TaskHead(without.host().referenceHead(), CLASSES);
    Stack ofHead = Stack.of(without.host(), NONE, own);
    try (Attachment expected = with.attach(ofHost, 1)) {
      Map<String, StoredTensor> known = new HashMap<>(expected.stored());
      for (String part : List.of("weight", "bias")) {
        TensorData pooler = weights.get("pooler.dense." + part);
        float[] numbers = with.copyWeights().get("pooler." + part);
        known.put("bert.pooler.dense." + part, new StoredTensor(pooler.info().shape(), numbers));
      }
      Map<Owned, StoredTensor> values = new HashMap<>();
      ofHead.headGraft().owned().forEach(owned -> values.put(owned, known.get(owned.name())));
      try (Attachment found = without.attach(ofHead, values, 1)) {
        assertThat(own.layout()).isEqualTo(TaskHeadLayout.OWN_POOLER_OF_BERT);
        NumbersAssert.assertThat(NumbersAssert.flat(found.logits(batch)))
            .isCloseTo(NumbersAssert.flat(expected.logits(batch)), 1e-6);
        found.requireHead();
      }
    }
  }

  @Test
  void labelsAreThoseThatTransformersUnderstands() {
    assertThat(model("", Map.of()).labels()).isEmpty();
    assertThat(model(", \"num_labels\": 3", Map.of()).labels())
        .containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    assertThat(model(", \"num_labels\": 1", Map.of()).labels()).containsExactly("LABEL_0");
    assertThat(
            model(", \"num_labels\": 5, \"id2label\": {\"0\": \"a\", \"1\": \"b\"}", Map.of())
                .labels())
        .containsExactly("a", "b");
  }
}
