package dev.graft.host;

import com.google.gson.JsonObject;
import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.Set;

/** Hosts known by name: their shapes alone, for plans that need no weight. */
public final class HostShapes {
  private static final String FILE = "shapes.json";

  private HostShapes() {}

  /** {@return the names, such as {@code gpt3-175b}} */
  public static Set<String> names() {
    return all().keySet();
  }

  /**
   * {@return the host of a name}
   *
   * @param name one of {@link #names()}
   * @throws GraftException if the name is not known
   */
  public static HostShape named(String name) {
    return HostShape.of(configuration(name));
  }

  /**
   * {@return what would stand in the {@code config.json} of the host of a name}
   *
   * @param name one of {@link #names()}
   * @throws GraftException if the name is not known
   */
  public static JsonFile configuration(String name) {
    JsonObject shapes = all();
    if (!shapes.has(name)) {
      throw GraftException.input(
              "There is no shape '%s'.%s", name, Names.didYouMean(name, shapes.keySet()))
          .expected(String.join(", ", shapes.keySet()));
    }
    return new JsonFile(Path.of(name), shapes.getAsJsonObject(name));
  }

  private static JsonObject all() {
    return Resources.json(FILE);
  }
}
