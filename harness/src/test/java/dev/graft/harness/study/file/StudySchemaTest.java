package dev.graft.harness.study.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.graft.GraftException;
import dev.graft.harness.json.Json;
import dev.graft.methods.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The schema and the parser find the same files right. */
class StudySchemaTest {
  private static final Methods METHODS = Methods.installed();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(Json.page(StudySchema.of(METHODS)), InputFormat.JSON);

  @TempDir private Path folder;

  private boolean isParsed(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("study.yaml"), text);
    try {
      StudyFile.read(file, new Defaults(() -> "/the/default", "cpu"), METHODS);
      return true;
    } catch (GraftException e) {
      assertThat(e).hasMessageContaining("%s, line ", file).hasMessageContaining(", column ");
      return false;
    }
  }

  private static boolean isValid(String text) {
    Object data = new Load(LoadSettings.builder().build()).loadFromString(text);
    return SCHEMA.validate(Json.line(data), InputFormat.JSON).isEmpty();
  }

  static Stream<String> good() {
    return Stream.concat(
        Stream.of(
            "methods: lora",
            "methods: [lora, full]",
            "methods: [{method: lora, rank: 4, targets: [query], vary: {alpha: [8, 16]}}]",
            "methods: [{method: lora, targets: query, rank-pattern: {query: 2}}]",
            "methods: [{stack: [lora, {method: full}], leave-one-out: true}]",
            "methods: {stack: [lora, lora]}",
            "methods: lora\nmatch: {parameters: 300000, within: 2%}",
            "methods: [{method: lora, match: {parameters: 300000, by: rank}}]",
            "methods: [{method: full, match: false}]",
            "methods: lora\nvary: {model: [a, b], epochs: [1, 2], untrained: [true, false]}",
            "methods: lora+full\nlearning-rate: [1e-3, 1e-3]",
            "methods: lora\nlearning-rate: [1e-3]",
            "methods: lora+full\nvary: {learning-rate: [[1e-3, 1e-4], [1e-4, 1e-3], 0.1]}",
            "methods: lora\nseeds: 1000",
            "methods: lora\nseeds: [-1, 999999999999999]",
            "methods: lora\ntuning: {trials: 16, search: random, halving: 2, seed: 3}",
            "methods: lora\nforgetting: general.txt",
            "methods: lora\nforgetting: {text: a.txt, passages: 10, length: 8}",
            "methods: lora\nlatency: false",
            "methods: lora\nlatency: {sizes: [1x1], processes: 3, rounds: 6, margin: 1, limit: 0.5}",
            "methods: lora\nlatency: {rows: [1, 16], lengths: [32]}",
            "methods: lora\nname: a\nbaseline: lora\nparallel: 1\ntimeout: 1.5"),
        values(0));
  }

  static Stream<String> bad() {
    return Stream.concat(
        Stream.of(
            "seeds: 3",
            "methods: []",
            "methods: [{method: lora, rnk: 4}]",
            "methods: [{method: lroa}]",
            "methods: [{rank: 4}]",
            "methods: [3]",
            "methods: [{method: lora, vary: {rank: 4}}]",
            "methods: [{method: lora, vary: {rank: []}}]",
            "methods: [{method: lora, match: true}]",
            "methods: [{method: lora, rank: }]",
            "methods: [{stack: [], leave-one-out: true}]",
            "methods: [{stack: [lora], leaveoneout: true}]",
            "methods: [{stack: [lora, full], leave-one-out: 1}]",
            "methods: lora\nmatch: {parameters: 0}",
            "methods: lora\nmatch: {parameters: 3, within: 2}",
            "methods: lora\nmatch: {within: 2%}",
            "methods: lora\nvary: {seeds: [1]}",
            "methods: lora\nvary: {epochs: [1, 1]}",
            "methods: lora\nvary: {epochs: []}",
            "methods: lora\nvary: {epochs: 1}",
            "methods: lora\nepochs: [1, 3]",
            "methods: lora\nepochs: 1\nvary: {epochs: [2]}",
            "methods: lora\nepochs: 1\nsteps: 1",
            "methods: lora\nepochs: 1\nvary: {steps: [1, 2]}",
            "methods: lora+full\nlearning-rate: []",
            "methods: lora+full\nlearning-rate: [1e-3, 0]",
            "methods: lora+full\nlearning-rate: [[1e-3, 1e-4]]",
            "methods: lora+full\nvary: {learning-rate: [[1e-3, 1e-4], [1e-3, 1e-4]]}",
            "methods: lora+full\nvary: {learning-rate: [[1e-3, fast]]}",
            "methods: lora+full\nhead-rate: [1e-3, 1e-4]",
            "methods: lora\nseeds: 0",
            "methods: lora\nseeds: 1001",
            "methods: lora\nseeds: [1, 1]",
            "methods: lora\nseeds: []",
            "methods: lora\nseeds: [1000000000000000]",
            "methods: lora\ntuning: {search: random}",
            "methods: lora\ntuning: {trials: 0}",
            "methods: lora\ntuning: {trials: 4, halving: 1}",
            "methods: lora\ntuning: {trials: 4, search: bayes}",
            "methods: lora\nforgetting: true",
            "methods: lora\nforgetting: [a.txt]",
            "methods: lora\nforgetting: {passages: 10}",
            "methods: lora\nforgetting: {text: a.txt, passages: 9}",
            "methods: lora\nforgetting: {text: a.txt, length: 7}",
            "methods: lora\nlatency: true",
            "methods: lora\nlatency: {sizes: [0x1]}",
            "methods: lora\nlatency: {sizes: [1x1, 1x1]}",
            "methods: lora\nlatency: {limit: 0}",
            "methods: lora\nlatency: {processes: 2}",
            "methods: lora\nlatency: {rows: [1], lengths: [1.5]}",
            "methods: lora\nlatency: {rows: [1]}",
            "methods: lora\nlatency: {rows: [1], lengths: [8], sizes: [1x8]}",
            "methods: lora\nlatency: {margin: 1.5}",
            "methods: lora\nname: 3",
            "methods: lora\nname: ''",
            "methods: lora\nmodle: x",
            "methods: lora\nparallel: 0",
            "methods: lora\ntimeout: 0"),
        values(1));
  }

  /** For each key that may vary the values at the ends of its range, and those just outside. */
  private static Stream<String> values(int side) {
    List<List<String>> keys =
        List.of(
            List.of("model", "a b", "3 true ''"),
            List.of("task", "reviews a", "3 ''"),
            List.of("device", "cpu gpu gpu:0 gpu:12 auto", "tpu gpu:x 1"),
            List.of("precision", "float32 bfloat16 float16", "int8 32"),
            List.of("untrained", "true false", "1 yes"),
            List.of("epochs", "1 10000", "0 10001 1.5 one '1'"),
            List.of("steps", "1 2147483647", "0 2147483648 99999999999999999999"),
            List.of("batch-size", "1 2147483647", "0 x"),
            List.of("batch-tokens", "1 2147483647", "0 x"),
            List.of("learning-rate", "1e-9 1000", "0 1000.1 -1 fast"),
            List.of("head-rate", "1e-9 1000", "0 1000.1"),
            List.of("warmup", "0 0.999", "1 -0.1"),
            List.of("weight-decay", "0 1000", "-1 1000.1"),
            List.of("max-length", "4 2147483647", "3"),
            List.of("host-dropout", "0 0.999", "1 -0.1"),
            List.of("checkpointing", "true false", "1 yes"),
            List.of("patience", "1 2147483647", "0"),
            List.of("keep", "best last", "worst true"),
            List.of("cuda-graphs", "0 1 2147483647", "-1 true"));
    assertThat(keys).extracting(key -> key.get(0)).containsExactlyElementsOf(ArmKey.NAMES);
    return keys.stream()
        .flatMap(
            key ->
                Stream.of(key.get(1 + side).split(" "))
                    .map(value -> "methods: lora\n%s: %s".formatted(key.get(0), value)));
  }

  @ParameterizedTest
  @MethodSource("good")
  void bothTake(String text) throws IOException {
    assertThat(isParsed(text)).isTrue();
    assertThat(isValid(text)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("bad")
  void bothRefuse(String text) throws IOException {
    assertThat(isParsed(text)).isFalse();
    assertThat(isValid(text)).isFalse();
  }

  @Test
  void bothKnowTheSameKeys() {
    assertThat(StudySchema.of(METHODS).getAsJsonObject("properties").keySet())
        .containsExactlyInAnyOrderElementsOf(StudyFile.KEYS);
  }

  @Test
  void bothTakeTheShippedStudies() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("harness/studies"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".yaml")).toList())
          .isNotEmpty()
          .allSatisfy(file -> assertThat(isValid(Files.readString(file))).isTrue())
          .allSatisfy(file -> assertThat(isParsed(Files.readString(file))).isTrue());
    }
  }
}
