package dev.graft.host.definition;

import static dev.graft.host.definition.Kind.FLAG;
import static dev.graft.host.definition.Kind.ID;
import static dev.graft.host.definition.Kind.listOf;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.List;

/**
 * A tokenizer that the native library can be trusted with.
 *
 * @param json what the library gets, without padding and truncation
 * @param longestText how many characters a text may have, so that neither its memory nor a regular
 *     expression's steps run out
 * @param longestToken how many characters a token has at most
 */
public record Definition(String json, int longestText, int longestToken) {
  private static final String VERSION = "version";

  /** Less is of no use. */
  private static final int SHORTEST = 4096;

  /**
   * The library looks for all of them in every text, and takes minutes to prepare for a long one.
   */
  private static final int LONGEST_ADDED = 1024;

  private static final Kind ADDED =
      Shape.of()
          .with("id", ID)
          .with("content", Kind.text(LONGEST_ADDED))
          .with("single_word", FLAG)
          .with("lstrip", FLAG)
          .with("rstrip", FLAG)
          .with("normalized", FLAG)
          .with("special", FLAG);

  private static final Shape ALL =
      Shape.of()
          .with(VERSION, Kind.oneOf(List.of("1.0")), "1.0")
          .with(
              "added_tokens",
              node -> node.isNull() ? new JsonArray() : listOf(() -> ADDED).read(node))
          .with("normalizer", TextParts.NORMALIZER.orNull())
          .with("pre_tokenizer", TextParts.PRE_TOKENIZER.orNull())
          .with("post_processor", PostProcessors.POST_PROCESSOR.orNull())
          .with("decoder", TextParts.DECODER.orNull())
          .with("model", Models.MODEL);

  /**
   * {@return what a tokenizer's file says}
   *
   * @param file which messages name; it need not be there
   * @param text of the file
   * @throws GraftException if the native library could not go on with it
   */
  public static Definition of(Path file, String text) {
    try {
      JsonObject json = ALL.read(new Node(() -> "", JsonFile.of(file, text).json()));
      int longest = Growth.longestText(json);
      if (longest < SHORTEST) {
        throw new Unfit("normalizer", "parts that keep a text's length", "much longer texts");
      }
      return new Definition(json.toString(), longest, Models.longestToken(json));
    } catch (JsonParseException e) {
      throw unusable(file, "a JSON object", JsonFile.reason(e)).causedBy(e);
    } catch (Unfit e) {
      throw unusable(file, e.place + ": " + e.expected, e.found).causedBy(e);
    }
  }

  /**
   * {@return a failure of a file that is no tokenizer's}
   *
   * @param file the file
   * @param expected what there should be
   * @param found what there is
   */
  public static GraftException unusable(Path file, String expected, Object found) {
    return GraftException.input("The tokenizer %s can't be used.", file)
        .expected((Object) expected)
        .found(found)
        .remedy("take the file from the model's source again");
  }
}
