package dev.graft.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.host.TokenizerTest;
import dev.graft.host.Tokens;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AttachmentBlockTest {
  private static final StackSpec NONE = new StackSpec(List.of());
  private static final List<String> LABELS = List.of("bad", "so so", "good");
  private static final List<String> TEXTS =
      List.of("a good film.", "film", "good good filming. a film. a film. a film.");

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private Model model;
  private Attachment attachment;
  private ai.djl.Model djl;

  @BeforeEach
  void attach() throws IOException {
    Path base = TinyModel.write(folder.resolve("base"), true);
    Files.writeString(base.resolve("tokenizer.json"), TokenizerTest.JSON);
    model = cpu.load(ModelDirectory.open(base));
    attachment = cpu.own(model.attach(model.stack(TinyHost.only(VectorMethods.OFFSET), LABELS), 1));
    djl = cpu.own(ai.djl.Model.newInstance("graft", "PyTorch"));
    djl.setBlock(new AttachmentBlock(attachment));
  }

  @Test
  void aPredictorClassifiesTextsAloneAndInBatches() throws TranslateException {
    try (Tokenizer tokenizer = Tokenizer.open(model.directory().path(), 16);
        Predictor<String, Classifications> predictor =
            djl.newPredictor(new ClassificationTranslator(tokenizer, attachment))) {
      List<Classifications> together = predictor.batchPredict(TEXTS);
      float[][] logits = attachment.logits(TokenBatch.of(tokenizer.encodeAll(TEXTS), 0));
      for (int row = 0; row < TEXTS.size(); row++) {
        Classifications alone = predictor.predict(TEXTS.get(row));
        assertThat(alone.getClassNames()).isEqualTo(LABELS);
        double sum = 0;
        for (float logit : logits[row]) {
          sum += Math.exp(logit);
        }
        for (int label = 0; label < LABELS.size(); label++) {
          double expected = Math.exp(logits[row][label]) / sum;
          assertThat(alone.getProbabilities().get(label)).isCloseTo(expected, within(1e-6));
          assertThat(together.get(row).getProbabilities().get(label))
              .isCloseTo(expected, within(1e-6));
        }
      }
      int alive = cpu.liveTensors();
      int managed = managed();
      for (int i = 0; i < 5; i++) {
        predictor.batchPredict(TEXTS);
      }
      assertThat(cpu.liveTensors()).isEqualTo(alive);
      assertThat(managed()).isEqualTo(managed);
    }
  }

  private int managed() {
    return ((ai.djl.ndarray.BaseNDManager) djl.getNDManager()).getManagedArrays().size();
  }

  private static NDList forward(AttachmentBlock block, NDArray... inputs) {
    return block.forward(
        new ParameterStore(inputs[0].getManager(), false), new NDList(inputs), false);
  }

  @Test
  void masksAndTypesThatAreNotGivenAreOnesAndZeros() {
    AttachmentBlock block = new AttachmentBlock(attachment);
    TokenBatch batch = TinyModel.batch(5, 9, 3);
    int alive = cpu.liveTensors();
    try (NDManager manager = djl.getNDManager().newSubManager()) {
      NDList arrays = batch.onto(manager);
      float[] expected = NumbersAssert.flat(attachment.logits(batch));
      NDList logits = block.forward(new ParameterStore(manager, false), arrays, false);
      assertThat(logits.singletonOrThrow().getManager()).isSameAs(manager);
      NumbersAssert.assertThat(logits.singletonOrThrow().toFloatArray()).isCloseTo(expected, 1e-6);
      NDArray half = arrays.get(0).toType(DataType.INT32, false);
      NDArray mask = arrays.get(1).toType(DataType.INT32, false);
      NumbersAssert.assertThat(forward(block, half, mask).singletonOrThrow().toFloatArray())
          .isCloseTo(expected, 1e-6);
      NDArray one = manager.create(new long[] {5, 4, 3}, new Shape(1, 3));
      Tokens tokens = new Tokens(new long[] {5, 4, 3}, new long[3]);
      NumbersAssert.assertThat(forward(block, one).singletonOrThrow().toFloatArray())
          .isCloseTo(attachment.logits(TokenBatch.of(List.of(tokens), 0))[0], 1e-6);
      assertThat(block.getOutputShapes(new Shape[] {one.getShape()}))
          .containsExactly(new Shape(1, 3));
    }
    assertThat(cpu.liveTensors()).isEqualTo(alive);
  }

  @Test
  void aLanguageModelGivesLogitsAtEveryToken() throws TranslateException {
    Model gpt2 = cpu.load("gpt2");
    try (Attachment host = gpt2.attach(gpt2.languageModel(NONE), 1);
        ai.djl.Model other = ai.djl.Model.newInstance("gpt2", "PyTorch")) {
      other.setBlock(new AttachmentBlock(host));
      try (Predictor<NDList, NDList> predictor = other.newPredictor(new NoopTranslator(null));
          NDManager manager = other.getNDManager().newSubManager()) {
        NDList logits = predictor.predict(TinyModel.batch(4, 7).onto(manager));
        assertThat(logits.singletonOrThrow().getShape()).isEqualTo(new Shape(2, 7, 60));
        assertThat(other.getBlock().getOutputShapes(new Shape[] {new Shape(2, 7)}))
            .containsExactly(new Shape(2, 7, 60));
        NumbersAssert.assertThat(logits.singletonOrThrow().toFloatArray())
            .isCloseTo(NumbersAssert.flat(host.logits(TinyModel.batch(4, 7))), 1e-5);
      }
    }
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    AttachmentBlock block = new AttachmentBlock(attachment);
    try (NDManager manager = djl.getNDManager().newSubManager()) {
      NDArray ids = manager.create(new long[] {5, 4, 3}, new Shape(1, 3));
      NDArray flat = manager.create(new long[] {5, 4, 3});
      assertRefused(() -> forward(block, flat), "all of one shape (rows, length)");
      assertRefused(() -> forward(block, ids, flat), "found: [(1, 3), (3)]");
      assertRefused(() -> forward(block, ids, ids, ids, ids), "found: [(1, 3), (1, 3), ");
      assertRefused(() -> forward(block, ids.add(56)), "found: 61");
      assertRefused(() -> forward(block, ids.sub(4)), "found: -1");
      NDArray longer = manager.ones(new Shape(1, 33), DataType.INT64);
      assertRefused(() -> forward(block, longer), "found: 33 tokens");
    }
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(GraftException.class).hasMessageContaining(message);
  }

  @Test
  void whatDjlCanNotDoIsSaid() {
    AttachmentBlock block = new AttachmentBlock(attachment);
    assertThat(block.getParameters()).isEmpty();
    assertThat(block.isInitialized()).isTrue();
    assertThat(block.describeInput().keys())
        .containsExactly("input_ids", "attention_mask", "token_type_ids");
    try (NDManager manager = djl.getNDManager().newSubManager()) {
      NDList batch = TinyModel.batch(3).onto(manager);
      ParameterStore store = new ParameterStore(manager, false);
      List<ThrowingCallable> calls = new ArrayList<>();
      calls.add(() -> block.forward(store, batch, true));
      calls.add(() -> block.initialize(manager, DataType.FLOAT32, new Shape(1, 3)));
      calls.add(() -> block.cast(DataType.FLOAT16));
      calls.add(() -> block.saveParameters(null));
      calls.add(() -> block.loadParameters(manager, null));
      List<String> texts =
          List.of(
              "be trained by DJL: use Attachment.training.",
              "be initialised: its weights are there already.",
              "be cast: load the model with Model.Options.withPrecision.",
              "be saved by DJL: use Saved.save or Saved.exportTorchScript.",
              "be loaded by DJL: use Saved.open.");
      for (int i = 0; i < calls.size(); i++) {
        assertThatThrownBy(calls.get(i))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage("A host with its grafts can't " + texts.get(i));
      }
    }
  }
}
