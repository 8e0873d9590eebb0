package dev.graft.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a TorchScript archive: a zip of the code as text and of one pickled, empty module. */
final class Archive {
  /** The operator set that the code is written for. */
  private static final String VERSION = "10\n";

  private Archive() {}

  /**
   * The bytes of an archive.
   *
   * @param code the text of a class {@code Program}
   * @param lists the names of its attributes, each a list of tensors, empty at first
   */
  static byte[] of(String code, List<String> lists) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickle(lists));
      store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] pickle(List<String> lists) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    ascii(out, "c__torch__\nProgram\n)\u0081}");
    out.write('(');
    for (String list : lists) {
      byte[] name = list.getBytes(StandardCharsets.UTF_8);
      out.write(new byte[] {'X', (byte) name.length, 0, 0, 0});
      out.write(name);
      ascii(out, "ctorch.jit._pickle\nbuild_tensorlist\n]\u0085R");
    }
    ascii(out, "ub.");
    return out.toByteArray();
  }

  private static void ascii(ByteArrayOutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("program/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
