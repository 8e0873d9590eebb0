package dev.graft.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.PairList;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.host.vocabulary.Vocabulary;
import dev.graft.program.EngineDefaults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A model's own tokenizer, as the {@code tokenizer.json} in its folder describes it, or else the
 * vocabulary there with the settings beside it, read as transformers reads them; save for padding
 * and truncation: texts are never padded, and truncated to the length given here. Texts may be
 * encoded by several threads at once. Holds native memory until it is closed.
 */
public final class Tokenizer implements AutoCloseable {
  private static final String TRUNCATION_SIDE = "truncation_side";
  private static final String MASK = "mask_token";

  /** As BERT and RoBERTa call it. */
  private static final List<String> MASKS = List.of("[MASK]", "<mask>");

  /** How many texts are in native memory at a time. */
  private static final int CHUNK = 1024;

  static {
    EngineDefaults.set();
  }

  private final HuggingFaceTokenizer tokenizer;
  private final int maxLength;
  private final boolean cutsBeginnings;
  private final List<String> masks;

  private Tokenizer(
      HuggingFaceTokenizer tokenizer, int maxLength, boolean cutsBeginnings, List<String> masks) {
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
    // All are set, since the defaults are a length of 512 and padding to the longest of a batch.
    Map<String, String> options =
        Map.of(
            "truncation", "longest_first",
            "maxLength", Integer.toString(maxLength),
            "modelMaxLength", Integer.toString(maxLength),
            "stride", "0",
            "padding", "do_not_pad");
    try (InputStream json =
        Files.isRegularFile(file)
            ? Files.newInputStream(file)
            : new ByteArrayInputStream(Vocabulary.tokenizer(folder).getBytes(UTF_8))) {
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(json, options),
          maxLength,
          cutsBeginnings,
          masks(config));
    } catch (GraftException e) {
      throw e;
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    } catch (EngineException e) {
      throw GraftException.machine("The native library of the tokenizers can't be loaded.")
          .found(e.getMessage())
          .remedy(
              "check that this system is one that it is built for, and that its cache may be written")
          .causedBy(e);
    } catch (RuntimeException e) {
      throw GraftException.input("The tokenizer in %s can't be used.", folder)
          .expected("a tokenizer of Hugging Face's tokenizers")
          .found(e.getMessage())
          .remedy("take its files from the model's source again");
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
    return tokens(tokenizer.encode(text));
  }

  /**
   * {@return the tokens of a pair of texts, such as premise and hypothesis}
   *
   * @param text the first one, of type 0
   * @param pair the second one, of type 1 where the model tells them apart
   * @throws GraftException if the special tokens alone are more than {@link #maxLength()}
   */
  public Tokens encode(String text, String pair) {
    return tokens(tokenizer.encode(text, pair));
  }

  /**
   * {@return the tokens of each text, encoded on all processors}
   *
   * @param texts any number
   * @throws GraftException if the special tokens alone are more than {@link #maxLength()}
   */
  public List<Tokens> encodeAll(List<String> texts) {
    List<Tokens> encoded = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      List<String> chunk = texts.subList(from, Math.min(from + CHUNK, texts.size()));
      for (Encoding encoding : tokenizer.batchEncode(chunk)) {
        encoded.add(tokens(encoding));
      }
    }
    return encoded;
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
    List<Tokens> encoded = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      int to = Math.min(from + CHUNK, texts.size());
      PairList<String, String> chunk =
          new PairList<>(texts.subList(from, to), pairs.subList(from, to));
      for (Encoding encoding : tokenizer.batchEncode(chunk)) {
        encoded.add(tokens(encoding));
      }
    }
    return encoded;
  }

  /**
   * {@return the ids of a text's own tokens, without special ones: those of a word, for instance}
   *
   * @param text truncated where it is longer than {@link #maxLength()}
   */
  public long[] pieces(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  /**
   * {@return for each token of {@link #encode(String)} whether it is one that was put around the
   * text}
   *
   * @param text may be empty
   */
  public boolean[] areAdded(String text) {
    long[] mask = tokenizer.encode(text).getSpecialTokenMask();
    boolean[] added = new boolean[mask.length];
    for (int i = 0; i < mask.length; i++) {
      added[i] = mask[i] == 1;
    }
    return added;
  }

  /** {@return the id of the token that stands where one is to be predicted, if there is one} */
  public OptionalLong maskId() {
    for (String name : masks) {
      Encoding encoding = tokenizer.encode(name, false, false);
      if (Arrays.equals(encoding.getTokens(), new String[] {name})) {
        return OptionalLong.of(encoding.getIds()[0]);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * {@return the text of tokens, without special ones; as a rule not letter by letter the one
   * encoded}
   *
   * @param ids in the vocabulary
   */
  public String decode(long[] ids) {
    return tokenizer.decode(ids, true);
  }

  /** Frees the native memory; the tokenizer can't be used afterwards. */
  @Override
  public void close() {
    tokenizer.close();
  }

  /** The native truncation silently gives up where the length can't hold the special tokens. */
  private Tokens tokens(Encoding encoding) {
    long[] ids = encoding.getIds();
    if (ids.length > maxLength) {
      throw GraftException.input(
              "A maximum length of %d tokens has no room for the special tokens of a text.",
              maxLength)
          .expected("some more tokens than the special ones")
          .remedy("choose a larger maximum length");
    }
    if (cutsBeginnings && encoding.exceedMaxLength()) {
      throw GraftException.input("The tokenizer cuts long texts at their beginning.")
          .expected("texts of at most %s tokens: Graft cuts at the end alone", maxLength)
          .found("a longer one, and '%s': \"left\" in tokenizer_config.json", TRUNCATION_SIDE)
          .remedy("choose a larger maximum length, or cut the text before");
    }
    return new Tokens(ids, encoding.getTypeIds(), encoding.exceedMaxLength());
  }
}
