package dev.graft.errors;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.files.AtomicFile;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.files.NewFolder;
import dev.graft.files.Sha256;
import dev.graft.files.TemporaryFolder;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.GraftRecord;
import dev.graft.saved.SealedRecord;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Folders of models, adapters and saved stacks, and the JSON in them. */
final class FolderErrors {
  private static final TensorData A = TensorData.of("a", new float[] {1, 2}, 2);
  private static final TensorData B = TensorData.of("b", new float[] {3}, 1);

  /**
   * A file of which the first byte can't be read, and one that can't be filled, where there are.
   */
  static final Path UNREADABLE = Path.of("/proc/self/mem");

  private static final Path FULL = Path.of("/dev/full");
  private static final String INDEX = "model.safetensors.index.json";

  private final ErrorTexts errors;
  private final Path folder;

  private FolderErrors(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.folder = folder.resolve("model");
  }

  static void addTo(ErrorTexts errors, Path folder) {
    FolderErrors all = new FolderErrors(errors, folder);
    all.addModels();
    all.addShards();
    all.addJson();
    all.addAdapters();
    all.addWriting();
  }

  private void addModels() {
    errors.add(
        "A model's folder that is not there",
        () -> ModelDirectory.of(folder.resolve("none").toString()));
    errors.add("A name that no file can have", () -> ModelDirectory.of("bert\0base"));
    model("A file for a model's folder", Map.of("x", ""), "x");
    model("An empty folder for a model's", Map.of(), "");
    model("A model's folder without a configuration", Map.of("readme.txt", ""), "");
    model("A model's folder without weights", Map.of("config.json", "{}"), "");
    model("A model with an empty pickle", Map.of("config.json", "{}", "pytorch_model.bin", ""), "");
    model(
        "A quantised model",
        Map.of(
            "config.json",
            "{\"_name_or_path\": \"org/base\", \"quantization_config\": "
                + "{\"quant_method\": \"gptq\", \"bits\": 4, \"config_groups\": {}}}"),
        "");
    model(
        "A quantised model, as a file beside its configuration says",
        Map.of("config.json", "{}", "quantize_config.json", "{\"bits\": 4, \"group_size\": 128}"),
        "");
  }

  /** Opens a folder of files as a model. */
  private void model(String title, Map<String, String> files, String opened) {
    add(title, files, () -> ModelDirectory.open(folder.resolve(opened)));
  }

  private void addShards() {
    Map<String, TensorData> each = Map.of("1", A, "2", B);
    shards("An index without a weight map", "[]", each);
    shards("An index without tensors", "{}", each);
    shards("A shard outside the folder", "{\"a\": \"../1.safetensors\"}", each);
    shards("A shard that is missing", "{\"a\": \"1.safetensors\", \"b\": \"3.safetensors\"}", each);
    shards("A tensor that its shard lacks", "{\"b\": \"1.safetensors\"}", each);
    shards(
        "A tensor that the index does not name", "{\"a\": \"1.safetensors\"}", Map.of("1", A), B);
    shards(
        "A tensor in two shards", "{\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}", each, B);
    add(
        "An index of pickles that names a file of safetensors",
        Map.of(
            "config.json",
            "{}",
            "pytorch_model.bin.index.json",
            "{\"weight_map\": {\"a\": \"1.safetensors\"}}"),
        () -> ModelDirectory.open(folder));
    add(
        "A tensor that no shard has",
        Map.of("config.json", "{}", INDEX, "{\"weight_map\": {\"a\": \"1.safetensors\"}}"),
        () -> {
          write("1", A);
          ModelDirectory.open(folder).tensors().info("b");
        });
  }

  /** Opens shards; the first one may have one tensor more. */
  private void shards(
      String title, String weightMap, Map<String, TensorData> shards, TensorData... more) {
    add(
        title,
        Map.of("config.json", "{}", INDEX, "{\"weight_map\": " + weightMap + "}"),
        () -> {
          for (Map.Entry<String, TensorData> shard : shards.entrySet()) {
            write(shard.getKey(), shard.getValue());
          }
          if (more.length > 0) {
            write("1", A, more[0]);
          }
          ModelDirectory.open(folder);
        });
  }

  private void write(String shard, TensorData... tensors) {
    SafetensorsWriter.write(
        folder.resolve(shard + ".safetensors"), List.of(tensors), Map.of("format", "pt"));
  }

