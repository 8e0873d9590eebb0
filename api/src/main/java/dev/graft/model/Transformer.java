package dev.graft.model;

import dev.graft.api.GraftException;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Names;
import dev.graft.api.Site;
import dev.graft.api.Targets;
import dev.graft.checkpoint.JsonFile;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A host's shape: its weights by name and its sites, without any value. */
public final class Transformer implements Host {
  private final Architecture architecture;
  private final HostConfig config;
  private final boolean pooler;
  private final Map<String, HostParameter> parameters = new LinkedHashMap<>();
  private final Map<String, Site.Projection> projections = new LinkedHashMap<>();
  private final List<Site.Sublayer> sublayers = new ArrayList<>();
  private final List<Site.Block> blocks = new ArrayList<>();
  private final List<Site.Attention> attentions = new ArrayList<>();

  /**
   * A host of a given shape.
   *
   * @param pooler whether the checkpoint has the projection behind the first token
   */
  private Transformer(Architecture architecture, HostConfig config, boolean pooler) {
    this.architecture = architecture;
    this.config = config;
    this.pooler = pooler;
    int width = config.width();
    weight("embeddings.word.weight", config.vocabulary(), width);
    weight("embeddings.position.weight", config.positions(), width);
    if (config.tokenTypes() > 0) {
      weight("embeddings.type.weight", config.tokenTypes(), width);
    }
    norm("embeddings.norm");
    for (int i = 0; i < config.layers(); i++) {
      String block = "layers." + i;
      String attention = block + ".attention";
      String mlp = block + ".mlp";
      int queries = config.heads() * config.headWidth();
      int keys = config.keyValueHeads() * config.headWidth();
      projection(attention + ".query", width, queries);
      projection(attention + ".key", width, keys);
      projection(attention + ".value", width, keys);
      projection(attention + ".output", queries, width);
      norm(attention + ".norm");
      projection(mlp + ".up", width, config.mlpWidth());
      projection(mlp + ".down", config.mlpWidth(), width);
      norm(mlp + ".norm");
      attentions.add(
          new Site.Attention(
              attention, i, config.heads(), config.keyValueHeads(), config.headWidth()));
      sublayers.add(new Site.Sublayer(attention, i, Site.Sublayer.Part.ATTENTION, width));
      sublayers.add(new Site.Sublayer(mlp, i, Site.Sublayer.Part.MLP, width));
      blocks.add(new Site.Block(block, i, width));
    }
    if (pooler) {
      projection("pooler", width, width);
    }
  }

  /**
   * The host that a {@code config.json} describes.
   *
   * @param names the checkpoint's weights, which tell whether there is a pooler
   * @throws GraftException if the architecture is unknown or a size is missing
   */
  public static Transformer of(JsonFile config, Set<String> names) {
    Architecture architecture = Architecture.of(config);
    boolean pooler = names.stream().anyMatch(name -> name.endsWith("pooler.dense.weight"));
    return new Transformer(architecture, architecture.config(config), pooler);
  }

  /** This host with its own dropouts at another probability. */
  public Transformer withDropout(double probability) {
    return new Transformer(architecture, config.withDropout(probability), pooler);
  }

  private void weight(String name, long... shape) {
    Tensor leaf = Tensor.leaf(Tensor.Source.WEIGHT, name, Shape.of(shape), Type.REAL);
    OptionalInt layer =
        name.startsWith("layers.")
            ? OptionalInt.of(Integer.parseInt(name.replaceFirst("layers\\.(\\d+)\\..*", "$1")))
            : OptionalInt.empty();
    parameters.put(name, new HostParameter(name, layer, leaf));
  }

  private void norm(String path) {
    weight(path + ".weight", config.width());
    weight(path + ".bias", config.width());
  }

  private void projection(String path, long in, long out) {
    weight(path + ".weight", out, in);
    weight(path + ".bias", out);
    projections.put(
        path,
        new Site.Projection(
            path, in, out, tensor(path + ".weight"), Optional.of(tensor(path + ".bias"))));
  }

  private Tensor tensor(String parameter) {
    return parameters.get(parameter).tensor();
  }

  HostParameter parameter(String name) {
    return parameters.get(name);
  }

  Architecture definition() {
    return architecture;
  }

  /** The sizes. */
  public HostConfig config() {
    return config;
  }

  boolean hasPooler() {
    return pooler;
  }

  Site.Projection projection(String path) {
    return projections.get(path);
  }

  Site.Sublayer attention(int layer) {
    return sublayers.get(2 * layer);
  }

  Site.Sublayer mlp(int layer) {
    return sublayers.get(2 * layer + 1);
  }

  /** The number of weights, without any task head. */
  public long parameterCount() {
    return parameters.values().stream().mapToLong(p -> p.tensor().shape().size().fixed()).sum();
  }

  @Override
  public String architecture() {
    return architecture.modelType();
  }

  @Override
  public int layers() {
    return config.layers();
  }

  @Override
  public int width() {
    return config.width();
  }

  @Override
  public List<Site.Projection> projections(Targets targets) {
    Set<String> chosen = new TreeSet<>();
    for (String entry : targets.entries()) {
      List<String> matched =
          projections.keySet().stream()
              .filter(path -> entry.equals(Targets.ALL_LINEAR) || Targets.matches(entry, path))
              .toList();
      if (matched.isEmpty()) {
        Set<String> last = new TreeSet<>();
        projections.keySet().forEach(path -> last.add(path.substring(path.lastIndexOf('.') + 1)));
        throw GraftException.input(
            "The target '%s' matches no projection of the %s host.%s%n  expected: %s, %s, a path such as %s, or a regular expression over paths in slashes"
                .formatted(
                    entry,
                    architecture(),
                    Names.didYouMean(entry, last),
                    String.join(", ", last),
                    Targets.ALL_LINEAR,
                    projections.keySet().iterator().next()));
      }
      chosen.addAll(matched);
    }
    return projections.values().stream().filter(site -> chosen.contains(site.path())).toList();
  }

  @Override
  public List<Site.Sublayer> sublayers() {
    return List.copyOf(sublayers);
  }

  @Override
  public List<Site.Block> blocks() {
    return List.copyOf(blocks);
  }

  @Override
  public List<Site.Attention> attentions() {
    return List.copyOf(attentions);
  }

  @Override
  public Site.Embeddings embeddings() {
    return new Site.Embeddings("embeddings", tensor("embeddings.word.weight"));
  }

  @Override
  public List<HostParameter> parameters() {
    return List.copyOf(parameters.values());
  }
}
