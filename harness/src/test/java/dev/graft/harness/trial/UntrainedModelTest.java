package dev.graft.harness.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorSource;
import dev.graft.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UntrainedModelTest {
  @TempDir Path folder;
  private ModelDirectory model;

  @BeforeEach
  void writeAModel() {
    model = ModelDirectory.open(new TinyStudy(folder).model());
  }

  private TensorSource fresh(String name, long seed) {
    return ModelDirectory.open(UntrainedModel.write(model, folder.resolve(name), seed)).tensors();
  }

  @Test
  void theWeightsAreDrawnAnewAsBeforePretraining() {
    TensorSource fresh = fresh("fresh", 1);
    assertThat(fresh.names()).isEqualTo(model.tensors().names());
    float[] table = fresh.floats("embeddings.word_embeddings.weight");
    double variance =
        IntStream.range(0, table.length).mapToDouble(i -> table[i] * table[i]).average().orElse(0);
    assertThat(Math.sqrt(variance)).isCloseTo(0.02, within(0.002));
    assertThat(fresh.floats("encoder.layer.1.output.dense.bias")).containsOnly(0);
    assertThat(fresh.floats("encoder.layer.1.output.LayerNorm.weight")).containsOnly(1);
    assertThat(fresh.floats("encoder.layer.1.output.LayerNorm.bias")).containsOnly(0);
  }

  @Test
  void theCopyIsAModelWithItsTokenizer() {
    Path copy = UntrainedModel.write(model, folder.resolve("fresh"), 1);
    assertThat(Model.check(ModelDirectory.open(copy)).layers()).isEqualTo(2);
    assertThat(copy.resolve("tokenizer.json"))
        .hasSameTextualContentAs(model.path().resolve("tokenizer.json"));
  }

  @Test
  void theSeedDecidesTheWeights() {
    String one = Fingerprint.of(fresh("one", 1));
    assertThat(Fingerprint.of(fresh("again", 1))).isEqualTo(one);
    assertThat(Fingerprint.of(fresh("other", 2))).isNotEqualTo(one);
  }

  @Test
  void twoWhoWantTheSameCopyGetOne() {
    Path copy = folder.resolve("fresh");
    List<FileTime> written =
        Stream.generate(() -> 1L)
            .limit(4)
            .parallel()
            .map(seed -> UntrainedModel.write(model, copy, seed).resolve("model.safetensors"))
            .map(UntrainedModelTest::time)
            .distinct()
            .toList();

    assertThat(written).hasSize(1);
    assertThat(Fingerprint.of(ModelDirectory.open(copy).tensors()))
        .isEqualTo(Fingerprint.of(fresh("alone", 1)));
  }

  @Test
  void whatAKilledProcessLeftIsReplaced() throws IOException {
    Path left = Files.createDirectories(folder.resolve("fresh.unfinished"));
    Files.writeString(left.resolve("config.json"), "{\"vocab");
    Files.writeString(left.resolve("vocab.txt"), "of another time");

    Path copy = UntrainedModel.write(model, folder.resolve("fresh"), 1);

    assertThat(left).doesNotExist();
    assertThat(copy.resolve("config.json"))
        .hasSameTextualContentAs(model.path().resolve("config.json"));
    assertThat(copy.resolve("vocab.txt")).doesNotExist();
  }

  private static FileTime time(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aCopyThatIsThereIsNotWrittenAgain() throws IOException {
    fresh("fresh", 1);
    Path weights = folder.resolve("fresh").resolve("model.safetensors");
    FileTime written = Files.getLastModifiedTime(weights);
    fresh("fresh", 1);
    assertThat(Files.getLastModifiedTime(weights)).isEqualTo(written);
  }
}
