package dev.graft.testing;

import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Writes tensors as PyTorch's {@code torch.save} does, in both of its formats. */
public final class TorchSave {
  private static final Map<DType, String> TYPES =
      Map.of(
          DType.F64, "Double",
          DType.F32, "Float",
          DType.F16, "Half",
          DType.BF16, "BFloat16",
          DType.I64, "Long",
          DType.I32, "Int",
          DType.I16, "Short",
          DType.I8, "Char",
          DType.U8, "Byte",
          DType.BOOL, "Bool");

  private TorchSave() {}

  /** Writes a state_dict as PyTorch does since 1.6; each tensor has a storage of its own. */
  public static Path write(Path file, Collection<TensorData> tensors) {
    return written(file, zip(stateDict(tensors), storages(tensors)));
  }

  /** The same in the format that was before. */
  public static Path writeLegacy(Path file, Collection<TensorData> tensors) {
    List<Long> counts = tensors.stream().map(each -> each.info().elements()).toList();
    return written(file, legacy(stateDict(tensors), storages(tensors), counts));
  }

  /** The same with matrices, which are of 32 bits, column by column in the file. */
  public static Path writeColumns(Path file, Collection<TensorData> tensors) {
    List<byte[]> storages = new ArrayList<>(storages(tensors));
    int i = 0;
    for (TensorData each : tensors) {
      long[] sizes = each.info().shape().fixed();
      storages.set(
          i, sizes.length == 2 ? columns(storages.get(i), (int) sizes[1]) : storages.get(i));
      i++;
    }
    return written(file, zip(stateDict(tensors, TorchSave::columnByColumn), storages));
  }

  private static byte[] columns(byte[] rows, int width) {
    ByteBuffer from = ByteBuffer.wrap(rows);
    ByteBuffer to = ByteBuffer.allocate(rows.length);
    for (int column = 0; column < width; column++) {
      for (int at = column; at < rows.length / Float.BYTES; at += width) {
        to.putInt(from.getInt(Float.BYTES * at));
      }
    }
    return to.array();
  }

  private static long[] columnByColumn(long[] sizes) {
    return sizes.length == 2 ? new long[] {1, sizes[0]} : rowByRow(sizes);
  }

  /** Writes the tensors of a file of safetensors into another one, and deletes it. */
  public static Path replace(Path safetensors, String name) {
    TensorSource source = TensorSource.open(safetensors);
    List<TensorData> tensors =
        source.names().stream().map(each -> TensorData.of(source, each)).toList();
    Path file = write(safetensors.resolveSibling(name), tensors);
    try {
      Files.delete(safetensors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  public static Path written(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An archive of a pickle and the storages that it names 0, 1, ... */
  public static byte[] zip(byte[] pickle, List<byte[]> storages) {
    return archive(pickle, storages).end();
  }

  /** The entries of one. */
  public static ZipBytes archive(byte[] pickle, List<byte[]> storages) {
    ZipBytes zip = new ZipBytes().store("model/data.pkl", pickle);
    zip.store("model/byteorder", "little");
    for (int i = 0; i < storages.size(); i++) {
      zip.store("model/data/" + i, storages.get(i));
    }
    return zip.store("model/version", "3\n").store("model/.data/serialization_id", "1");
  }

  /** The older format of a pickle and the storages that it names 0, 1, ... */
  public static byte[] legacy(byte[] pickle, List<byte[]> storages, List<Long> counts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(legacyHeader(true));
    out.writeBytes(pickle);
    PickleBytes keys = new PickleBytes().op("](");
    for (int i = 0; i < storages.size(); i++) {
      keys.text(Integer.toString(i));
    }
    out.writeBytes(keys.op('e').stop());
    for (int i = 0; i < storages.size(); i++) {
      ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(count.putLong(counts.get(i)).array());
      out.writeBytes(storages.get(i));
    }
    return out.toByteArray();
  }

  /** The magic number, the version, and the machine. */
  public static byte[] legacyHeader(boolean littleEndian) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        new PickleBytes()
            .op(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
            .stop());
    out.writeBytes(new PickleBytes().number(1001).stop());
    PickleBytes machine = new PickleBytes().op("}(").text("protocol_version").number(1001);
    out.writeBytes(machine.text("little_endian").op(littleEndian ? 0x88 : 0x89).op('u').stop());
    return out.toByteArray();
  }

  /** The pickle of an OrderedDict, with its metadata as {@code state_dict} leaves them. */
  private static byte[] stateDict(Collection<TensorData> tensors) {
    return stateDict(tensors, TorchSave::rowByRow);
  }

  private static byte[] stateDict(Collection<TensorData> tensors, UnaryOperator<long[]> strides) {
    PickleBytes pickle = new PickleBytes().global("collections", "OrderedDict").op(")Rq\0(");
    int key = 0;
    for (TensorData each : tensors) {
      long elements = each.info().elements();
      long[] sizes = each.info().shape().fixed();
      pickle
          .text(each.info().name())
          .tensor(
              TYPES.get(each.info().type()),
              Integer.toString(key++),
              elements,
              0,
              sizes,
              strides.apply(sizes));
    }
    return pickle.op("u}").text("_metadata").op("}sb").stop();
  }

  private static long[] rowByRow(long[] sizes) {
    long[] strides = new long[sizes.length];
    long stride = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(sizes[i], 1);
    }
    return strides;
  }

  private static List<byte[]> storages(Collection<TensorData> tensors) {
    List<byte[]> storages = new ArrayList<>();
    for (TensorData each : tensors) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (ByteBuffer piece : each.pieces()) {
        byte[] bytes = new byte[piece.remaining()];
        piece.duplicate().get(bytes);
        out.writeBytes(bytes);
      }
      storages.add(out.toByteArray());
    }
    return storages;
  }

  /** Writes a model's weights as shards of pickles with their index. */
  public static void writeShards(Path folder, List<List<TensorData>> shards) {
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String shard =
          String.format(Locale.ROOT, "pytorch_model-%05d-of-%05d.bin", i + 1, shards.size());
      write(folder.resolve(shard), shards.get(i));
      shards.get(i).forEach(each -> shardOf.put(each.info().name(), shard));
    }
    String map =
        shardOf.entrySet().stream()
            .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    written(
        folder.resolve("pytorch_model.bin.index.json"),
        "{\"weight_map\": {%s}}".formatted(map).getBytes(StandardCharsets.UTF_8));
  }
}
