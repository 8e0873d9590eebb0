package dev.graft.host.definition;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** How much longer a text can become on its way to tokens, and how much is tried meanwhile. */
final class Growth {
  /** What one text may have at most, whatever its tokenizer does. */
  private static final int LONGEST = 1 << 20;

  /** Letters that parts may make of a text's. */
  private static final double MOST_LETTERS = 1 << 22;

  /** Oniguruma gives up after 10,000,000. */
  private static final double MOST_STEPS = 8_000_000;

  /** Unicode's compatibility forms: U+FDFA is 18 letters. */
  private static final Set<String> COMPATIBLE = Set.of("NFKC", "NFKD", "Precompiled");

  private static final int COMPATIBLE_LETTERS = 18;

  /** Unicode's other forms, and bytes for letters. */
  private static final int OTHER_LETTERS = 4;

  private Growth() {}

  static int longestText(JsonObject tokenizer) {
    List<JsonObject> parts = new ArrayList<>();
    for (String stage : List.of("normalizer", "pre_tokenizer")) {
      addParts(tokenizer.get(stage), parts);
    }
    double letters = 1;
    double steps = 0;
    int unicode = OTHER_LETTERS;
    for (JsonObject part : parts) {
      String type = part.get(Parts.TYPE).getAsString();
      if (COMPATIBLE.contains(type)) {
        unicode = COMPATIBLE_LETTERS;
      } else if (part.has("pattern")) {
        JsonObject pattern = part.getAsJsonObject("pattern");
        steps = Math.max(steps, Patterns.stepsPerLetter(pattern));
        letters *= part.has("content") ? Patterns.growth(pattern, length(part, "content")) : 1;
      } else if (part.has("prepend")) {
        letters *= 1 + length(part, "prepend");
      }
    }
    double most = Math.min(LONGEST, MOST_LETTERS / letters);
    return (int) (steps == 0 ? most : Math.min(most, MOST_STEPS / (steps * unicode * letters)));
  }

  private static int length(JsonObject part, String key) {
    return part.get(key).getAsString().length();
  }

  private static void addParts(JsonElement json, List<JsonObject> parts) {
    if (json instanceof JsonArray list) {
      list.forEach(each -> addParts(each, parts));
    } else if (json instanceof JsonObject part) {
      if (part.has("normalizers") || part.has("pretokenizers")) {
        part.asMap().values().forEach(each -> addParts(each, parts));
      } else if (part.has(Parts.TYPE)) {
        parts.add(part);
      }
    }
  }
}
