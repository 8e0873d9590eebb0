package dev.graft.program;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: a zip of the code as text, of one pickled module, and of the
 * contents of the module's tensors.
 */
final class Archive implements AutoCloseable {
  /** The operator set that the code is written for. */
  private static final String VERSION = "10\n";

  private final ZipOutputStream zip;

  /** An entry's contents, the same every time. */
  @FunctionalInterface
  interface Contents {
    void writeTo(Sink sink) throws IOException;
  }

  /** Takes contents bit by bit; what remains of a buffer is taken. */
  @FunctionalInterface
  interface Sink {
    void take(ByteBuffer bytes) throws IOException;
  }

  /** Closing the archive leaves the stream open. */
  Archive(OutputStream out) {
    this.zip =
        new ZipOutputStream(
            new BufferedOutputStream(out, 1 << 20) {
              @Override
              public void close() throws IOException {
                flush();
              }
            });
  }

  /**
   * The bytes of an archive without tensors.
   *
   * @param code the text of a class {@code Program}
   * @param lists the names of its attributes, each a list of tensors, empty at first
   */
  static byte[] of(String code, List<String> lists) {
    Pickle pickle = new Pickle().global("__torch__", "Program").emptyTuple().object();
    for (String list : lists) {
      pickle.text(list).global("torch.jit._pickle", "build_tensorlist");
      pickle.emptyList().single().call();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Archive archive = new Archive(bytes)) {
      archive.module(pickle.build().end(), code);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The module itself: written first. */
  void module(byte[] pickle, String code) throws IOException {
    store("data.pkl", pickle);
    store("code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
    store("constants.pkl", new Pickle().emptyTuple().end());
    store("version", VERSION.getBytes(StandardCharsets.US_ASCII));
  }

  private void store(String name, byte[] content) throws IOException {
    store(name, content.length, sink -> sink.take(ByteBuffer.wrap(content)));
  }

  /**
   * Stores an entry.
   *
   * @param size of the contents, which are asked for twice: the checksum stands before them
   */
  void store(String name, long size, Contents contents) throws IOException {
    CRC32 crc = new CRC32();
    contents.writeTo(crc::update);
    ZipEntry entry = new ZipEntry("program/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    contents.writeTo(this::write);
    zip.closeEntry();
  }

  private void write(ByteBuffer bytes) throws IOException {
    byte[] copy = new byte[Math.min(bytes.remaining(), 1 << 20)];
    while (bytes.hasRemaining()) {
      int count = Math.min(copy.length, bytes.remaining());
      bytes.get(copy, 0, count);
      zip.write(copy, 0, count);
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
