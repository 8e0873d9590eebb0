package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.AttentionIntervention;
import dev.graft.api.PeftMethod;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.TensorData;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.program.Dim;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.Value;
import dev.graft.saved.Saved;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.VectorMethods;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AttachmentTest {
  private static final List<String> LABELS = List.of("no", "yes");
  private static final Training.Options OPTIONS = new Training.Options(AdamW.DEFAULT, 0.01);
  private static final double[] ANSWERS = {0, 1, 1};

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Model model = cpu.load(TinyModel.of("bert"));
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private Attachment attach(PeftMethod... methods) {
    return model.attach(model.stack(TinyHost.only(methods), LABELS), 3);
  }

  private List<float[]> weights() {
    return model.base().values().list().stream().map(Value::floats).toList();
  }

  private static void train(Attachment attachment, TokenBatch batch, int steps) {
    try (Training training = attachment.training(OPTIONS)) {
      for (int step = 0; step < steps; step++) {
        training.step(batch, ANSWERS, 0.01, step);
      }
    }
  }

  @Test
  void trainingMovesTheGraftAndTheHeadAndLeavesTheHostBitIdentical() {
    List<float[]> before = weights();
    try (Attachment attachment = attach(VectorMethods.GAIN, VectorMethods.BIASES)) {
      Map<String, float[]> start = attachment.tensors();
      train(attachment, batch, 5);
      attachment
          .tensors()
          .forEach((name, now) -> assertThat(now).as(name).isNotEqualTo(start.get(name)));
    }
    assertThat(weights()).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void anUnfrozenWeightBeginsAsTheHostsAndIsReadInItsPlace() {
    try (Attachment bare = attach();
        Attachment fresh = attach(VectorMethods.BIASES);
        Attachment biases = fresh.with(bare.tensors())) {
      assertThat(biases.logits(batch)).isEqualTo(bare.logits(batch));
      train(biases, batch, 1);
      assertThat(biases.logits(batch)).isNotEqualTo(bare.logits(batch));
    }
  }

  @Test
  void attachmentsOfOneSeedBeginEqualAndOfAnotherDiffer() {
    Stack stack = model.stack(TinyHost.only(VectorMethods.GAIN), LABELS);
    try (Attachment one = model.attach(stack, 1);
        Attachment same = model.attach(stack, 1);
        Attachment other = model.attach(stack, 2)) {
      assertThat(same.logits(batch)).isEqualTo(one.logits(batch));
      assertThat(other.logits(batch)).isNotEqualTo(one.logits(batch));
    }
  }

  @Test
  void mergedEqualsUnmergedAndUnmergingLeavesNothing() {
    List<float[]> before = weights();
    try (Attachment attachment = attach(VectorMethods.GAIN)) {
      float[][] unmerged = attachment.logits(batch);
      for (int cycle = 0; cycle < 3; cycle++) {
        try (Attachment merged = attachment.merged()) {
          assertThat(merged.mergedSites()).isEqualTo(2);
          NumbersAssert.assertThat(NumbersAssert.flat(merged.logits(batch)))
              .isCloseTo(NumbersAssert.flat(unmerged), 1e-5);
        }
        assertThat(attachment.logits(batch)).isEqualTo(unmerged);
      }
    }
    assertThat(weights()).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void onlyTheLeadingRunOfMergeableInterventionsMerges() {
    try (Attachment first = attach(VectorMethods.GAIN, VectorMethods.OFFSET, VectorMethods.GAIN);
        Attachment last = attach(VectorMethods.OFFSET, VectorMethods.GAIN);
        Attachment firstMerged = first.merged();
        Attachment lastMerged = last.merged()) {
      assertThat(firstMerged.mergedSites()).isEqualTo(2);
      assertThat(lastMerged.mergedSites()).isZero();
      NumbersAssert.assertThat(NumbersAssert.flat(firstMerged.logits(batch)))
          .isCloseTo(NumbersAssert.flat(first.logits(batch)), 1e-5);
    }
  }

  @Test
  void theOrderOfAStackIsTheOrderOfItsInterventions() {
    try (Attachment gainFirst = attach(VectorMethods.GAIN, VectorMethods.OFFSET);
        Attachment fresh = attach(VectorMethods.OFFSET, VectorMethods.GAIN);
        Attachment offsetFirst = fresh.with(gainFirst.tensors())) {
      assertThat(offsetFirst.logits(batch)).isNotEqualTo(gainFirst.logits(batch));
    }
  }

  @Test
  void aRowsResultDependsNeitherOnPaddingNorOnTheOtherRows() {
    try (Attachment attachment = attach(VectorMethods.GAIN)) {
      float[] alone = attachment.logits(TinyModel.batch(5))[0];
      float[] together = attachment.logits(TinyModel.batch(5, 30, 2))[0];
      NumbersAssert.assertThat(together).isCloseTo(alone, 1e-5);
    }
  }

  @Test
  void savedAndOpenedAnswersAreTheSame() {
    Path saved = folder.resolve("saved");
    Methods methods = Methods.find(AttachmentTest.class.getClassLoader());
    try (Attachment attachment = attach()) {
      train(attachment, batch, 2);
      Saved.save(attachment, saved, Map.of("made by", "a test"));
      try (Attachment opened = Saved.open(model, saved, methods, Saved.Base.SAME)) {
        assertThat(opened.logits(batch)).isEqualTo(attachment.logits(batch));
        assertThat(opened.stack().head()).isEqualTo(attachment.stack().head());
      }
    }
  }

  @Test
  void howItWasMadeTravelsInsideEveryFile() {
    Path saved = folder.resolve("saved");
    try (Attachment attachment = attach()) {
      Saved.save(attachment, saved, Map.of("seed", "7"));
    }
    assertThat(Safetensors.open(saved.resolve("head/graft.safetensors")).metadata())
        .containsEntry("graft.seed", "7")
        .containsEntry("graft.base", model.fingerprint())
        .containsEntry("format", "pt");
  }

  @Test
  void aHeadThatTheCheckpointLacksIsNamed() {
    Stack stack = model.stack(new StackSpec(List.of()), List.of("a", "b"));
    try (Attachment fresh = model.attach(stack, 1)) {
      assertThat(fresh.headOrigins())
          .extracting(HeadOrigin::tensor)
          .containsExactly("classifier.weight", "classifier.bias");
      assertThat(fresh.headOrigins())
          .allMatch(HeadOrigin::isDrawn)
          .allMatch(origin -> origin.reason().orElseThrow().equals("the model has none"));
    }
  }

  @Test
  void aStackIsRefusedByAnotherBase() {
    Path saved = folder.resolve("saved");
    try (Attachment attachment = attach()) {
      Saved.save(attachment, saved, Map.of());
    }
    var changed = TinyModel.weights(true);
    changed.replaceAll(
        (name, data) ->
            name.equals("pooler.dense.bias") ? TensorData.of(name, new float[16], 16) : data);
    Model another = cpu.load(TinyModel.of("bert", changed));
    assertThatThrownBy(() -> Saved.open(another, saved)).isInstanceOf(GraftException.class);
    try (Attachment forced = Saved.open(another, saved, Methods.installed(), Saved.Base.ANY)) {
      assertThat(forced.tensors().keySet()).contains("classifier.weight");
    }
  }

  @Test
  void nothingLeaksOverAttachingTrainingMergingAndAnswering() {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      try (Attachment attachment = attach(VectorMethods.GAIN, VectorMethods.BIASES)) {
        train(attachment, batch, 50);
        attachment.logits(batch);
        attachment.hiddenStates(batch);
        try (Attachment merged = attachment.merged()) {
          merged.logits(batch);
        }
      }
      alive.add(cpu.liveTensors());
    }
    assertThat(alive).containsOnly(alive.get(0));
  }

  @Test
  void regressionHasOneNumberARowAndTrains() {
    Stack stack = model.stack(TinyHost.only(VectorMethods.GAIN), List.of());
    try (Attachment attachment = model.attach(stack, 0);
        Training training = attachment.training(OPTIONS)) {
      double[] targets = {0.2, 4.5, 3};
      float first = training.step(batch, targets, 0.02, 0);
      float last = first;
      for (int step = 1; step < 60; step++) {
        last = training.step(batch, targets, 0.02, step);
      }
      assertThat(attachment.logits(batch)).hasDimensions(3, 1);
      assertThat(last).isLessThan(first / 4);
    }
  }

  /** Gives the bias of the values' projection in the place of what attention gives. */
  private static final AttentionIntervention VALUE_BIAS =
      new AttentionIntervention() {
        @Override
        public Tensor output(Attended attended) {
          Dim heads = attended.output().shape().dim(1);
          Tensor bias = attended.value().bias().orElseThrow();
          Tensor split = bias.reshape(heads, Dim.of(-1)).unsqueeze(1); // (H, 1, E)
          return attended.output().times(0).plus(split);
        }
      };

  @Test
  void attentionSeesTheProjectionsWithUnfrozenWeightsInThePlaceOfTheHosts() {
    PeftMethod method =
        new TestMethod(
            "value-bias",
            Set.of(),
            (host, graft) -> {
              host.parameters().stream()
                  .filter(p -> p.name().equals("layers.1.attention.value.bias"))
                  .forEach(graft::unfreeze);
              graft.at(host.attentions().get(1), VALUE_BIAS);
            });
    try (Attachment fresh = attach(method);
        Attachment moved = fresh.with(Map.of("layers.1.attention.value.bias", new float[16]))) {
      assertThat(moved.hiddenStates(batch).get(1)).isEqualTo(fresh.hiddenStates(batch).get(1));
      assertThat(moved.hiddenStates(batch).get(2)).isNotEqualTo(fresh.hiddenStates(batch).get(2));
    }
  }
}
