package dev.graft.host.definition;

import static dev.graft.host.definition.Kind.FLAG;
import static dev.graft.host.definition.Kind.ID;
import static dev.graft.host.definition.Kind.TEXT;
import static dev.graft.host.definition.Kind.listOf;
import static dev.graft.host.definition.Kind.mapTo;
import static dev.graft.host.definition.Kind.tuple;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.graft.files.Bounds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Vocabularies, and how words are made of them. */
final class Models {
  private static final String VERSION = "#version";
  private static final String VOCABULARY = "vocab";
  private static final String MERGES = "merges";
  private static final String UNKNOWN = "unk_token";
  private static final String PREFIX = "continuing_subword_prefix";
  private static final String LONGEST_WORD = "max_input_chars_per_word";

  private static final Kind REAL =
      node -> {
        node.real();
        return node.json();
      };

  private static final Kind CHANCE =
      node -> {
        node.require(node.real() >= 0 && node.real() <= 1, "a number from 0 to 1");
        return node.json();
      };

  private static final Kind BY_TYPE =
      new Parts(
          Map.of(
              "BPE",
              Shape.of()
                  .with("dropout", CHANCE.orNull())
                  .with(UNKNOWN, TEXT.orNull())
                  .with(PREFIX, TEXT.orNull())
                  .with("end_of_word_suffix", TEXT.orNull())
                  .with("fuse_unk", FLAG, false)
                  .with("byte_fallback", FLAG, false)
                  .with("ignore_merges", FLAG, false)
                  .with(VOCABULARY, mapTo(ID))
                  .with(MERGES, Models::merges)
                  .where(Models::requireTokens),
              "WordPiece",
              Shape.of()
                  .with(UNKNOWN, TEXT)
                  .with(PREFIX, TEXT)
                  .with(LONGEST_WORD, Kind.number(0, Integer.MAX_VALUE))
                  .with(VOCABULARY, mapTo(ID)),
              "WordLevel",
              Shape.of().with(UNKNOWN, TEXT).with(VOCABULARY, mapTo(ID)),
              "Unigram",
              Shape.of()
                  .with("unk_id", ID.orNull())
                  .with("byte_fallback", FLAG, false)
                  .with(VOCABULARY, listOf(() -> tuple(TEXT, REAL)))
                  .where(Models::requirePieces)));

  /** One with a type, or from before there were types. */
  static final Kind MODEL =
      node -> {
        if (!node.at(Parts.TYPE).isNull()) {
          return BY_TYPE.read(node);
        }
        JsonObject typed = new JsonObject();
        typed.addProperty(Parts.TYPE, type(node));
        node.keys().forEach(key -> typed.add(key, node.at(key).json()));
        return BY_TYPE.read(new Node(node.path(), typed));
      };

  private Models() {}

  /** The characters of the longest token, those that are added included. */
  static int longestToken(JsonObject tokenizer) {
    JsonElement vocabulary = tokenizer.getAsJsonObject("model").get(VOCABULARY);
    Stream<String> tokens =
        vocabulary instanceof JsonObject map
            ? map.keySet().stream()
            : vocabulary.getAsJsonArray().asList().stream()
                .map(piece -> piece.getAsJsonArray().get(0).getAsString());
    Stream<String> added =
        tokenizer.getAsJsonArray("added_tokens").asList().stream()
            .map(token -> token.getAsJsonObject().get("content").getAsString());
    return 1 + Stream.concat(tokens, added).mapToInt(String::length).max().orElse(0);
  }

  private static String type(Node model) {
    return model.keys().contains(MERGES)
        ? "BPE"
        : model.at(VOCABULARY).json() instanceof JsonArray
            ? "Unigram"
            : model.keys().contains(LONGEST_WORD) ? "WordPiece" : "WordLevel";
  }

  /** As the library does, past a line that says which version they are of. */
  private static JsonElement merges(Node node) {
    JsonArray merges = new JsonArray();
    for (Node merge : node.items()) {
      if (!(merge.json() instanceof JsonPrimitive) || !merge.text().startsWith(VERSION)) {
        merges.add(pair(merge));
      }
    }
    return merges;
  }

  /** Two tokens, in a list or with a space between. */
  private static JsonElement pair(Node node) {
    if (!(node.json() instanceof JsonPrimitive)) {
      return tuple(TEXT, TEXT).read(node);
    }
    String[] both = node.text().split(" ", -1);
    node.require(both.length == 2, "two tokens with a space between");
    JsonArray pair = new JsonArray();
    pair.add(both[0]);
    pair.add(both[1]);
    return pair;
  }

  /** The prefix is cut from the second token by its length alone. */
  private static void requireTokens(Node model) {
    Set<String> tokens = model.at(VOCABULARY).keys();
    String prefix = model.at(PREFIX).isNull() ? "" : model.at(PREFIX).text();
    for (Node merge : model.at(MERGES).items()) {
      List<Node> both = merge.items();
      String first = both.get(0).text();
      String second = both.get(1).text();
      merge.require(
          second.startsWith(prefix)
              && tokens.contains(first)
              && tokens.contains(second)
              && tokens.contains(first + second.substring(prefix.length())),
          "two tokens of the vocabulary that together are a third");
    }
  }

  private static void requirePieces(Node model) {
    int count = model.at(VOCABULARY).items().size();
    Node unknown = model.at("unk_id");
    model.at(VOCABULARY).require(count > 0, "some pieces");
    if (!unknown.isNull()) {
      unknown.number(Bounds.whole(0, count - 1));
    }
  }
}
