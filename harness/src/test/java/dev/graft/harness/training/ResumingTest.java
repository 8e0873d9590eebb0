package dev.graft.harness.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.curves.Event;
import dev.graft.harness.curves.EventFile;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Splits;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training that was interrupted and one that was not are the same, bit for bit. */
final class ResumingTest {
  private static final int STEPS = 30;

  /** Of 12 steps an epoch, so that it ends within one. */
  private static final Recipe RECIPE =
      new Recipe(
          1,
          Optional.of(STEPS),
          8,
          0.1,
          0.01,
          1,
          Rates.of(0.02),
          32,
          Optional.of(0.1),
          Optional.empty(),
          true,
          Optional.empty());

  /** Those that are installed, and one with whole numbers that are drawn, saved and read. */
  private static final Methods METHODS = Methods.of(methods());

  private static List<PeftMethod> methods() {
    List<PeftMethod> methods = new ArrayList<>();
    Methods.installed().all().forEach(each -> methods.add(each.method()));
    methods.add(new TestMethod("test-places", Set.of(), ResumingTest::swapping));
    return methods;
  }

  /** Puts the elements of the stream into another order. */
  private static void swapping(Host host, Graft graft) {
    int width = host.width();
    Tensor places =
        graft.buffer(
            "places",
            Shape.of(width),
            Type.INT64,
            Initializer.array(
                (random, shape) ->
                    IntStream.range(0, width).mapToDouble(i -> random.nextInt(width)).toArray()));
    Tensor scale = graft.parameter("scale", Shape.of(width), Initializer.ones());
    graft.at(
        host.blocks().get(0),
        state -> {
          Tensor y = state.output();
          return Tensor.call(
                  "torch.index_select", y.shape(), y.type(), y.shape().size(), y, 2L, places)
              .times(scale);
        });
  }

  private static final Map<String, String> IDENTITY = Map.of("seed", "1");

  /** What a training came to. */
  private record Trained(
      List<Double> losses,
      List<Validation> validations,
      int kept,
      Map<String, StoredTensor> weights) {}

