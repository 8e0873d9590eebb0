package dev.graft.errors;

import static dev.graft.testing.ZipBytes.changed;

import dev.graft.checkpoint.PickledTensors;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.PickleBytes;
import dev.graft.testing.TorchSave;
import dev.graft.testing.ZipBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Files of torch.save: damaged, of another kind, or holding more than tensors. */
final class PickleErrors {
  /** A tensor of four elements, in a dict. */
  private static final byte[] PICKLE = tensor(0, new long[] {4}, new long[] {1});

  private static final List<byte[]> STORAGES = List.of(new byte[16]);
  private static final byte[] ZIP = TorchSave.zip(PICKLE, STORAGES);

  /** The signatures of records of a zip archive, without their first letters. */
  private static final String CENTRAL = "\1\2";

  private static final String END = "\5\6";
  private static final String END_64 = "\6\6";

  private final ErrorTexts errors;
  private final Path file;

  private PickleErrors(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.file = folder.resolve("x.bin");
  }

  static void addTo(ErrorTexts errors, Path folder) {
    PickleErrors all = new PickleErrors(errors, folder);
    all.addFiles();
    all.addArchives();
    all.addOldFiles();
    all.addForeignPickles();
    all.addOddPickles();
    all.addTensors();
  }

  private void addFiles() {
    errors.add("A pickle that is not there", () -> PickledTensors.open(file.resolveSibling("no")));
    file("An empty file for a pickle", new byte[0]);
    file("A text for a pickle", ascii("{}"));
    file("A pointer of Git LFS for a pickle", ascii("version https://git-lfs.github.com/spec/v1"));
    errors.add(
        "A tensor that a pickle lacks",
        () -> {
          Files.write(file, ZIP);
          PickledTensors.open(file).info("b");
        });
  }

  private void addArchives() {
    file("A zip archive of something else", new ZipBytes().store("word/data.xml", "").end());
    file("A zip archive without folders", new ZipBytes().store("data.pkl", "").end());
    file(
        "A zip archive with a way out of its folder",
        archive().store("model/../../etc/passwd", "").end());
    file("A zip archive with two folders", archive().store("other/data/1", "").end());
    file("A zip archive that breaks off", Arrays.copyOf(ZIP, ZIP.length - 30));
    file("A zip archive with an entry twice", archive().store("model/data/0", "").end());
    file("A zip archive that compresses", changed(ZIP, CENTRAL, 10, 8));
    file("A zip archive that encrypts", changed(ZIP, CENTRAL, 8, 1));
    file("A zip archive with more in its directory than it says", changed(ZIP, END, 10, 7));
    file("A zip archive whose directory is too large", changed(ZIP, END, 14, 0x7fff));
    file("A zip archive whose directory lies behind its end", changed(ZIP, END, 18, 0x7fff));
    file("A zip archive whose directory ends in a name", changed(ZIP, END, 12, 50));
    file("A zip archive whose entries are elsewhere", changed(ZIP, CENTRAL, 42, 7));
    file("A zip archive whose entry is too large", changed(ZIP, CENTRAL, 26, 0x7fff));
    file("A zip archive whose entries overlap", overlapping());
    file(
        "A zip archive whose directory of 64 bits is elsewhere",
        changed(archive().end64(), END_64, 0, 0));
    file(
        "An archive of a big-endian machine",
        new ZipBytes().store("m/data.pkl", PICKLE).store("m/byteorder", "big").end());
    file("An archive without a storage", TorchSave.zip(PICKLE, List.of()));
    file(
        "An archive with a storage that is too short",
        TorchSave.zip(PICKLE, List.of(new byte[15])));
    errors.add(
        "An archive with a pickle that is too large",
        () -> open(TorchSave.zip(new byte[(1 << 26) + 1], List.of())));
  }

  private static ZipBytes archive() {
    return TorchSave.archive(PICKLE, STORAGES);
  }

  /** The first entry is said to reach into the second. */
  private static byte[] overlapping() {
    byte[] zip = new ZipBytes().store("m/data.pkl", PICKLE).store("m/data/0", new byte[200]).end();
    int longer = PICKLE.length + 100;
    return changed(changed(zip, CENTRAL, 20, longer), CENTRAL, 24, longer);
  }

