package dev.graft.host.vocabulary;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small vocabularies of each kind, as files. */
public final class VocabularyFiles {
  public static final List<String> WORDS =
      List.of(
          "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "The", "film", "##s", "cafe", "café",
          "中", "文", "中文", ".", "new");

  public static final String TOKENS =
      """
      {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4, "<|endoftext|>": 5, "Ġ": 6, "t": 7,
       "h": 8, "e": 9, "th": 10, "the": 11, "Ġthe": 12, "Ã": 13, "©": 14, "Ã©": 15, "Ċ": 16, "1": 17,
       "11": 18}
      """;

  public static final String MERGES = "#version: 0.2\nt h\nth e\nĠ the\nÃ ©\n1 1\n";

  /** Of SentencePiece; those that are bytes are of their own kind, 6. */
  private static final List<String> PIECES =
      List.of(
          "▁", "t", "h", "e", "▁t", "he", "▁the", "a", "the", "<0x41>", "<0xC3>", "<0xA9>",
          "<0x0A>");

  private VocabularyFiles() {}

  public static void write(Path folder, String name, String content) {
    write(folder.resolve(name), content.getBytes(StandardCharsets.UTF_8));
  }

  public static void write(Path file, byte[] content) {
    try {
      Files.write(Files.createDirectories(file.getParent()).resolve(file.getFileName()), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A model of SentencePiece.
   *
   * @param type 1 for unigram, 2 for BPE
   * @param table of normalisations
   * @param special the first pieces: unknown, first, last
   */
  public static byte[] model(int type, byte[] table, String... special) {
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    for (int i = 0; i < special.length; i++) {
      piece(model, special[i], 0, i == 0 ? 2 : 3);
    }
    for (int i = 0; i < PIECES.size(); i++) {
      piece(model, PIECES.get(i), -i - 1, PIECES.get(i).startsWith("<") ? 6 : 1);
    }
    piece(model, "<own>", 0, 4);
    ByteArrayOutputStream trainer = new ByteArrayOutputStream();
    number(trainer, 3, type);
    number(trainer, 35, 1);
    field(trainer, 45, special[0].getBytes(StandardCharsets.UTF_8));
    field(model, 2, trainer.toByteArray());
    ByteArrayOutputStream normalizer = new ByteArrayOutputStream();
    field(normalizer, 2, table);
    field(model, 3, normalizer.toByteArray());
    return model.toByteArray();
  }

  /** A table that makes 'A' an 'a'. */
  public static byte[] table() {
    int[] units = new int[3 * 256];
    units[0] = 0x100 << 10; // to the second block
    units[0x100 ^ 'A'] = ((0x100 ^ 'A' ^ 0x200) << 10) | 0x100 | 'A'; // to the third, with a leaf
    units[0x200] = 1 << 31; // the text at 0
    ByteBuffer table = ByteBuffer.allocate(6 + 4 * units.length).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(4 * units.length);
    table.asIntBuffer().put(units);
    return table.put(table.limit() - 2, (byte) 'a').array();
  }

  private static void piece(ByteArrayOutputStream model, String text, float score, int kind) {
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    field(piece, 1, text.getBytes(StandardCharsets.UTF_8));
    number(piece, (2 << 3) | 5);
    piece.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(score).array());
    number(piece, 3, kind);
    field(model, 1, piece.toByteArray());
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
    number(out, (number << 3) | 2);
    number(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, int number, int value) {
    number(out, number << 3);
    number(out, value);
  }

  private static void number(ByteArrayOutputStream out, int value) {
    int left = value;
    for (; left > 0x7f; left >>>= 7) {
      out.write((left & 0x7f) | 0x80);
    }
    out.write(left);
  }
}
