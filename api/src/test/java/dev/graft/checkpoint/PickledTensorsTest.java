package dev.graft.checkpoint;

import static dev.graft.testing.TorchSave.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.PickleBytes;
import dev.graft.testing.TorchSave;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What torch.save writes is read as safetensors of the same tensors are. */
final class PickledTensorsTest {
  private static final long[] ROW_BY_ROW = {3, 1};

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("pytorch_model.bin");
  }

  /** The numbers 0, 1, ... as a storage. */
  private static byte[] floats(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(i);
    }
    return bytes.array();
  }

  /** A dict of one value, which is to be written before the dict is closed. */
  private static PickleBytes dict(String name) {
    return new PickleBytes().op("}(").text(name);
  }

  private PickledTensors open(PickleBytes pickle) {
    return PickledTensors.open(written(file(), TorchSave.zip(pickle.op('u').stop(), six())));
  }

  private static List<byte[]> six() {
    return List.of(floats(6));
  }

  private static List<TensorData> everyType() {
    List<TensorData> tensors = new ArrayList<>();
    for (DType type :
        List.of(
            DType.F64,
            DType.F32,
            DType.F16,
            DType.BF16,
            DType.I64,
            DType.I32,
            DType.I16,
            DType.I8,
            DType.U8,
            DType.BOOL)) {
      byte[] bytes = new byte[6 * type.width()];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (type == DType.BOOL ? i % 2 : 7 * type.name().length() + i);
      }
      tensors.add(
          new TensorData(TensorInfo.of("a " + type, type, 2, 3), List.of(ByteBuffer.wrap(bytes))));
    }
    tensors.add(TensorData.of("a scalar", new float[] {7}));
    tensors.add(TensorData.of("none", new float[0], 0, 5));
    return tensors;
  }

  @Test
  void everyTypeIsReadFromBothFormats() {
    Path safe = folder.resolve("x.safetensors");
    SafetensorsWriter.write(safe, everyType(), Map.of());
    String expected = Fingerprint.of(Safetensors.open(safe));

    PickledTensors read = PickledTensors.open(TorchSave.write(file(), everyType()));
    PickledTensors legacy =
        PickledTensors.open(TorchSave.writeLegacy(folder.resolve("old.bin"), everyType()));

    assertThat(read.names()).hasSize(12).isEqualTo(legacy.names());
    assertThat(Fingerprint.of(read)).isEqualTo(expected);
    assertThat(Fingerprint.of(legacy)).isEqualTo(expected);
    assertThat(read.floats("a scalar")).containsExactly(7);
    assertThat(read.metadata()).isEmpty();
  }

  @Test
  void aDirectoryOf64BitsIsReadAsOneOf32() {
    byte[] pickle = dict("w").tensor("0", 6, 0, new long[] {2, 3}, ROW_BY_ROW).op('u').stop();

    written(file(), TorchSave.archive(pickle, six()).end64());

    assertThat(PickledTensors.open(file()).floats("w")).containsExactly(0, 1, 2, 3, 4, 5);
  }

  @Test
  void tensorsMayShareAStorageAndLieAnywhereInIt() {
    PickledTensors read =
        open(
            dict("whole")
                .tensor("0", 6, 0, new long[] {2, 3}, ROW_BY_ROW)
                .text("transposed")
                .tensor("0", 6, 0, new long[] {3, 2}, new long[] {1, 3})
                .text("row")
                .tensor("0", 6, 3, new long[] {3}, new long[] {1})
                .text("column")
                .tensor("0", 6, 1, new long[] {2}, new long[] {3})
                .text("overlapping")
                .tensor("0", 6, 1, new long[] {2, 2}, new long[] {1, 2})
                .text("one row")
                .tensor("0", 6, 4, new long[] {1, 2}, new long[] {77, 1})
                .text("no row")
                .tensor("0", 6, 6, new long[] {0, 2}, new long[] {99, 99}));

    assertThat(read.floats("whole")).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(read.floats("transposed")).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(read.info("transposed").shape().fixed()).containsExactly(3, 2);
    assertThat(read.floats("row")).containsExactly(3, 4, 5);
    assertThat(read.floats("column")).containsExactly(1, 4);
    assertThat(read.floats("overlapping")).containsExactly(1, 3, 2, 4);
    assertThat(read.floats("one row")).containsExactly(4, 5);
    assertThat(read.floats("no row")).isEmpty();
  }

  @Test
  void onlyWhatLiesInAnotherOrderIsCopied() {
    PickledTensors read =
        open(
            dict("row")
                .tensor("0", 6, 3, new long[] {3}, new long[] {1})
                .text("column")
                .tensor("0", 6, 0, new long[] {2}, new long[] {3}));

    assertThat(read.bytes("row").isDirect()).isTrue();
    assertThat(read.bytes("column").isDirect()).isFalse();
    assertThat(read.bytes("row").isReadOnly()).isTrue();
    assertThat(read.bytes("column").isReadOnly()).isTrue();
  }

  @Test
  void aTensorThatIsLargerThanAMappingHasSeveralPieces() {
    byte[] pickle =
        dict("whole")
            .tensor("0", 6, 0, new long[] {2, 3}, ROW_BY_ROW)
            .text("transposed")
            .tensor("0", 6, 0, new long[] {3, 2}, new long[] {1, 3})
            .text("row")
            .tensor("0", 6, 4, new long[] {2}, new long[] {1})
            .op('u')
            .stop();

    PickledTensors read = PickledTensors.open(written(file(), TorchSave.zip(pickle, six())), 8);

    assertThat(read.pieces("whole")).hasSize(3);
    assertThat(read.pieces("transposed")).hasSize(3);
    assertThat(read.pieces("row")).hasSize(1);
    assertThat(read.floats("whole")).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(read.floats("transposed")).containsExactly(0, 3, 1, 4, 2, 5);
    assertThat(read.floats("row")).containsExactly(4, 5);
  }

  @Test
  void whatOtherVersionsOfPyTorchAndPythonWriteIsRead() {
    PickleBytes parameter = dict("w").global("torch._utils", "_rebuild_parameter").op('(');
    parameter.tensor("0", 6, 1, new long[] {2}, new long[] {1}).op(0x88).op("}tR");
    assertThat(open(parameter).floats("w")).containsExactly(1, 2);

    PickleBytes before = dict("w").global("torch._utils", "_rebuild_tensor").op('(');
    before.storage("Float", "0", 6).number(2).numbers(2).numbers(1).op("tR");
    assertThat(open(before).floats("w")).containsExactly(2, 3);

    PickleBytes size = dict("w").global("torch._utils", "_rebuild_tensor").op('(');
    size.storage("Float", "0", 6).number(3).global("torch", "Size").numbers(2);
    size.op(0x85).op('R').numbers(1).op("tR");
    assertThat(open(size).floats("w")).containsExactly(3, 4);

    PickleBytes python2 = new PickleBytes().global("collections", "OrderedDict").op("(](](U\1w");
    python2.tensor("0", 6, 4, new long[] {2}, new long[] {1}).op("eetR(");
    assertThat(open(python2).floats("w")).containsExactly(4, 5);
  }

  @Test
  void laterProtocolsAreRead() {
    PickleBytes pickle =
        new PickleBytes()
            .op(0x80, 4, 0x95, 9, 0, 0, 0, 0, 0, 0, 0)
            .op('}', 0x94, '(', 0x8c, 1, 'w', 0x94)
            .op(0x8c, 12)
            .op("torch._utils")
            .op(0x94, 0x8c, 18)
            .op("_rebuild_tensor_v2")
            .op(0x94, 0x93, 0x94, '(')
            .storage("Float", "0", 6)
            .number(4)
            .numbers(2)
            .numbers(1)
            .op(0x89, '}', 't', 'R', 0x94)
            .op(0x8d, 1, 0, 0, 0, 0, 0, 0, 0)
            .op("vj\5\0\0\0");

    PickledTensors read = open(pickle);

    assertThat(read.floats("v")).containsExactly(4, 5);
    assertThat(read.floats("w")).containsExactly(4, 5);
  }

  @Test
  void aWeightThatIsTiedIsReadUnderBothNames() {
    PickleBytes tied = dict("a").tensor("0", 6, 0, new long[] {6}, new long[] {1}).op('q', 9);

    PickledTensors read = open(tied.text("b").op('h', 9));

    assertThat(read.names()).containsExactly("a", "b");
    assertThat(read.floats("b")).isEqualTo(read.floats("a"));
  }
}
