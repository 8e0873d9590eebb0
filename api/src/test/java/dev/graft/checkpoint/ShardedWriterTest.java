package dev.graft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import dev.graft.files.ShardIndex;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ShardedWriterTest {
  @TempDir Path folder;

  private static LazyTensor tensor(String name, int elements) {
    return LazyTensor.of(name, DType.F32, () -> new float[elements], elements);
  }

  @Test
  void whatFitsIsOneFile() {
    ShardedWriter.write(folder, List.of(tensor("a", 3), tensor("b", 2)), 20);
    Safetensors written = Safetensors.open(folder.resolve("model.safetensors"));
    assertThat(written.names()).containsExactly("a", "b");
    assertThat(written.metadata()).isEqualTo(Map.of("format", "pt"));
    assertThat(folder).isDirectoryNotContaining("glob:**index.json");
  }

  @Test
  void whatDoesNotFitIsShardedAndListed() {
    List<LazyTensor> tensors =
        List.of(tensor("a", 3), tensor("b", 2), tensor("large", 9), tensor("c", 5));
    ShardedWriter.write(folder, tensors, 20);
    Path index = folder.resolve("model.safetensors.index.json");
    assertThat(JsonFile.read(index).at("metadata").requireInt("total_size")).isEqualTo(4 * 19);
    assertThat(ShardIndex.read(index))
        .hasToString(
            "{model-00001-of-00003.safetensors=[a, b],"
                + " model-00002-of-00003.safetensors=[large],"
                + " model-00003-of-00003.safetensors=[c]}");
    assertThat(ShardedTensors.open(index).floats("large")).hasSize(9);
  }

  @Test
  void oneTensorIsAskedForAtATime() {
    List<String> asked = new ArrayList<>();
    Supplier<float[]> first = () -> numbers(asked, "first");
    Supplier<float[]> second = () -> numbers(asked, "second");
    List<LazyTensor> tensors =
        List.of(
            LazyTensor.of("first", DType.F32, first, 1),
            LazyTensor.of("second", DType.F32, second, 1));
    assertThat(asked).isEmpty();
    ShardedWriter.write(folder, tensors, 4);
    assertThat(asked).containsExactly("first", "second");
  }

  private static float[] numbers(List<String> asked, String name) {
    asked.add(name);
    return new float[1];
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "F16", "BF16"})
  void whatATypeCanHoldComesBackAsItWas(DType type) {
    float[] numbers = {0, -0f, 1, -1.5f, 0x1p-14f, 96, -2048, 0.25f, -1024};
    ShardedWriter.write(
        folder, List.of(LazyTensor.of("x", type, () -> numbers, numbers.length)), 1000);
    Safetensors written = Safetensors.open(folder.resolve("model.safetensors"));
    assertThat(written.info("x").type()).isEqualTo(type);
    assertThat(written.floats("x")).isEqualTo(numbers);
    Path again = folder.resolve("again.safetensors");
    SafetensorsWriter.writeEach(
        again, List.of(LazyTensor.of(written, "x", "y", DType.F32)), Map.of());
    assertThat(Safetensors.open(again).floats("y")).isEqualTo(numbers);
  }

  /** Every half is written as itself, and what lies between two as the even one. */
  @Test
  void halvesAreRoundedToNearestTiesToEven() {
    short[] all = new short[0x7c00];
    float[] between = new float[all.length - 1];
    for (int i = 0; i < all.length; i++) {
      all[i] = (short) i;
    }
    ByteBuffer bytes = ByteBuffer.allocate(2 * all.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(all);
    TensorInfo info = TensorInfo.of("x", DType.F16, all.length);
    float[] halves = Floats.copy(info, List.of(bytes), folder);
    assertThat(shorts(halves)).isEqualTo(all);
    short[] even = new short[between.length];
    for (int i = 0; i < between.length; i++) {
      between[i] = (halves[i] + halves[i + 1]) / 2;
      even[i] = (short) (i % 2 == 0 ? i : i + 1);
    }
    assertThat(shorts(between)).isEqualTo(even);
  }

  private static short[] shorts(float[] numbers) {
    short[] shorts = new short[numbers.length];
    Floats.written("x", numbers, DType.F16)
        .reduce((a, b) -> a)
        .orElseThrow()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .get(shorts);
    return shorts;
  }

  @Test
  void bfloat16IsRoundedToNearestTiesToEven() {
    float[] numbers = {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1.2p-8f, -1 - 0x1.2p-8f};
    float[] rounded = {1, 1 + 4 * 0x1p-8f, 1 + 2 * 0x1p-8f, -1 - 2 * 0x1p-8f};
    ShardedWriter.write(folder, List.of(LazyTensor.of("x", DType.BF16, () -> numbers, 4)), 1000);
    assertThat(Safetensors.open(folder.resolve("model.safetensors")).floats("x"))
        .isEqualTo(rounded);
  }

  @Test
  void aNumberTooLargeForItsTypeLeavesNothing() {
    List<LazyTensor> tensors =
        List.of(LazyTensor.of("x", DType.F16, () -> new float[] {1, -65520}, 2));
    assertThatThrownBy(() -> ShardedWriter.write(folder, tensors, 1000))
        .isInstanceOf(GraftException.class);
    assertThat(folder).isEmptyDirectory();
  }
}
