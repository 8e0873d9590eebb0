package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.files.JsonFile;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.saved.Saved;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHead.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the outputs of a head mean: how they learn, answer, are saved and read again. */
class HeadProblemsTest {
  private static final StackSpec NONE = new StackSpec(List.of());
  private static final List<String> LABELS = List.of("calm", "loud", "warm");
  private static final double[] MARKS = {1, 0, 1, 0, 0, 1};

  @RegisterExtension final TestDevice cpu = new TestDevice();
  @TempDir private Path folder;
  private final TokenBatch batch = TinyModel.batch(5, 3);

  private static Attachment attached(Model model, Problem problem) {
    TaskHead head = TaskHead.forHost(model.host(), LABELS, problem);
    return model.attach(Stack.of(model.host(), NONE, head), 7);
  }

  @Test
  void manyLabelsLearnByBinaryCrossEntropy() {
    try (Attachment attachment = attached(cpu.load("bert"), Problem.MULTI_LABEL_CLASSIFICATION)) {
      float[] logits = NumbersAssert.flat(attachment.logits(batch));
      double expected = 0;
      for (int i = 0; i < logits.length; i++) {
        double probability = 1 / (1 + Math.exp(-logits[i]));
        expected -= Math.log(MARKS[i] == 1 ? probability : 1 - probability) / logits.length;
      }
      assertThat((double) attachment.loss(batch, MARKS)).isCloseTo(expected, within(1e-6));
      learns(attachment);
      assertThat(attachment.answers(batch).get(0).labels()).containsExactly("calm", "warm");
      assertThat(attachment.answers(batch).get(1).labels()).containsExactly("warm");
    }
  }

  @Test
  void severalScoresLearnByTheirSquaredErrors() {
    try (Attachment attachment = attached(cpu.load("bert"), Problem.REGRESSION)) {
      float[] logits = NumbersAssert.flat(attachment.logits(batch));
      double expected = 0;
      for (int i = 0; i < logits.length; i++) {
        expected += (logits[i] - MARKS[i]) * (logits[i] - MARKS[i]) / logits.length;
      }
      assertThat((double) attachment.loss(batch, MARKS)).isCloseTo(expected, within(1e-6));
      learns(attachment);
      Answer first = attachment.answers(batch).get(0);
      assertThat(first.scores().keySet()).containsExactlyElementsOf(LABELS);
      assertThat(first.scores().get("warm")).isCloseTo(1, within(0.2));
      assertThat(first.labels()).isEmpty();
    }
  }

  private void learns(Attachment attachment) {
    Training.Options options = new Training.Options(AdamW.DEFAULT, 0, graft -> 0.1);
    try (Training training = attachment.training(options)) {
      float before = attachment.loss(batch, MARKS);
      for (int step = 0; step < 1000; step++) {
        training.step(batch, MARKS, 1, step);
      }
      assertThat(attachment.loss(batch, MARKS)).isLessThan(before / 3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "multi_label_classification, MULTI_LABEL_CLASSIFICATION",
    "regression, REGRESSION",
    "single_label_classification, SINGLE_LABEL_CLASSIFICATION"
  })
  void theProblemIsSavedAndExported(String key, Problem problem) {
    Model model = cpu.load("bert");
    try (Attachment attachment = attached(model, problem)) {
      Saved.save(attachment, folder.resolve("saved"), Map.of());
      try (Attachment again = Saved.open(model, folder.resolve("saved"))) {
        assertThat(again.stack().head()).isEqualTo(attachment.stack().head());
      }
      Saved.exportHuggingFace(attachment, folder.resolve("exported"));
      ModelDirectory exported = ModelDirectory.open(folder.resolve("exported"));
      assertThat(exported.config().requireString("problem_type")).isEqualTo(key);
      Model own = cpu.load(exported);
      assertThat(own.head(TaskHeadLayout.POOLED)).isEqualTo(attachment.stack().head());
    }
  }

  /** As transformers decides where a head's outputs are to be understood. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "                                                    | 2 | SINGLE_LABEL_CLASSIFICATION",
        "'num_labels': 1                                     | 1 | REGRESSION",
        "'num_labels': 4                                     | 4 | SINGLE_LABEL_CLASSIFICATION",
        "'num_labels': 4, 'problem_type': null               | 4 | SINGLE_LABEL_CLASSIFICATION",
        "'num_labels': 4, 'problem_type': 'regression'       | 4 | REGRESSION",
        "'num_labels': 1, 'problem_type': 'multi_label_classification'"
            + " | 1 | MULTI_LABEL_CLASSIFICATION"
      })
  void theConfigurationSaysWhatOutputsMean(String config, int outputs, Problem problem) {
    TaskHead head = model(config).head(TaskHeadLayout.POOLED);

    assertThat(head.outputs()).isEqualTo(outputs);
    assertThat(head.problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "no yes,           no yes,         0 1",
    "no yes,           YES No,         1 0",
    "no yes,           LABEL_0 LABEL_1, 0 1",
    "LABEL_0 LABEL_1,  yes no,         0 1",
    "yes Yes,          Yes yes,        1 0",
    "no yes,           no maybe,       ''",
    "no yes,           no maybe yes,   0 1",
    "no yes,           no NO,          ''"
  })
  void outputsAreThoseOfTheSameLabels(String own, String theirs, String rows) {
    TaskHead head = new TaskHead(TaskHeadLayout.MEAN, List.of(own.split(" ")));

    assertThat(head.rowsIn(List.of(theirs.split(" "))))
        .map(String::valueOf)
        .isEqualTo(rows.isEmpty() ? List.of() : List.of(rows.split(" ")));
  }

  private Model model(String config) {
    String text = TinyModel.of("bert").config().json().toString();
    String more = config == null ? "" : ", " + config.replace('\'', '"');
    return cpu.load(
        new ModelDirectory(
            Path.of("tiny"),
            JsonFile.of(Path.of("config.json"), text.substring(0, text.length() - 1) + more + "}"),
            new TensorsInMemory(
                Path.of("model.safetensors"), List.copyOf(TinyModel.weights(true).values()))));
  }
}
