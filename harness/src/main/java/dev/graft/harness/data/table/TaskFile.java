package dev.graft.harness.data.table;

import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Share;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.Metrics;
import dev.graft.harness.yaml.YamlFile;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads {@code task.yaml}: keys with a value or a list of values, and nothing more of YAML. */
public final class TaskFile {
  /** What it is called in its folder. */
  public static final String NAME = "task.yaml";

  /** Every key that it may have. */
  public static final List<String> KEYS =
      List.of(
          "train",
          "validation",
          "test",
          "format",
          "text-columns",
          "label-column",
          "kind",
          "label-separator",
          "metrics");

  private static final String VALUE = "a text, or for several a list such as [title, body]";

  private final Path file;
  private final YamlMapping keys;

  private TaskFile(Path file) {
    this.file = file;
    this.keys = YamlFile.read(file, "a task", "train: train.csv").only(KEYS);
    keys.entries().values().forEach(entry -> entry.value().each().forEach(TaskFile::text));
  }

  /**
   * Reads the file of a folder.
   *
   * @throws dev.graft.GraftException if it is not as it should be, with the place
   */
  static TableSpec read(Path folder) {
    return new TaskFile(folder.resolve(NAME)).spec();
  }

  private TableSpec spec() {
    Path train = beside(one(keys.get("train", "the file to train on")));
    Map<String, Path> tests = new LinkedHashMap<>();
    List<YamlValue> files = each("test").toList();
    Optional<Share> heldOut = files.size() == 1 ? Share.read(text(files.get(0))) : Optional.empty();
    if (heldOut.isPresent()) {
      files = List.of();
    }
    for (YamlValue test : files) {
      tests.put(files.size() == 1 ? Task.TEST : text(test), beside(test));
    }
    Metrics metrics = Metrics.installed();
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path name = folder.getFileName();
    return new TableSpec(
        name == null ? NAME : name.toString(),
        file.toString(),
        train,
        one("validation", this::beside),
        tests,
        heldOut,
        one("format", value -> Format.named(text(value), value.place().toString())),
        values("text-columns"),
        values("label-column"),
        one("kind", value -> Kind.named(text(value), value.place().toString())),
        one("label-separator", TaskFile::text),
        each("metrics")
            .map(value -> metrics.named(text(value), value.place().toString()))
            .toList());
  }

  private Path beside(YamlValue name) {
    return file.resolveSibling(text(name));
  }

  private static String text(YamlValue value) {
    return value.scalar(VALUE).text();
  }

  private Stream<YamlValue> each(String key) {
    return keys.find(key).stream().flatMap(value -> value.each().stream());
  }

  private List<String> values(String key) {
    return each(key).map(TaskFile::text).toList();
  }

  private <T> Optional<T> one(String key, Function<YamlValue, T> reader) {
    return keys.find(key).map(TaskFile::one).map(reader);
  }

  private static YamlValue one(YamlValue value) {
    if (value.each().size() != 1) {
      throw value.wrong("one text");
    }
    return value.each().get(0);
  }
}
