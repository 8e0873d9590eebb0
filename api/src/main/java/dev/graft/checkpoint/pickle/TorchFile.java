package dev.graft.checkpoint.pickle;

import dev.graft.GraftException;
import dev.graft.files.FileParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file in which {@code torch.save} wrote a {@code state_dict}, in either of its formats. */
public final class TorchFile {
  /** Hundreds of bytes a tensor are described in; contents stand elsewhere. */
  static final int LARGEST_PICKLE = 1 << 26;

  private static final int PICKLE = 0x80;
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final byte[] POINTER = "version ".getBytes(StandardCharsets.US_ASCII);

  /** What a pickle describes, and where the file has the storages that it names. */
  record Contents(Object described, Map<String, Long> begins) {}

  private TorchFile() {}

  /**
   * {@return where the tensors of a file lie, by their names}
   *
   * @param channel of the file; nothing is read but what describes the tensors
   * @param file for messages
   * @throws GraftException if the file is damaged, is not one of {@code torch.save}, or holds
   *     anything but tensors by their names
   * @throws IOException if the file can't be read
   */
  public static SortedMap<String, PickledTensor> read(FileChannel channel, Path file)
      throws IOException {
    Refusals refusals = new Refusals(file);
    ByteBuffer first = FileParts.read(channel, 0, (int) Math.min(8, channel.size()));
    Contents contents;
    if (begins(first, ZIP)) {
      contents = TorchArchive.read(channel, refusals);
    } else if (first.hasRemaining() && (first.get(0) & 0xff) == PICKLE) {
      contents = LegacyTorchFile.read(channel, refusals);
    } else if (begins(first, POINTER)) {
      throw refusals.notTorch(
          "a Git LFS pointer", "run 'git lfs pull' in the folder it comes from");
    } else {
      throw refusals.notTorch(
          first.hasRemaining() ? "another kind of file" : "an empty file",
          "give the path of a file that was saved by torch.save, or of safetensors");
    }
    return tensors(contents, refusals);
  }

  private static SortedMap<String, PickledTensor> tensors(Contents contents, Refusals refusals) {
    if (!(contents.described instanceof Map<?, ?> dict)) {
      throw refusals.noStateDict(Refusals.kind(contents.described));
    }
    SortedMap<String, PickledTensor> tensors = new TreeMap<>();
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof View view)) {
        throw refusals.noStateDict(
            Refusals.kind(entry.getKey()) + ": " + Refusals.kind(entry.getValue()));
      }
      tensors.put(name, checked(name, view, contents.begins, refusals));
    }
    return tensors;
  }

  private static boolean begins(ByteBuffer bytes, byte[] with) {
    return bytes.remaining() >= with.length
        && bytes.slice(0, with.length).equals(ByteBuffer.wrap(with));
  }

  private static PickledTensor checked(
      String name, View view, Map<String, Long> begins, Refusals refusals) {
    Storage storage = view.storage();
    String room = "elements of a storage of " + storage.elements();
    if (!view.liesInStorage()) {
      throw refusals.damaged("tensor '%s' leaves its storage".formatted(name), room, view.layout());
    }
    if (view.repeats()) {
      throw refusals.odd(
          "has a tensor '%s' with more elements than are stored".formatted(name),
          room,
          view.layout());
    }
    return new PickledTensor(
        storage.type(),
        begins.get(storage.key()) + view.offset() * storage.type().width(),
        view.sizes(),
        view.strides());
  }
}
