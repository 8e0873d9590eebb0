package dev.graft.harness.data.table;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.data.Kind;
import dev.graft.harness.data.Task;
import dev.graft.harness.data.TextLines;
import dev.graft.harness.measure.Metric;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads {@code task.yaml}: keys with a value or a list of values, and nothing more of YAML. */
public final class TaskFile {
  /** What it is called in its folder. */
  public static final String NAME = "task.yaml";

  private static final List<String> KEYS =
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

  /** A value or a list, and the line it stands on. */
  private record Entry(int line, List<String> values) {}

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private TaskFile(Path file) {
    this.file = file;
    String text = String.join("\n", TextLines.all(file));
    LoadSettings settings = LoadSettings.builder().setLabel(NAME).build();
    try {
      refuseReferences(new Parse(settings).parseString(text));
      Node root = new Compose(settings).composeString(text).orElse(null);
      if (!(root instanceof MappingNode mapping)) {
        throw wrong("The file does not describe a task.", 1)
            .expected("lines such as 'train: train.csv'");
      }
      mapping.getValue().forEach(this::add);
    } catch (MarkedYamlEngineException e) {
      throw wrong("The file is no YAML.", e.getProblemMark().map(Mark::getLine).orElse(0) + 1)
          .found(e.getProblem())
          .causedBy(e);
    } catch (YamlEngineException e) {
      throw wrong("The file is no YAML.", 1).found(e.getMessage()).causedBy(e);
    }
  }

  /**
   * Reads the file of a folder.
   *
   * @throws GraftException if it is not as it should be, with the line
   */
  static TableSpec read(Path folder) {
    return new TaskFile(folder.resolve(NAME)).spec();
  }

  /** What refers to other parts of a file can grow without bounds, and no task needs it. */
  private void refuseReferences(Iterable<Event> events) {
    StreamSupport.stream(events.spliterator(), false)
        .filter(event -> event.getEventId() == Event.ID.Alias)
        .findFirst()
        .ifPresent(
            event -> {
              throw wrong("An alias of YAML has no place here.", line(event.getStartMark()))
                  .expected("the value itself");
            });
  }

  private static int line(Optional<Mark> mark) {
    return mark.map(Mark::getLine).orElse(0) + 1;
  }

  private void add(NodeTuple tuple) {
    int line = line(tuple.getKeyNode().getStartMark());
    String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    if (!KEYS.contains(key)) {
      throw wrong("There is no key '%s'.%s".formatted(key, Names.didYouMean(key, KEYS)), line)
          .expected(String.join(", ", KEYS));
    }
    Node value = tuple.getValueNode();
    List<String> values =
        value instanceof SequenceNode list
            ? list.getValue().stream().map(each -> scalar(key, each)).toList()
            : List.of(scalar(key, value));
    if (entries.put(key, new Entry(line, values)) != null) {
      throw wrong("The key '%s' is given twice.".formatted(key), line).expected("it once");
    }
  }

  private String scalar(String key, Node node) {
    if (!(node instanceof ScalarNode scalar)
        || scalar.getTag().equals(Tag.NULL)
        || scalar.getValue().isEmpty()) {
      throw wrong("The key '%s' has no value.".formatted(key), line(node.getStartMark()))
          .expected("a text, or for several a list such as [title, body]");
    }
    return scalar.getValue();
  }

  private GraftException wrong(String what, int line) {
    return GraftException.input("%s", what).in(place(line));
  }

  private String place(int line) {
    return "%s, line %s".formatted(file, line);
  }

  private TableSpec spec() {
    Path train =
        one("train", this::beside)
            .orElseThrow(
                () -> wrong("The key 'train' is missing.", 1).expected("the file to train on"));
    Map<String, Path> tests = new LinkedHashMap<>();
    for (String test : values("test")) {
      tests.put(values("test").size() == 1 ? Task.TEST : test, beside(test));
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    Path name = folder.getFileName();
    return new TableSpec(
        name == null ? NAME : name.toString(),
        file.toString(),
        train,
        one("validation", this::beside),
        tests,
        one("format", text -> Format.named(text, where("format"))),
        values("text-columns"),
        values("label-column"),
        one("kind", text -> Kind.named(text, where("kind"))),
        one("label-separator", text -> text),
        values("metrics").stream().map(text -> Metric.named(text, where("metrics"))).toList());
  }

  private Path beside(String name) {
    return file.resolveSibling(name);
  }

  private List<String> values(String key) {
    return entries.containsKey(key) ? entries.get(key).values() : List.of();
  }

  private String where(String key) {
    return place(entries.get(key).line());
  }

  private <T> Optional<T> one(String key, Function<String, T> reader) {
    List<String> values = values(key);
    if (values.size() > 1) {
      throw wrong("The key '%s' has several values.".formatted(key), entries.get(key).line())
          .expected("one")
          .found(String.join(", ", values));
    }
    return values.stream().findFirst().map(reader);
  }
}
