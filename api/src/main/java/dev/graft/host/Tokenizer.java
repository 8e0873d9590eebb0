package dev.graft.host;

import static dev.graft.host.NativeTokenizer.LIBRARY;

import ai.djl.engine.EngineException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.host.definition.Definition;
import dev.graft.host.vocabulary.Vocabulary;
import dev.graft.program.EngineDefaults;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A model's own tokenizer, as the {@code tokenizer.json} in its folder describes it, or else the
 * vocabulary there with the settings beside it, read as transformers reads them; save for padding
 * and truncation: texts are never padded, and truncated to the length given here. Texts may be
 * encoded by several threads at once. Holds native memory until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
  private static final String TRUNCATION_SIDE = "truncation_side";
  private static final long[] NONE = {};
  private static final String MASK = "mask_token";

  /** As BERT and RoBERTa call it. */
  private static final List<String> MASKS = List.of("[MASK]", "<mask>");

  static {
    EngineDefaults.set();
  }

  private final NativeTokenizer tokenizer;
  private final int maxLength;
  private final boolean cutsBeginnings;
  private final List<String> masks;

  private Tokenizer(
      NativeTokenizer tokenizer, int maxLength, boolean cutsBeginnings, List<String> masks) {
    this.tokenizer = tokenizer;
    this.maxLength = maxLength;
    this.cutsBeginnings = cutsBeginnings;
    this.masks = masks;
  }

  /**
   * {@return the tokenizer of a model; the caller closes it}
   *
   * @param folder the model's folder
   * @param maxLength the most tokens that a text, or a pair of texts, may have, special ones
   *     included. What is longer loses tokens at its end, a pair those of the longer text first.
   *     Where the model's tokenizer would cut the beginning, such a text is refused.
   * @throws GraftException if there is no tokenizer of a kind that is known, or it can't be used
   */
  public static Tokenizer open(Path folder, int maxLength) {
    Path file = folder.resolve("tokenizer.json");
    JsonFile config = JsonFile.readOrEmpty(folder.resolve("tokenizer_config.json"));
    boolean cutsBeginnings = config.stringOr(TRUNCATION_SIDE, "right").equals("left");
    Definition definition =
        Definition.of(file, Files.isRegularFile(file) ? text(file) : Vocabulary.tokenizer(folder));
    try {
      return new Tokenizer(
          NativeTokenizer.of(definition, maxLength), maxLength, cutsBeginnings, masks(config));
    } catch (EngineException e) {
      throw GraftException.machine("The native library of the tokenizers can't be loaded.")
          .found(e.getMessage())
          .remedy(
              "check that this system is one that it is built for, and that its cache may be written")
          .causedBy(e);
    } catch (IllegalArgumentException e) {
      throw Definition.unusable(file, "a tokenizer of Hugging Face's tokenizers", e.getMessage())
          .causedBy(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw Definition.unusable(file, "a JSON object", JsonFile.reason(e));
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
  }

  /** What the token of masks may be called: as the settings say, or else as usual. */
  private static List<String> masks(JsonFile config) {
    JsonElement said = config.json().get(MASK);
    JsonElement name = said instanceof JsonObject token ? token.get("content") : said;
    return name instanceof JsonPrimitive text && text.isString()
        ? List.of(text.getAsString())
        : MASKS;
  }

  /** {@return the most tokens that a text may have, special ones included} */
  public int maxLength() {
    return maxLength;
  }

  /**
   * {@return a text's tokens, special ones included}
   *
   * @param text may be empty
   * @throws GraftException if the special tokens alone are more than {@link #maxLength()}
   */
  public Tokens encode(String text) {
    return tokenizer.encode(text, true, this::tokens);
  }

  /**
   * {@return the tokens of a pair of texts, such as premise and hypothesis}
   *
   * @param text the first one, of type 0
   * @param pair the second one, of type 1 where the model tells them apart
   * @throws GraftException if the special tokens alone are more than {@link #maxLength()}
   */
  public Tokens encode(String text, String pair) {
    return tokenizer.encode(text, pair, this::tokens);
  }

  /**
   * {@return the tokens of each text, encoded on all processors}
   *
   * @param texts any number
   * @throws GraftException if the special tokens alone are more than {@link #maxLength()}
   */
  public List<Tokens> encodeAll(List<String> texts) {
    return IntStream.range(0, texts.size()).parallel().mapToObj(i -> encode(texts.get(i))).toList();
  }

  /**
   * {@return the tokens of each pair of texts, encoded on all processors}
   *
   * @param texts the first ones
   * @param pairs the second text to each of the first
   * @throws IllegalArgumentException if there are not as many of both
   * @throws GraftException if the special tokens alone are more than {@link #maxLength()}
   */
  public List<Tokens> encodeAll(List<String> texts, List<String> pairs) {
    if (texts.size() != pairs.size()) {
      throw new IllegalArgumentException(
          texts.size() + " first texts, but " + pairs.size() + " second ones");
    }
    return IntStream.range(0, texts.size())
        .parallel()
        .mapToObj(i -> encode(texts.get(i), pairs.get(i)))
        .toList();
  }

  /**
   * {@return the ids of a text's own tokens, without special ones: those of a word, for instance}
   *
   * @param text truncated where it is longer than {@link #maxLength()}
   */
  public long[] pieces(String text) {
    return tokenizer.encode(text, false, LIBRARY::getTokenIds);
  }

  /**
   * {@return for each token of {@link #encode(String)} whether it is one that was put around the
   * text}
   *
   * @param text may be empty
   */
  public boolean[] areAdded(String text) {
    long[] mask = tokenizer.encode(text, true, LIBRARY::getSpecialTokenMask);
    boolean[] added = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      added[i] = mask[i] == 1;
    }
    return added;
  }

  /** {@return the id of the token that stands where one is to be predicted, if there is one} */
  public OptionalLong maskId() {
    for (String name : masks) {
      long[] ids =
          tokenizer.encode(
              name,
              false,
              encoding -> isToken(encoding, name) ? LIBRARY.getTokenIds(encoding) : NONE);
      if (ids.length > 0) {
        return OptionalLong.of(ids[0]);
      }
    }
    return OptionalLong.empty();
  }

  private static boolean isToken(long encoding, String name) {
    String[] tokens = LIBRARY.getTokens(encoding);
    return tokens.length == 1 && tokens[0].equals(name);
  }

  /**
   * {@return the text of tokens, without special ones; as a rule not letter by letter the one
   * encoded}
   *
   * @param ids in the vocabulary
   */
  public String decode(long[] ids) {
    return tokenizer.decode(ids);
  }

  /** Frees the native memory; the tokenizer can't be used afterwards. */
  @Override
  public void close() {
    tokenizer.close();
  }

  /** The native truncation silently gives up where the length can't hold the special tokens. */
  private Tokens tokens(long encoding) {
    long[] ids = LIBRARY.getTokenIds(encoding);
    boolean isCut = LIBRARY.getOverflowCount(encoding) > 0;
    if (ids.length > maxLength) {
      throw GraftException.input(
              "A maximum length of %s tokens has no room for the special tokens of a text.",
              maxLength)
          .expected("some more tokens than the special ones")
          .remedy("choose a larger maximum length");
    }
    if (cutsBeginnings && isCut) {
      throw GraftException.input("The tokenizer cuts long texts at their beginning.")
          .expected("texts of at most %s tokens: Graft cuts at the end alone", maxLength)
          .found("a longer one, and '%s': \"left\" in tokenizer_config.json", TRUNCATION_SIDE)
          .remedy("choose a larger maximum length, or cut the text before");
    }
    return new Tokens(ids, LIBRARY.getTypeIds(encoding), isCut);
  }
}
