package dev.graft.checkpoint.pickle;

import dev.graft.checkpoint.pickle.TorchFile.Contents;
import dev.graft.files.FileParts;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The format before PyTorch 1.6: pickles of a magic number, of the format's version, of the machine
 * that wrote it, of what was saved, and of the keys of the storages; then for each of these the
 * number of elements (8 bytes) and the elements.
 */
final class LegacyTorchFile {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long VERSION = 1001;

  private final FileChannel channel;
  private final Refusals refusals;
  private final PickleInput in;

  private LegacyTorchFile(FileChannel channel, Refusals refusals) throws IOException {
    this.channel = channel;
    this.refusals = refusals;
    long pickles = Math.min(channel.size(), TorchFile.LARGEST_PICKLE);
    this.in = new PickleInput(channel.map(MapMode.READ_ONLY, 0, pickles), refusals);
  }

  static Contents read(FileChannel channel, Refusals refusals) throws IOException {
    return new LegacyTorchFile(channel, refusals).read();
  }

  private Contents read() throws IOException {
    readHeader();
    Unpickler unpickler = new Unpickler(in, refusals);
    Object described = unpickler.read();
    return new Contents(described, begins(unpickler.storages()));
  }

  private void readHeader() {
    Object magic = next();
    if (!magic.equals(MAGIC)) {
      throw refusals.notTorch(
          "a pickle of " + Refusals.kind(magic), "save the state_dict by torch.save");
    }
    Object version = next();
    if (!version.equals(VERSION)) {
      throw refusals.odd(
          "is of a version that Graft doesn't know", "" + VERSION, Refusals.kind(version));
    }
    if (next() instanceof Map<?, ?> machine && Boolean.FALSE.equals(machine.get("little_endian"))) {
      throw refusals.bigEndian();
    }
  }

  private Object next() {
    return new Unpickler(in, refusals).read();
  }

  /** Where each storage begins. */
  private Map<String, Long> begins(Map<String, Storage> storages) throws IOException {
    if (!(next() instanceof List<?> keys)
        || keys.size() != storages.size()
        || !keys.stream().allMatch(key -> key instanceof String && storages.containsKey(key))) {
      throw refusals.damaged(
          "its storages are not those of its tensors",
          "the keys of %s storages".formatted(storages.size()),
          "others");
    }
    Map<String, Long> begins = new HashMap<>();
    long position = in.position();
    for (Object key : keys) {
      Storage storage = storages.get(key);
      long begin = position + Long.BYTES;
      long left = channel.size() - begin;
      if (left < storage.bytes()) {
        throw refusals.damaged(
            "its end is missing", storage.bytes() + " bytes at byte " + begin, left + " bytes");
      }
      long elements = FileParts.read(channel, position, Long.BYTES).getLong();
      if (elements != storage.elements() || begins.put(storage.key(), begin) != null) {
        throw refusals.damaged(
            "a storage is of another size, or there twice",
            "%s elements of '%s', once".formatted(storage.elements(), storage.key()),
            elements + " elements");
      }
      position = begin + storage.bytes();
    }
    if (position < channel.size()) {
      throw refusals.damaged(
          "bytes follow the last storage", position + " bytes", channel.size() + " bytes");
    }
    return begins;
  }
}
