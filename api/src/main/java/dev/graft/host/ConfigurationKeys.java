package dev.graft.host;

import static java.util.stream.Collectors.joining;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the keys of {@code config.json} do to a forward pass, by {@code configuration-keys.json}. It
 * lists, for each architecture and those that it is like, and for all,
 *
 * <ul>
 *   <li>{@code read}: Graft computes what the key says;
 *   <li>{@code only}: Graft computes the pass that the listed values, null and no key lead to, and
 *       has no host for others;
 *   <li>{@code ignored}: the key changes nothing in the passes that Graft has;
 *   <li>{@code aliases}: other names, which count before the ones that they stand for.
 * </ul>
 *
 * <p>Where an architecture has a key that it does not know, but that changes the pass of another
 * one, the model was made for a pass of its own, and transformers would compute another one without
 * a word. So the key is refused, unless its value is false, null or one that changes nothing there;
 * and so is code that comes with the model ({@code auto_map}). Keys that no architecture knows are
 * notes by those who made the model, of which there are many: they are ignored, and {@code graft
 * inspect} tells them.
 */
final class ConfigurationKeys {
  private static final JsonObject TABLE = Resources.json("configuration-keys.json");
  private static final String ALL = "all";
  private static final String CODE = "auto_map";

  private final String architecture;
  private final Set<String> known = new TreeSet<>();
  private final Map<String, JsonArray> allowed = new TreeMap<>();
  private final Map<String, JsonArray> foreign = new TreeMap<>();
  private final Map<String, String> aliases = new TreeMap<>();

  private ConfigurationKeys(String architecture) {
    this.architecture = architecture;
    JsonFile own = section(architecture);
    for (String name : List.of(architecture, own.stringOr("like", ALL), ALL)) {
      JsonFile section = section(name);
      known.addAll(section.stringsOr("read", List.of()));
      known.addAll(section.stringsOr("ignored", List.of()));
      section.at("only").json().asMap().forEach((k, v) -> allowed.put(k, v.getAsJsonArray()));
      section.at("aliases").json().asMap().forEach((k, v) -> aliases.put(k, v.getAsString()));
    }
    known.addAll(allowed.keySet());
    known.addAll(aliases.keySet());
    TABLE.keySet().stream()
        .filter(name -> TABLE.get(name).isJsonObject())
        .forEach(this::addForeign);
    foreign.keySet().removeAll(known);
  }

  private void addForeign(String name) {
    JsonFile section = section(name);
    section.stringsOr("read", List.of()).forEach(key -> foreign.put(key, new JsonArray()));
    section.at("only").json().asMap().forEach((k, v) -> foreign.put(k, v.getAsJsonArray()));
  }

  private static JsonFile section(String name) {
    return new JsonFile(Path.of("configuration-keys.json"), TABLE.getAsJsonObject(name));
  }

  static ConfigurationKeys of(String architecture) {
    return new ConfigurationKeys(architecture);
  }

  /** The same configuration without aliases; what Graft does not compute is refused. */
  JsonFile checked(JsonFile config) {
    refuseCode(config);
    for (Map.Entry<String, JsonArray> entry : allowed.entrySet()) {
      JsonElement found = value(config, entry.getKey());
      if (!found.isJsonNull() && !entry.getValue().contains(found)) {
        throw unsupported(config, entry.getKey(), either(entry.getValue()), found);
      }
    }
    for (Map.Entry<String, JsonArray> entry : foreign.entrySet()) {
      JsonElement found = value(config, entry.getKey());
      boolean isNothing = found.isJsonNull() || found.equals(new JsonPrimitive(false));
      if (!isNothing && !entry.getValue().contains(found)) {
        throw ofAnother(config, entry.getKey(), found);
      }
    }
    JsonObject resolved = config.json().deepCopy();
    aliases.keySet().stream()
        .filter(config::has)
        .forEach(alias -> resolved.add(aliases.get(alias), config.json().get(alias)));
    return new JsonFile(config.file(), resolved);
  }

  /** Of a key, or of one in the object of another, behind a dot. */
  private static JsonElement value(JsonFile config, String key) {
    int dot = key.indexOf('.');
    JsonObject json = dot < 0 ? config.json() : config.at(key.substring(0, dot)).json();
    JsonElement value = json.get(key.substring(dot + 1));
    return value == null ? JsonNull.INSTANCE : value;
  }

  private static void refuseCode(JsonFile config) {
    for (String name : config.at(CODE).json().keySet()) {
      if (name.startsWith("AutoModel")) {
        throw GraftException.input("The model is computed by code that comes with it.")
            .in("%s, '%s'".formatted(config.file(), CODE))
            .expected("a model that transformers computes by its own code")
            .found("%s: %s", name, config.json().getAsJsonObject(CODE).get(name))
            .remedy("choose a model without such code")
            .remedy("if its own code is what transformers has, too, remove the key");
      }
    }
  }

  private static String either(JsonArray values) {
    return values.isEmpty()
        ? "null"
        : values.asList().stream().map(JsonElement::toString).collect(joining(" or "));
  }

  static GraftException unsupported(JsonFile config, String key, Object supported, Object found) {
    return GraftException.input("Graft has no host with this '%s'.", key)
        .in(config.file())
        .expected(supported)
        .found(found)
        .remedy("choose a model that has the expected value");
  }

  private GraftException ofAnother(JsonFile config, String key, JsonElement found) {
    return GraftException.input("A %s host computes nothing with the key '%s'.", architecture, key)
        .in(config.file())
        .expected("a value that changes nothing: %s", either(foreign.get(key)))
        .found(found)
        .remedy("choose a model of an architecture that has this key")
        .remedy("if transformers was what made the model, and so ignored the key, remove it");
  }

  /** The keys that no architecture knows. */
  Set<String> unread(JsonFile config) {
    Set<String> unread = new TreeSet<>(config.json().keySet());
    unread.removeAll(known);
    unread.removeAll(foreign.keySet());
    return unread;
  }
}
