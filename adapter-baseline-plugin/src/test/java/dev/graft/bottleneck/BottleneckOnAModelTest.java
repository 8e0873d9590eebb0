package dev.graft.bottleneck;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BottleneckOnAModelTest {
  private static final List<String> HOSTS = List.of("bert", "roberta");
  private static final double[] LABELS = {0, 1, 1};

  @TempDir Path folder;
  private final Device device = Device.cpu();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  @AfterEach
  void closeTheDevice() {
    Assertions.assertThat(device.liveTensors()).isZero();
    device.close();
  }

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

  private Model load(String architecture) throws IOException {
    Path path = TinyModel.write(folder.resolve("host"), true);
    Path config = path.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"bert\"", "\"" + architecture + "\""));
    return Model.load(ModelDirectory.open(path), device, Model.Options.DEFAULT.withDropout(0));
  }

  private static Attachment attach(Model model, String stack) {
    StackSpec spec =
        stack.isEmpty() ? new StackSpec(List.of()) : StackSpec.parse(stack, Methods.installed());
    return model.attach(model.stack(spec, List.of("no", "yes")), 1);
  }

  @ParameterizedTest
  @MethodSource("hostsAndStacks")
  void allThatIsTrainedMovesAndIsSaved(String host, String stack) throws IOException {
    Path saved = folder.resolve("saved");
    try (Model model = load(host);
        Attachment attachment = attach(model, stack);
        Training training = AttachedReference.training(attachment)) {
      Map<String, float[]> before = attachment.tensors();
      training.step(batch, LABELS, 1e-3, 1);
      int alive = device.liveTensors();
      for (int step = 2; step < 6; step++) {
        training.step(batch, LABELS, 1e-3, step);
      }
      Assertions.assertThat(device.liveTensors()).isEqualTo(alive);
      Map<String, float[]> after = attachment.tensors();
      before.forEach(
          (name, numbers) -> Assertions.assertThat(after.get(name)).as(name).isNotEqualTo(numbers));
      Saved.save(attachment, saved, Map.of());
      try (Attachment opened = Saved.open(model, saved)) {
        Assertions.assertThat(opened.tensors()).containsExactlyEntriesOf(after);
        Assertions.assertThat(opened.logits(batch)).isDeepEqualTo(attachment.logits(batch));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta"})
  void aFreshParallelAdapterLeavesTheHostAsItIsBitForBit(String host) throws IOException {
    try (Model model = load(host);
        Attachment bare = attach(model, "");
        Attachment fresh = attach(model, "parallel:train-norms=true,learn-scale=true")) {
      Assertions.assertThat(fresh.hiddenStates(batch))
          .containsExactly(bare.hiddenStates(batch).toArray(float[][]::new));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "lin", "pfeiffer"})
  void belowTheFirstAdapterTheStreamIsTheHostsOwn(String method) throws IOException {
    try (Model model = load("bert");
        Attachment bare = attach(model, "");
        Attachment dropped = attach(model, method + ":drop-layers=1,train-norms=true")) {
      List<float[]> expected = bare.hiddenStates(batch);
      List<float[]> found = dropped.hiddenStates(batch);
      Assertions.assertThat(found.get(0)).isEqualTo(expected.get(0));
      Assertions.assertThat(found.get(1)).isEqualTo(expected.get(1));
      Assertions.assertThat(found.get(2)).isNotEqualTo(expected.get(2));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"houlsby", "pfeiffer", "lin", "parallel"})
  void trainedNormsAreReadInTheHostsPlace(String method) throws IOException {
    try (Model model = load("bert");
        Attachment frozen = attach(model, method);
        Attachment trained = attach(model, method + ":train-norms=true");
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
