package dev.graft.harness.yaml;

import dev.graft.GraftException;
import dev.graft.files.Texts;
import dev.graft.harness.data.TextLines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads a file of YAML: keys, lists and single values, and nothing more. What refers to other parts
 * of a file can grow without bounds, and tags can name anything, so both are refused.
 */
public final class YamlFile {
  private static final int MOST_CHARACTERS = 1_000_000;
  private static final int DEEPEST = 20;

  private static final Map<Tag, YamlScalar.Type> TYPES =
      Map.of(
          Tag.STR, YamlScalar.Type.TEXT,
          Tag.INT, YamlScalar.Type.WHOLE_NUMBER,
          Tag.FLOAT, YamlScalar.Type.NUMBER,
          Tag.BOOL, YamlScalar.Type.TRUTH,
          Tag.NULL, YamlScalar.Type.NOTHING);

  private final Path file;

  private YamlFile(Path file) {
    this.file = file;
  }

  /**
   * Reads the keys of a file.
   *
   * @param described what the file should describe, for messages
   * @param example a line that it may have
   * @throws GraftException if it is no YAML, or more than keys with values, with the place
   */
  public static YamlMapping read(Path file, String described, String example) {
    return new YamlFile(file).mapping(described, example);
  }

  private YamlMapping mapping(String described, String example) {
    Place top = new Place(file, 1, 1);
    String text = String.join("\n", TextLines.all(file));
    if (text.length() > MOST_CHARACTERS) {
      throw GraftException.input("The file is too large to describe %s.", described)
          .in(file)
          .expected("at most %s characters", MOST_CHARACTERS)
          .found("%s", text.length());
    }
    LoadSettings settings =
        LoadSettings.builder().setLabel(file.toString()).setAllowNonScalarKeys(true).build();
    try {
      refuseMore(new Parse(settings).parseString(text));
      Node root = new Compose(settings).composeString(text).orElse(null);
      if (!(root instanceof MappingNode keys)) {
        throw GraftException.input("The file does not describe %s.", described)
            .in(top)
            .expected("lines such as '%s'", example);
      }
      return mapping("", keys);
    } catch (MarkedYamlEngineException e) {
      throw GraftException.input("The file is no YAML.")
          .in(place(e.getProblemMark()))
          .found(e.getProblem())
          .causedBy(e);
    } catch (YamlEngineException e) {
      throw GraftException.input("The file is no YAML.").in(top).found(e.getMessage()).causedBy(e);
    }
  }

  private void refuseMore(Iterable<Event> events) {
    int depth = 0;
    for (Event event : events) {
      if (event instanceof ScalarEvent scalar) {
        Texts.fault(scalar.getValue())
            .ifPresent(
                fault -> {
                  throw refused("Such a character", event, "a text without it").found(fault);
                });
      }
      if (event instanceof AliasEvent) {
        throw refused("An alias of YAML", event, "the value itself");
      }
      if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        throw refused("An anchor of YAML", event, "the value alone");
      }
      if (isTagged(event)) {
        throw refused("A tag of YAML", event, "the value alone");
      }
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        throw refused("So much nesting", event, "at most %s levels".formatted(DEEPEST));
      }
      depth -= event instanceof CollectionEndEvent ? 1 : 0;
    }
  }

  private static boolean isTagged(Event event) {
    return (event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
        || (event instanceof CollectionStartEvent start && start.getTag().isPresent());
  }

  private GraftException refused(String what, Event event, String expected) {
    return GraftException.input("%s has no place here.", what)
        .in(place(event.getStartMark()))
        .expected("%s", expected);
  }

  private Place place(Optional<Mark> mark) {
    return new Place(
        file, mark.map(Mark::getLine).orElse(0) + 1, mark.map(Mark::getColumn).orElse(0) + 1);
  }

  private YamlMapping mapping(String key, MappingNode node) {
    Map<String, YamlMapping.Entry> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Place place = place(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        throw GraftException.input(
                "A key can't be %s.",
                tuple.getKeyNode() instanceof SequenceNode ? "a list" : "keys with values")
            .in(place)
            .expected("a name");
      }
      String name = scalar.getValue();
      YamlValue value = value(name, tuple.getValueNode());
      if (entries.put(name, new YamlMapping.Entry(place, value)) != null) {
        throw GraftException.input("The key '%s' is given twice.", name)
            .in(place)
            .expected("it once");
      }
    }
    return new YamlMapping(key, place(node.getStartMark()), entries);
  }

  private YamlValue value(String key, Node node) {
    if (node instanceof MappingNode mapping) {
      return mapping(key, mapping);
    }
    Place place = place(node.getStartMark());
    if (node instanceof SequenceNode list) {
      List<YamlValue> values = new ArrayList<>();
      list.getValue().forEach(each -> values.add(value(key, each)));
      return new YamlList(key, place, values);
    }
    ScalarNode scalar = (ScalarNode) node;
    return new YamlScalar(key, place, scalar.getValue(), TYPES.get(scalar.getTag()));
  }
}
