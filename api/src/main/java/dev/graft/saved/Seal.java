package dev.graft.saved;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import dev.graft.files.Sha256;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;

/**
 * What shows that a saved stack is as it was saved. The record lists the SHA-256 of every other
 * file, as {@code sha256sum} prints it, and under {@value #KEY} that of itself: of its JSON without
 * this key, all keys sorted, without spaces between them. So a record that was only laid out anew
 * still holds. Whatever version the record's format has, this is how it is sealed.
 */
final class Seal {
  static final String KEY = "seal";

  private static final String BY_HAND =
      "take the folder from its source again; or if it was changed on purpose, look at it by graft"
          + " inspect and seal it as it is: graft seal, or Saved.seal";

  private Seal() {}

  /** The seal of a record, with or without one in it. */
  static String of(JsonObject record) {
    JsonObject sealed = record.deepCopy();
    sealed.remove(KEY);
    return Sha256.of(
        new GsonBuilder().disableHtmlEscaping().serializeNulls().create().toJson(sorted(sealed)));
  }

  private static JsonElement sorted(JsonElement json) {
    if (json.isJsonArray()) {
      JsonArray array = new JsonArray();
      json.getAsJsonArray().forEach(each -> array.add(sorted(each)));
      return array;
    }
    if (!json.isJsonObject()) {
      return json;
    }
    JsonObject object = new JsonObject();
    for (String key : new TreeSet<>(json.getAsJsonObject().keySet())) {
      object.add(key, sorted(json.getAsJsonObject().get(key)));
    }
    return object;
  }

  /** Whether a record is as it was written. */
  static boolean holds(JsonObject record) {
    return record.has(KEY) && record.get(KEY).toString().equals('"' + of(record) + '"');
  }

  /** Refuses a record that is not as it was written, or of which nobody can tell. */
  static void require(JsonFile record) {
    if (!record.has(KEY)) {
      throw GraftException.input("%s has no seal, by which damage would be seen.", record.file())
          .expected("'%s', as this version of Graft writes it", KEY)
          .remedy(BY_HAND);
    }
    if (!holds(record.json())) {
      throw GraftException.input("%s is not as it was saved: its seal is broken.", record.file())
          .expected("what has the seal %.12s", record.json().get(KEY).toString().replace("\"", ""))
          .found("what has the seal %.12s", of(record.json()))
          .remedy(BY_HAND);
    }
  }

  /**
   * Refuses a file that is not the one that was saved.
   *
   * @param hash that the record has of it
   */
  static void require(Path file, String hash) {
    String found = hash(file);
    if (!found.equals(hash)) {
      throw GraftException.input("%s is not the file that was saved.", file)
          .expected("the SHA-256 %.12s, from %s", hash, GraftRecord.FILE)
          .found("%.12s", found)
          .remedy(BY_HAND);
    }
  }

  /** The SHA-256 of a file that is there; "nothing" of one that is not, which is no hash. */
  static String hash(Path file) {
    return Files.isRegularFile(file) ? Sha256.of(file) : "nothing";
  }
}
