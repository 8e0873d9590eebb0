package dev.graft.bottleneck;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BottleneckOnAModelTest {
  private static final List<String> HOSTS = List.of("bert", "roberta");
  private static final double[] LABELS = {0, 1, 1};

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  static Stream<Arguments> hostsAndStacks() {
    return HOSTS.stream()
        .flatMap(
            host ->
                Stream.of(
                        "houlsby:train-norms=true",
                        "houlsby:reduction-factor=4,activation=silu,drop-layers=1",
                        "lin:bottleneck=5,train-norms=true,drop-layers=1",
                        "pfeiffer:train-norms=true,activation=gelu-tanh",
                        "parallel:bottleneck=3,learn-scale=true,train-norms=true",
                        "parallel:scale=0.5,activation=tanh")
                    .map(stack -> Arguments.of(host, stack)));
  }

  @ParameterizedTest
  @MethodSource("hostsAndStacks")
  void allThatIsTrainedMovesAndIsSaved(String host, String stack) {
    Path saved = folder.resolve("saved");
    TinyHost tiny = cpu.host(TinyModel.of(host));
    try (Attachment attachment = tiny.attach(stack);
        Training training = AttachedReference.training(attachment)) {
      Map<String, float[]> before = attachment.tensors();
      training.step(batch, LABELS, 1e-3, 1);
      int alive = cpu.liveTensors();
      for (int step = 2; step < 6; step++) {
        training.step(batch, LABELS, 1e-3, step);
      }
      Assertions.assertThat(cpu.liveTensors()).isEqualTo(alive);
      Map<String, float[]> after = attachment.tensors();
      before.forEach(
          (name, numbers) -> Assertions.assertThat(after.get(name)).as(name).isNotEqualTo(numbers));
      Saved.save(attachment, saved, Map.of());
      try (Attachment opened = Saved.open(tiny.model(), saved)) {
        Assertions.assertThat(opened.tensors()).containsExactlyEntriesOf(after);
        Assertions.assertThat(opened.logits(batch)).isDeepEqualTo(attachment.logits(batch));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void aFreshParallelAdapterLeavesTheHostAsItIsBitForBit(String host) {
    TinyHost tiny = cpu.host(TinyModel.of(host));
    try (Attachment bare = tiny.attach("");
        Attachment fresh = tiny.attach("parallel:train-norms=true,learn-scale=true")) {
      Assertions.assertThat(fresh.hiddenStates(batch))
          .containsExactly(bare.hiddenStates(batch).toArray(float[][]::new));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "lin", "pfeiffer"})
  void belowTheFirstAdapterTheStreamIsTheHostsOwn(String method) {
    TinyHost tiny = cpu.host(TinyModel.of("bert"));
    try (Attachment bare = tiny.attach("");
        Attachment dropped = tiny.attach(method + ":drop-layers=1,train-norms=true")) {
      List<float[]> expected = bare.hiddenStates(batch);
      List<float[]> found = dropped.hiddenStates(batch);
      Assertions.assertThat(found.get(0)).isEqualTo(expected.get(0));
      Assertions.assertThat(found.get(1)).isEqualTo(expected.get(1));
      Assertions.assertThat(found.get(2)).isNotEqualTo(expected.get(2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "pfeiffer", "lin", "parallel"})
  void trainedNormsAreReadInTheHostsPlace(String method) {
    TinyHost tiny = cpu.host(TinyModel.of("bert"));
    try (Attachment frozen = tiny.attach(method);
        Attachment trained = tiny.attach(method + ":train-norms=true");
        Attachment moved = trained.with(Map.of("layers.1.mlp.norm.bias", filled(16, 3)));
        Attachment still = trained.with(frozen.tensors())) {
      assertThat(still.hiddenStates(batch).get(2)).isCloseTo(frozen.hiddenStates(batch).get(2), 0);
      Assertions.assertThat(moved.hiddenStates(batch).get(2))
          .isNotEqualTo(frozen.hiddenStates(batch).get(2));
    }
  }

  private static float[] filled(int size, float number) {
    float[] numbers = new float[size];
    Arrays.fill(numbers, number);
    return numbers;
  }
}
