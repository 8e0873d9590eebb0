package dev.graft.harness.bench.growth;

import com.google.gson.JsonObject;
import dev.graft.files.JsonFile;
import dev.graft.harness.bench.Figure;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencySpec.Size;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Which sizes grow, and what the others are meanwhile.
 *
 * @param model the name of a known shape
 * @param method with {@value #RANK} in the place of its rank
 * @param layers of the host where these don't grow; so with size and rank
 * @param axes values of each that grows, the smallest first
 */
public record GrowthPlan(
    String model,
    String method,
    Figure.Head head,
    int layers,
    Size size,
    int rank,
    Map<Axis, List<Integer>> axes) {
  private static final String RANK = "RANK";
  private static final String FILE = "growth.json";
  private static final List<String> LAYERS = List.of("n_layer", "num_hidden_layers");
  private static final Size QUICK = new Size(2, 8);

  public GrowthPlan {
    axes = Collections.unmodifiableMap(new EnumMap<>(axes));
  }

  /** Those of a processor and of a GPU. */
  private record Plans(GrowthPlan gpu, GrowthPlan cpu) {}

  /** That of a device. */
  public static GrowthPlan on(String device) {
    try (InputStream in = GrowthPlan.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + FILE + " is missing");
      }
      Plans plans = Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), Plans.class);
      return device.startsWith("gpu") ? plans.gpu() : plans.cpu();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with small numbers, which shows that it can be run and nothing else. */
  public GrowthPlan quick() {
    Map<Axis, List<Integer>> few = new EnumMap<>(Axis.class);
    axes.keySet().forEach(axis -> few.put(axis, List.of(1, 2, 4)));
    return new GrowthPlan(model, method, head, 1, QUICK, 2, few);
  }

  /** Only these axes, if any are named. */
  public GrowthPlan only(List<Axis> wanted) {
    Map<Axis, List<Integer>> some = new EnumMap<>(axes);
    some.keySet().removeIf(axis -> !wanted.isEmpty() && !wanted.contains(axis));
    return new GrowthPlan(model, method, head, layers, size, rank, some);
  }

  /**
   * What is timed as an axis grows.
   *
   * @param folder of a host with so many layers
   */
  public List<Figure> figures(Axis axis, Function<Integer, String> folder) {
    return axes.get(axis).stream().map(value -> figure(axis, value, folder)).toList();
  }

  private Figure figure(Axis axis, int value, Function<Integer, String> folder) {
    boolean isMixed = axis == Axis.ADAPTERS;
    return new Figure(
        folder.apply(axis == Axis.LAYERS ? value : layers),
        method.replace(RANK, "" + (axis == Axis.RANK ? value : rank)),
        isMixed ? Figure.Work.FORWARD : Figure.Work.STEP,
        isMixed ? Figure.Head.CLASSES : head,
        isMixed ? Figure.Arm.MIXED : Figure.Arm.ADAPTED,
        isMixed ? value : 1,
        new Size(
            axis == Axis.ROWS ? value : size.rows(), axis == Axis.LENGTH ? value : size.length()));
  }

  /** The configuration with so many layers. */
  public static JsonFile withLayers(JsonFile config, int layers) {
    JsonObject json = config.json().deepCopy();
    LAYERS.stream().filter(json::has).forEach(name -> json.addProperty(name, layers));
    return new JsonFile(config.file(), json);
  }
}