  private void addJson() {
    errors.add(
        "A file of JSON that is not there", () -> JsonFile.read(folder.resolve("none.json")));
    json("An empty file for JSON", "", j -> {});
    json("A list for a JSON object", "[1]", j -> {});
    json("JSON that breaks off", "{\"a\": 1", j -> {});
    json("JSON with more behind it", "{\"a\": 1} 2", j -> {});
    json("JSON without quotes", "{a: 1}", j -> {});
    add(
        "A file of JSON that is no text",
        Map.of(),
        () -> JsonFile.read(Files.write(folder.resolve("x.json"), new byte[] {'{', -1})));
    add(
        "A file of JSON on a disk that fails",
        Map.of(),
        () -> JsonFile.read(Files.createSymbolicLink(folder.resolve("x.json"), UNREADABLE)));
    errors.needing(
        "A file of JSON on a disk that fails",
        UNREADABLE,
        () -> {
          errors.exempt("files/JsonFile.java", "throw Folders.unreadable(", "a failing disk");
          errors.exempt("files/Folders.java", "%s can't be read", "a failing disk");
        });
    add(
        "A file to be hashed on a disk that fails",
        Map.of(),
        () -> Sha256.of(Files.createSymbolicLink(folder.resolve("x"), UNREADABLE)));
    errors.needing(
        "A file to be hashed on a disk that fails",
        UNREADABLE,
        () -> errors.exempt("files/Sha256.java", "throw Folders.unreadable(", "a failing disk"));
    json("JSON without a needed key", "{\"a\": 1, \"b\": 2}", j -> j.requireInt("size"));
    json("An empty JSON object", "{}", j -> j.requireInt("size"));
    json("A text for a whole number", "{\"n\": \"32\"}", j -> j.requireInt("n"));
    json("A fraction for a whole number", "{\"n\": 1.5}", j -> j.intOr("n", 1));
    json("A whole number beyond 32 bits", "{\"n\": 3000000000}", j -> j.requireInt("n"));
    json("A whole number beyond all", "{\"n\": 1e99999999999}", j -> j.requireInt("n"));
    json("A text for a number", "{\"n\": \"0.1\"}", j -> j.requireDouble("n"));
    json("A list for a text", "{\"t\": [1]}", j -> j.stringOr("t", ""));
    json("A text for a truth value", "{\"b\": \"true\"}", j -> j.booleanOr("b", true));
    json("A text for an object", "{\"o\": \"x\"}", j -> j.at("o"));
    json("A number for a list of texts", "{\"l\": 7}", j -> j.stringsOr("l", List.of()));
    json("A list that is not of texts alone", "{\"l\": [\"a\", 7]}", j -> j.stringsOr("l", null));
  }

  private void json(String title, String text, Consumer<JsonFile> reading) {
    add(
        title,
        Map.of("x.json", text),
        () -> reading.accept(JsonFile.read(folder.resolve("x.json"))));
  }

  private void addAdapters() {
    add(
        "An adapter without tensors",
        Map.of("adapter_config.json", "{}"),
        () -> ForeignFiles.read(folder));
    add(
        "An adapter with an empty pickle",
        Map.of("adapter_config.json", "{}", "adapter_model.bin", ""),
        () -> ForeignFiles.read(folder));
    add(
        "An adapter without the tensors of its head",
        Map.of("adapter_config.json", "{}", "head_config.json", "{}"),
        () -> {
          write("adapter", A);
          ForeignFiles.read(folder);
        });
    record("A saved stack of a later version", "{\"format\": 7}");
    record("A record of a saved stack that lacks its parts", "{\"format\": 1}");
    damaged("A record of a saved stack with an object for its base", "\"0\"", "{}");
    damaged("A record of a saved stack with null for its base", "\"0\"", "null");
    damaged(
        "A record of a saved stack with a graft that lacks its method",
        "[]",
        "[{\"folder\": \"1-gain\", \"apiVersion\": 1, \"settings\": {}}]");
    damaged("A record of a saved stack with null for a graft", "[]", "[null]");
    damaged("A record of a saved stack with a number for its grafts", "[]", "7");
  }

  /** Reads a record with something else in the place of a part. */
  private void damaged(String title, String part, String other) {
    String whole =
        """
        {"format": 1, "architecture": "bert", "base": "0", "grafts": [], "provenance": {},
         "head": {"folder": "head", "layout": "MEAN", "labels": ["a", "b"]}}""";
    record(title, whole.replace(part, other));
  }

  private void record(String title, String text) {
    add(title, Map.of("graft.json", SealedRecord.of(text)), () -> GraftRecord.read(folder));
  }

  private void addWriting() {
    add("A folder that is there already", Map.of(), () -> NewFolder.write(folder, f -> {}));
    add(
        "A file where a new folder's parent should be",
        Map.of("x", ""),
        () -> NewFolder.require(folder.resolve("x/y")));
    add(
        "A folder to be filled while the disk is full",
        Map.of(),
        () -> NewFolder.write(folder.resolve("x"), f -> Files.write(FULL, new byte[1])));
    errors.exempt(
        "files/NewFolder.java", "throw Folders.unw", "a folder that may not be written: root may");
    errors.add("No folder for temporary files", FolderErrors::withoutTemporary);
    errors.needing(
        "A folder to be filled while the disk is full",
        FULL,
        () -> errors.exempt("files/NewFolder.java", "throw Folders.unw", "a full disk"));
    errors.add(
        "A file to be written where no folder is",
        () -> AtomicFile.write(folder.resolve("none/x.json"), "{}"));
    errors.add(
        "A file to be written while the disk is full",
        () ->
            AtomicFile.write(
                folder.resolveSibling("x.json"),
                channel -> {
                  throw new IOException("No space left on device");
                }));
  }

  private static void withoutTemporary() {
    String before = System.setProperty("java.io.tmpdir", "/nowhere");
    try {
      TemporaryFolder.make("test").close();
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  private void add(String title, Map<String, String> files, ErrorTexts.Failing failing) {
    errors.add(
        title,
        () -> {
          Folders.delete(folder);
          Files.createDirectories(folder);
          for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
          }
          failing.run();
        });
  }
}
