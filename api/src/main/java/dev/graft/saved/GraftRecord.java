package dev.graft.saved;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.files.JsonFile;
import dev.graft.files.WholeRecords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Graft writes of a saved stack beside its tensors: {@code graft.json}. Enough to put the same
 * stack on the same base again, and sealed: the file shows whether it and the tensors are as they
 * were saved.
 *
 * @param format the version of this record
 * @param architecture of the host
 * @param base the fingerprint of the host's weights
 * @param checksum of the host's weights, by which the same base is known sooner; empty if it was
 *     saved without
 * @param grafts in the order of the stack
 * @param head the task head
 * @param provenance how the values were made
 * @param files the SHA-256 of every other file of the stack, by its name in the folder
 */
public record GraftRecord(
    int format,
    String architecture,
    String base,
    String checksum,
    List<Entry> grafts,
    HeadEntry head,
    Map<String, String> provenance,
    Map<String, String> files) {
  /** The version that this code writes. */
  public static final int FORMAT = 1;

  /** The record's file in a saved stack's folder. */
  public static final String FILE = "graft.json";

  /** The tensors' file in each sub-folder. */
  public static final String TENSORS = "graft.safetensors";

  private static final String FILES = "files";
  private static final String CHECKSUM = "checksum";

  private static final Gson GSON =
      new GsonBuilder()
          .registerTypeAdapterFactory(new WholeRecords())
          .setPrettyPrinting()
          .disableHtmlEscaping()
          .create();

  /**
   * One graft.
   *
   * @param folder its sub-folder
   * @param apiVersion of the contract that its method was built against
   * @param settings all of them, by name
   */
  public record Entry(String folder, String method, int apiVersion, Map<String, String> settings) {}

  /**
   * The task head.
   *
   * @param layout how it is built
   * @param labels of the outputs; none for a regression with one
   * @param problem what the outputs mean
   */
  public record HeadEntry(String folder, String layout, List<String> labels, String problem) {}

  public GraftRecord {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /** {@return the names of the tensors' files in the folder: one a graft, the head's last} */
  public List<String> tensors() {
    List<String> names = new ArrayList<>();
    grafts.forEach(graft -> names.add(tensors(graft.folder())));
    names.add(tensors(head.folder()));
    return names;
  }

  /**
   * {@return the name of the file that the tensors of a sub-folder are in}
   *
   * @param subFolder its name
   */
  public static String tensors(String subFolder) {
    return subFolder + "/" + TENSORS;
  }

  /** Refuses tensors that are not those that were saved. */
  void requireFiles(Path folder) {
    tensors().forEach(name -> Seal.require(folder.resolve(name), files.getOrDefault(name, "none")));
  }

  /** The same of files as they are now. */
  GraftRecord sealed(Path folder) {
    Map<String, String> hashes = new TreeMap<>();
    tensors().forEach(name -> hashes.put(name, Seal.hash(folder.resolve(name))));
    return new GraftRecord(format, architecture, base, checksum, grafts, head, provenance, hashes);
  }

  /** The same with more of how the values came to be. */
  GraftRecord with(String fact, String value) {
    Map<String, String> more = new TreeMap<>(provenance);
    more.put(fact, value);
    return new GraftRecord(format, architecture, base, checksum, grafts, head, more, files);
  }

  /**
   * Writes the record into a folder, with its seal, whole or not at all.
   *
   * @param folder one that is there
   * @throws GraftException if the file can't be written
   */
  void write(Path folder) {
    JsonObject json = GSON.toJsonTree(this).getAsJsonObject();
    json.addProperty(Seal.KEY, Seal.of(json));
    AtomicFile.write(folder.resolve(FILE), GSON.toJson(json) + "\n");
  }

  /**
   * {@return the record of a saved stack}
   *
   * @param folder of the stack
   * @throws GraftException if the folder holds none, one of another version, or one that is not as
   *     it was saved
   */
  public static GraftRecord read(Path folder) {
    JsonFile file = JsonFile.read(folder.resolve(FILE));
    Seal.require(file);
    return parsed(file);
  }

  /**
   * {@return the record of a saved stack as it is, whether or not anyone changed it; {@link
   * #damaged} tells}
   *
   * @param folder of the stack
   * @throws GraftException if the folder holds none, or one of another version
   */
  public static GraftRecord readAsItIs(Path folder) {
    return parsed(JsonFile.read(folder.resolve(FILE)));
  }

  /**
   * {@return the names of the files that are not as they were saved, or of which nobody can tell;
   * empty where the seal holds}
   *
   * @param folder of a stack whose record can be read
   */
  public static List<String> damaged(Path folder) {
    JsonFile file = JsonFile.read(folder.resolve(FILE));
    List<String> damaged = new ArrayList<>();
    if (!Seal.holds(file.json())) {
      damaged.add(FILE);
    }
    GraftRecord record = parsed(file);
    record.tensors().stream()
        .filter(name -> !Seal.hash(folder.resolve(name)).equals(record.files().get(name)))
        .forEach(damaged::add);
    return damaged;
  }

  private static GraftRecord parsed(JsonFile file) {
    int format = file.requireInt("format");
    if (format != FORMAT) {
      throw GraftException.input("%s is of another version.", file.file())
          .expected("format %s", FORMAT)
          .found("format %s", format)
          .remedy("use the version of Graft that wrote it");
    }
    JsonObject json = file.json().deepCopy();
    if (!file.has(FILES)) { // of what was never sealed
      json.add(FILES, new JsonObject());
    }
    if (!file.has(CHECKSUM)) { // of a version that wrote none
      json.addProperty(CHECKSUM, "");
    }
    try {
      return GSON.fromJson(json, GraftRecord.class);
    } catch (JsonParseException e) {
      throw GraftException.input("%s is not a record of a saved stack.", file.file())
          .expected("base, grafts and head with all their parts, as Graft writes them")
          .found(JsonFile.reason(e))
          .remedy("save the stack again, or take the file from its source again");
    }
  }
}
