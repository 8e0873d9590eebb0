package dev.graft.saved;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.files.JsonFile;
import dev.graft.files.WholeRecords;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What Graft writes of a saved stack beside its tensors: {@code graft.json}. Enough to put the same
 * stack on the same base again.
 *
 * @param format the version of this record
 * @param architecture of the host
 * @param base the fingerprint of the host's weights
 * @param grafts in the order of the stack
 * @param head the task head
 * @param provenance how the values were made
 */
public record GraftRecord(
    int format,
    String architecture,
    String base,
    List<Entry> grafts,
    HeadEntry head,
    Map<String, String> provenance) {
  /** The version that this code writes. */
  public static final int FORMAT = 1;

  /** The record's file in a saved stack's folder. */
  public static final String FILE = "graft.json";

  /** The tensors' file in each sub-folder. */
  public static final String TENSORS = "graft.safetensors";

  /**
   * One graft.
   *
   * @param folder its sub-folder
   * @param apiVersion of the contract that its method was built against
   * @param settings all of them, by name
   * @param fingerprint of its tensors
   */
  public record Entry(
      String folder,
      String method,
      int apiVersion,
      Map<String, String> settings,
      String fingerprint) {}

  /**
   * The task head.
   *
   * @param layout how it is built
   * @param labels of the outputs; none for a regression with one
   * @param problem what the outputs mean
   * @param fingerprint of its tensors
   */
  public record HeadEntry(
      String folder, String layout, List<String> labels, String problem, String fingerprint) {}

  /**
   * Writes the record into a folder, whole or not at all.
   *
   * @param folder one that is there
   * @throws GraftException if the file can't be written
   */
  public void write(Path folder) {
    String json = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(this);
    AtomicFile.write(folder.resolve(FILE), json + "\n");
  }

  /**
   * {@return the record of a saved stack}
   *
   * @param folder of the stack
   * @throws GraftException if the folder holds none, or one of another version
   */
  public static GraftRecord read(Path folder) {
    JsonFile file = JsonFile.read(folder.resolve(FILE));
    int format = file.requireInt("format");
    if (format != FORMAT) {
      throw GraftException.input("%s is of another version.", file.file())
          .expected("format %d", FORMAT)
          .found("format %d", format)
          .remedy("use the version of Graft that wrote it");
    }
    try {
      return new GsonBuilder()
          .registerTypeAdapterFactory(new WholeRecords())
          .create()
          .fromJson(file.json(), GraftRecord.class);
    } catch (JsonParseException e) {
      throw GraftException.input("%s is not a record of a saved stack.", file.file())
          .expected("base, grafts and head with all their parts, as Graft writes them")
          .found(JsonFile.reason(e))
          .remedy("save the stack again, or take the file from its source again");
    }
  }
}
