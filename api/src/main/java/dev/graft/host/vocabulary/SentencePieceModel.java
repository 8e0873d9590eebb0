package dev.graft.host.vocabulary;

import dev.graft.files.Folders;
import dev.graft.host.definition.Charsmap;
import dev.graft.host.vocabulary.WireFormat.Field;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of SentencePiece (Kudo and Richardson, arXiv 1808.06226), by its {@code
 * sentencepiece_model.proto}.
 *
 * @param charsmap a table of normalisations, or none
 */
record SentencePieceModel(
    Path file,
    List<Piece> pieces,
    boolean isUnigram,
    boolean byteFallback,
    Special unknown,
    Special first,
    Special last,
    ByteBuffer charsmap) {
  private static final int UNIGRAM = 1;
  private static final int BYTE_PAIRS = 2;

  /** A piece with the logarithm of its probability. */
  record Piece(String text, double score, Kind kind) {
    static Piece of(String text) {
      return new Piece(text, 0, Kind.NORMAL);
    }

    /** Of equal ones the last one's. */
    static Map<String, Integer> ids(List<Piece> pieces) {
      Map<String, Integer> ids = new HashMap<>();
      for (int i = 0; i < pieces.size(); i++) {
        ids.put(pieces.get(i).text, i);
      }
      return ids;
    }
  }

  /** What a piece is for. */
  enum Kind {
    NORMAL,
    /** Added to texts, never found in them. */
    CONTROL,
    /** Found before all others. */
    USER_DEFINED
  }

  /** A piece with a task; the id is negative where there is none. */
  record Special(int id, String text) {}

  static SentencePieceModel read(Path file) {
    try {
      return read(file, ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IllegalArgumentException e) {
      throw Refusals.damaged(file, "a model of SentencePiece, unigram or BPE", e.getMessage());
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
  }

  private static SentencePieceModel read(Path file, ByteBuffer model) {
    List<Piece> pieces = new ArrayList<>();
    List<Field> trainer = new ArrayList<>();
    ByteBuffer charsmap = ByteBuffer.allocate(0);
    for (Field field : WireFormat.fields(model)) {
      switch (field.number()) {
        case 1 -> pieces.add(piece(field.bytes()));
        case 2 -> trainer.addAll(WireFormat.fields(field.bytes()));
        case 3 -> charsmap = charsmap(WireFormat.fields(field.bytes()));
        default -> {} // Its own tests, and how to undo a normalisation.
      }
    }
    int type = (int) number(trainer, 3, UNIGRAM);
    SentencePieceModel read =
        new SentencePieceModel(
            file,
            List.copyOf(pieces),
            type == UNIGRAM,
            number(trainer, 35, 0) != 0,
            new Special((int) number(trainer, 40, 0), text(trainer, 45, "<unk>")),
            new Special((int) number(trainer, 41, 1), text(trainer, 46, "<s>")),
            new Special((int) number(trainer, 42, 2), text(trainer, 47, "</s>")),
            charsmap);
    require(!pieces.isEmpty(), "no pieces");
    require(type == UNIGRAM || type == BYTE_PAIRS, "a model of words or characters");
    require(read.unknown.id < pieces.size(), "an unknown piece that is not there");
    return read;
  }

  /** The pieces that are found before all others, or stand around texts. */
  List<AddedToken> marked() {
    return pieces.stream()
        .filter(piece -> piece.kind != Kind.NORMAL)
        .map(
            piece ->
                new AddedToken(piece.text, false, false, false, false, piece.kind == Kind.CONTROL))
        .toList();
  }

  /** The table of normalisations as a part of a tokenizer, or null. */
  Part normalizer() {
    if (!charsmap.hasRemaining()) {
      return null;
    }
    byte[] bytes = new byte[charsmap.remaining()];
    charsmap.duplicate().get(bytes);
    return Part.of("Precompiled")
        .with("precompiled_charsmap", Base64.getEncoder().encodeToString(bytes));
  }

  private static Piece piece(ByteBuffer message) {
    List<Field> fields = WireFormat.fields(message);
    float score =
        fields.stream().filter(f -> f.number() == 2).map(Field::real).reduce(0f, (a, b) -> b);
    require(Float.isFinite(score), "a score that is no number");
    Kind kind =
        switch ((int) number(fields, 3, 1)) {
          case 3 -> Kind.CONTROL;
          case 4 -> Kind.USER_DEFINED;
          default -> Kind.NORMAL;
        };
    return new Piece(text(fields, 1, ""), score, kind);
  }

  private static ByteBuffer charsmap(List<Field> normalizer) {
    ByteBuffer table =
        normalizer.stream()
            .filter(field -> field.number() == 2)
            .map(Field::bytes)
            .reduce(ByteBuffer.allocate(0), (a, b) -> b);
    if (table.hasRemaining()) {
      Charsmap.check(table);
    }
    return table;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Of a field that is there several times the last counts. */
  private static long number(List<Field> fields, int number, long fallback) {
    return fields.stream()
        .filter(field -> field.number() == number)
        .mapToLong(Field::bits)
        .reduce(fallback, (a, b) -> b);
  }

  private static String text(List<Field> fields, int number, String fallback) {
    return fields.stream()
        .filter(field -> field.number() == number)
        .map(Field::text)
        .reduce(fallback, (a, b) -> b);
  }
}
