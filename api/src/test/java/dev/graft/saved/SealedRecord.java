package dev.graft.saved;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/** Records of saved stacks that are sealed whatever they say. */
public final class SealedRecord {
  private SealedRecord() {}

  /** The same JSON with a seal that holds. */
  public static String of(String record) {
    JsonObject json = JsonParser.parseString(record).getAsJsonObject();
    json.addProperty(Seal.KEY, Seal.of(json));
    return json.toString();
  }
}