  /** Stands for whatever ends a process. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final List<String> told = new ArrayList<>();
  private TinyStudy study;
  private Objective objective;
  private Tokenizer tokenizer;
  private Model model;
  private Recipe recipe = RECIPE;

  @BeforeEach
  void openTheTask() {
    study = new TinyStudy(folder);
    objective = TaskFinder.objective(study.task().toString());
    tokenizer = Tokenizer.open(study.model(), 32);
    model = load(Precision.FLOAT32);
  }

  @AfterEach
  void closeTheTokenizer() {
    tokenizer.close();
  }

  private Model load(Precision precision) {
    return cpu.load(ModelDirectory.open(study.model()), RECIPE.options(precision));
  }

  private Path snapshot() {
    return folder.resolve("snapshot.safetensors");
  }

  private Path curves() {
    return folder.resolve(EventFile.NAME);
  }

  private Trail trail() {
    return new Trail(Optional.of(snapshot()), Duration.ZERO, Optional.of(curves()), told::add);
  }

  private Trained train(
      String method, Optional<Integer> until, Trail trail, Consumer<Progress> listener) {
    StackSpec spec = StackSpec.parse(method, METHODS);
    Stack stack = Stack.of(model.host(), spec, objective.head(model.host()));
    try (Attachment attachment = model.attach(stack, 1)) {
      Splits splits = objective.read(attachment, tokenizer);
      TrainingSteps steps =
          new Trainer(
                  recipe,
                  Peaks.of(recipe.rates(), stack, 100),
                  1,
                  Steering.of(recipe, objective),
                  until)
              .train(
                  attachment,
                  recipe.batches(splits.train(), stack.head(), attachment.room()),
                  splits,
                  trail,
                  new Snapshots(trail, IDENTITY),
                  new PhaseMeter(cpu.device(), Precision.FLOAT32),
                  listener);
      return new Trained(steps.losses(), steps.validations(), steps.kept(), attachment.stored());
    }
  }

  private Trained train(String method, Trail trail) {
    return train(method, Optional.empty(), trail, progress -> {});
  }

  private void trainUntilKilled(String method, int step) {
    assertThatThrownBy(
            () ->
                train(
                    method,
                    Optional.empty(),
                    trail(),
                    progress -> {
                      if (progress.phase() == Progress.Phase.TRAINING && progress.done() == step) {
                        throw new Killed();
                      }
                    }))
        .isInstanceOf(Killed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "lora:dropout=0.1+prefix-tuning, FLOAT32",
    "'adalora:initial-rank=3,target-rank=1', FLOAT32",
    "lora:initializer=pissa+houlsby, BFLOAT16",
    "full, FLOAT16",
    "test-places+vera, FLOAT32"
  })
  void aTrainingThatIsKilledGoesOnAsIfItHadNotBeen(String method, Precision precision)
      throws IOException {
    model = load(precision);
    Trained expected = train(method, Trail.NONE);
    Random random = new Random(method.hashCode());
    int first = 2 + random.nextInt(12);
    trainUntilKilled(method, first);
    trainUntilKilled(method, first + 1 + random.nextInt(STEPS - first));
    assertThat(train(method, trail())).isEqualTo(expected);
    assertThat(told)
        .hasSize(2)
        .first()
        .isEqualTo("goes on after step %s: %s".formatted(first - 1, snapshot()));
    assertThat(expected.validations()).extracting(Validation::step).containsExactly(12, 24, 30);
    assertCurves(expected);
  }

  private void assertCurves(Trained expected) throws IOException {
    List<Event> events = EventFile.read(curves());
    assertThat(events.stream().filter(e -> e.scalars().containsKey("training/loss")))
        .extracting(event -> (double) event.scalars().get("training/loss"))
        .isEqualTo(expected.losses());
    assertThat(events.stream().filter(e -> e.scalars().containsKey("validation/accuracy")))
        .extracting(
            event ->
                new Validation(
                    (int) event.step(), event.scalars().get("validation/accuracy").doubleValue()))
        .isEqualTo(
            expected.validations().stream()
                .map(each -> new Validation(each.step(), (float) each.value()))
                .toList());
  }

  @ParameterizedTest
  @CsvSource({"40, 12, 30", "30, 16, 30"})
  void aTrainingByTokensKeepsItsPlaceInAnEpoch(int tokens, int first, int last) {
    recipe = RECIPE.withBatchTokens(tokens);
    Trained expected = train("lora:dropout=0.1", Trail.NONE);
    trainUntilKilled("lora:dropout=0.1", 9);
    trainUntilKilled("lora:dropout=0.1", 23);
    assertThat(train("lora:dropout=0.1", trail())).isEqualTo(expected);
    assertThat(told).hasSize(2);
    assertThat(expected.validations()).extracting(Validation::step).contains(first, last);
  }

  @Test
  void aTrainingThatRestsIsJudgedThereAndGoesOn() {
    Trained whole = train("lora", Trail.NONE);
    Trained rested = train("lora", Optional.of(17), trail(), progress -> {});
    assertThat(rested.losses()).isEqualTo(whole.losses().subList(0, 17));
    assertThat(rested.validations()).extracting(Validation::step).containsExactly(12, 17);
    assertThat(train("lora", Optional.of(24), trail(), progress -> {}).losses())
        .isEqualTo(whole.losses().subList(0, 24));
    assertThat(train("lora", trail())).isEqualTo(whole);
    assertThat(told).hasSize(2).last().asString().startsWith("goes on after step 24: ");
  }

  @Test
  void aSnapshotThatIsDamagedOrOfAnotherTrainingIsToldAndNotUsed() throws IOException {
    Trained whole = train("lora", Trail.NONE);
    train("lora", Optional.of(17), trail(), progress -> {});
    byte[] good = Files.readAllBytes(snapshot());
    Map<String, byte[]> others =
        Map.of(
            "it is damaged", altered(good, good.length - 4000),
            "it is damaged ", Arrays.copyOf(good, good.length - 1),
            "it is of another training: seed was 2, and is 1",
                new String(good, StandardCharsets.ISO_8859_1)
                    .replace("\"of seed\":\"1\"", "\"of seed\":\"2\"")
                    .getBytes(StandardCharsets.ISO_8859_1));
    for (Map.Entry<String, byte[]> other : others.entrySet()) {
      told.clear();
      Files.write(snapshot(), other.getValue());
      assertThat(train("lora", trail())).isEqualTo(whole);
      assertThat(told).singleElement().asString().startsWith("begins anew: ");
    }
    Files.write(snapshot(), good);
    told.clear();
    train("lora", Optional.of(5), trail(), progress -> {});
    assertThat(told).singleElement().asString().endsWith("it is further than step 5");
    Files.write(snapshot(), good);
    told.clear();
    train("lora:rank=2", trail());
    assertThat(told).singleElement().asString().endsWith("it is of another version of the method");
  }

  private static byte[] altered(byte[] bytes, int place) {
    byte[] altered = bytes.clone();
    altered[place] ^= 1;
    return altered;
  }

  @Test
  void snapshotsLeaveNoTensorBehind() {
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      trainUntilKilled("lora+houlsby", 9);
      train("lora+houlsby", trail());
      alive.add(cpu.liveTensors());
      snapshot().toFile().delete();
    }
    assertThat(alive).containsOnly(alive.get(0));
  }
}
