package dev.graft.checkpoint.pickle;

import dev.graft.checkpoint.pickle.StoredZip.Entry;
import dev.graft.checkpoint.pickle.TorchFile.Contents;
import dev.graft.files.FileParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The format since PyTorch 1.6: a zip archive with {@code NAME/data.pkl}, {@code NAME/byteorder}
 * (since 2.0), and {@code NAME/data/KEY} for each storage.
 */
final class TorchArchive {
  private TorchArchive() {}

  static Contents read(FileChannel channel, Refusals refusals) throws IOException {
    Map<String, Entry> entries = StoredZip.entries(channel, refusals);
    String folder = folder(entries, refusals);
    Entry order = entries.get(folder + "byteorder");
    if (order != null && !text(channel, order).equals("little")) {
      throw refusals.bigEndian();
    }
    Unpickler unpickler = new Unpickler(pickle(channel, entries, folder, refusals), refusals);
    Object described = unpickler.read();
    Map<String, Long> begins = new HashMap<>();
    for (Storage storage : unpickler.storages().values()) {
      Entry entry = entries.get(folder + "data/" + storage.key());
      if (entry == null || entry.bytes() != storage.bytes()) {
        throw refusals.damaged(
            "a storage is missing or of another size",
            "%s bytes as '%sdata/%s'".formatted(storage.bytes(), folder, storage.key()),
            entry == null ? "no such entry" : entry.bytes() + " bytes");
      }
      begins.put(storage.key(), entry.begin());
    }
    return new Contents(described, begins);
  }

  /** The only folder, in which all is. */
  private static String folder(Map<String, Entry> entries, Refusals refusals) {
    Optional<String> first = entries.keySet().stream().findFirst();
    String folder = first.map(name -> name.substring(0, name.indexOf('/') + 1)).orElse("");
    Optional<String> outside =
        entries.keySet().stream()
            .filter(
                name -> !name.startsWith(folder) || name.matches("(.*[/\\\\])?\\.\\.?[/\\\\].*"))
            .findFirst();
    if (folder.isEmpty() || outside.isPresent() || !entries.containsKey(folder + "data.pkl")) {
      throw refusals.notTorch(
          outside
              .or(() -> first)
              .map(name -> "a zip archive with '" + name + "'")
              .orElse("an empty zip archive"),
          "give the path of a file that was saved by torch.save, or of safetensors");
    }
    return folder;
  }

  private static String text(FileChannel channel, Entry entry) throws IOException {
    int length = (int) Math.min(entry.bytes(), 16);
    ByteBuffer bytes = FileParts.read(channel, entry.begin(), length);
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  private static PickleInput pickle(
      FileChannel channel, Map<String, Entry> entries, String folder, Refusals refusals)
      throws IOException {
    Entry entry = entries.get(folder + "data.pkl");
    if (entry.bytes() > TorchFile.LARGEST_PICKLE) {
      throw refusals.odd(
          "has a pickle that is too large",
          "at most %s bytes".formatted(TorchFile.LARGEST_PICKLE),
          entry.bytes() + " bytes");
    }
    ByteBuffer bytes = FileParts.read(channel, entry.begin(), (int) entry.bytes());
    return new PickleInput(bytes, refusals);
  }
}