  private void addOldFiles() {
    List<Long> four = List.of(4L);
    byte[] old = TorchSave.legacy(PICKLE, STORAGES, four);
    file("A pickle that torch.save did not write", new PickleBytes().op("]").stop());
    byte[] header = TorchSave.legacyHeader(true);
    byte[] later = header.clone();
    later[18]++;
    file("An old file of another version", later);
    file("An old file of a big-endian machine", TorchSave.legacyHeader(false));
    file("An old file that breaks off in its pickle", Arrays.copyOf(old, 150));
    file("An old file that breaks off in its contents", Arrays.copyOf(old, old.length - 1));
    file("An old file with more at its end", Arrays.copyOf(old, old.length + 1));
    file("An old file without its storage", TorchSave.legacy(PICKLE, List.of(), List.of()));
    file(
        "An old file with a storage of another size",
        TorchSave.legacy(PICKLE, STORAGES, List.of(3L)));
  }

  private void addForeignPickles() {
    pickle(
        "A pickle that runs a command",
        new PickleBytes().global("os", "system").text("rm -rf /").op(0x85, 'R'));
    pickle("A pickle that makes objects", new PickleBytes().global("torch", "Size").op(')', 0x81));
    pickle(
        "A pickle that gives a dict a method",
        new PickleBytes().op("}}").text("__setstate__").op("Nsb"));
    pickle("A pickle that gives a list attributes", new PickleBytes().op("]}b"));
    pickle(
        "A pickle that calls a name as PyTorch does not",
        new PickleBytes().global("torch", "Size").number(7).text("x").op(0x86, 'R'));
    pickle("A pickle that refers to elsewhere", new PickleBytes().text("/etc/passwd").op('Q'));
    errors.add("A pickle that goes on for ever", () -> open(endless()));
    pickle("A pickle of a list", new PickleBytes().op("]"));
    pickle(
        "A pickle of a dict of other things", new PickleBytes().op("}").text("epoch").op("K\3s"));
  }

  private static byte[] endless() {
    byte[] pickle = new byte[2 * (1 << 22) + 2];
    for (int i = 0; i < pickle.length; i += 2) {
      pickle[i] = (byte) 0x80;
      pickle[i + 1] = 2;
    }
    return TorchSave.zip(pickle, List.of());
  }

  private void addOddPickles() {
    pickle("A pickle of a protocol that is none", new PickleBytes().op(0x80, 9));
    pickle("A pickle with an operation that is none", new PickleBytes().op(0xff));
    pickle("A pickle of two values", new PickleBytes().op("]]"));
    pickle("A pickle of no value", new PickleBytes());
    pickle("A pickle without a mark", new PickleBytes().op("t"));
    pickle("A pickle that remembers nothing", new PickleBytes().op("h\7"));
    pickle("A pickle that appends to a dict", new PickleBytes().op("}Na"));
    pickle("A pickle that puts into a list", new PickleBytes().op("]NNs"));
    pickle("A pickle with a list for a key", new PickleBytes().op("}]Ns"));
    pickle("A pickle with a key twice", new PickleBytes().op("}(K\1NK\1Nu"));
    pickle("A pickle with a number for a name", new PickleBytes().op("K\1K\2").op(0x93));
    pickle("A pickle that calls a text", new PickleBytes().text("eval").op(")R"));
    pickle("A pickle with a text that is none", new PickleBytes().op("U\1").op(0xff));
    pickle("A pickle with a storage of negative size", new PickleBytes().storage("Float", "0", -4));
    pickle(
        "A pickle with a storage of two types",
        new PickleBytes().op('(').storage("Float", "0", 4).storage("Int", "0", 4));
  }

  private void addTensors() {
    layout("A tensor that begins before its storage", -1, new long[] {4}, new long[] {1});
    layout("A tensor that ends behind its storage", 1, new long[] {4}, new long[] {1});
    layout("A tensor whose strides leave its storage", 0, new long[] {2, 2}, new long[] {3, 1});
    layout("A tensor with a negative stride", 3, new long[] {4}, new long[] {-1});
    layout(
        "A tensor of one element many times", 0, new long[] {1 << 30, 1 << 30}, new long[] {0, 0});
  }

  private void layout(String title, long offset, long[] sizes, long[] strides) {
    file(title, TorchSave.zip(tensor(offset, sizes, strides), STORAGES));
  }

  private static byte[] tensor(long offset, long[] sizes, long[] strides) {
    return new PickleBytes()
        .op("}")
        .text("a")
        .tensor("0", 4, offset, sizes, strides)
        .op('s')
        .stop();
  }

  private void pickle(String title, PickleBytes pickle) {
    file(title, TorchSave.zip(pickle.stop(), List.of()));
  }

  private void file(String title, byte[] bytes) {
    errors.add(title, () -> open(bytes));
  }

  private void open(byte[] bytes) {
    PickledTensors.open(TorchSave.written(file, bytes));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
