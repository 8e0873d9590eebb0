package dev.graft.host;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.files.JsonFile;
import dev.graft.host.HostConfig.Embedding.Then;
import dev.graft.host.HostConfig.Relative.Term;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A host's shape: its weights by name and its sites, without any value. */
public final class HostShape implements Host {
  /** The language-model head: a projection of the host, but not one of its inner ones. */
  public static final String LM_HEAD = "lm_head";

  private final Architecture architecture;
  private final HostConfig config;
  private final Set<String> lacking;
  private final Map<String, HostParameter> parameters = new LinkedHashMap<>();
  private final Map<String, Site.Projection> projections = new LinkedHashMap<>();

  /** A weight may be an expression over leaves, which has no name of its own. */
  private final Map<Tensor, String> names = new HashMap<>();

  /** Projections that are parts of a fused one. */
  private final Map<Site.Projection, Slice> slices = new LinkedHashMap<>();

  private final List<Site.Sublayer> sublayers = new ArrayList<>();
  private final List<Site.Block> blocks = new ArrayList<>();
  private final List<Site.Attention> attentions = new ArrayList<>();

  /** The rows of a fused projection that a site stands for. */
  public record Slice(Site.Projection fused, long from, long to) {
    public Affine of(Affine map) {
      return new Affine(
          map.weight().slice(0, from, to), map.bias().map(bias -> bias.slice(0, from, to)));
    }
  }

  private HostShape(Architecture architecture, HostConfig config, Set<String> lacking) {
    this.architecture = architecture;
    this.config = config;
    this.lacking = Set.copyOf(lacking);
    int width = config.width();
    HostConfig.Embedding embedding = config.embedding();
    weight("embeddings.word.weight", config.vocabulary(), width);
    if (embedding.positions() > 0) {
      weight("embeddings.position.weight", embedding.positions(), width);
    }
    if (embedding.tokenTypes() > 0) {
      weight("embeddings.type.weight", embedding.tokenTypes(), width);
    }
    if (embedding.has(Then.NORM)) {
      norm("embeddings.norm");
    }
    config.attention().relative().ifPresent(this::relative);
    for (int i = 0; i < config.layers(); i++) {
      attention(i, "layers." + i + ".attention");
      mlp(i, "layers." + i + ".mlp");
      blocks.add(new Site.Block("layers." + i, i, width));
      if (i == 0) {
        config.convolution().ifPresent(this::convolution);
      }
    }
    if (config.norm().isFirst()) {
      norm("norm");
    }
    if (hasPooler()) {
      projection("pooler", width, width, true);
    }
    if (config.attention().isCausal() && !lacking.contains(LM_HEAD)) {
      languageModelHead();
    }
  }

  private void attention(int i, String path) {
    HostConfig.Attention shape = config.attention();
    long width = config.width();
    long queries = (long) shape.heads() * shape.headWidth();
    long keys = (long) shape.keyValueHeads() * shape.headWidth();
    if (config.norm().isFirst()) {
      norm(path + ".norm");
    }
    if (shape.isFused()) {
      projection(path + ".qkv", width, queries + 2 * keys, shape.hasBias());
      slice(path, "query", 0, queries);
      slice(path, "key", queries, queries + keys);
      slice(path, "value", queries + keys, queries + 2 * keys);
    } else {
      projection(path + ".query", width, queries, shape.hasBias());
      projection(path + ".key", width, keys, shape.hasBias());
      projection(path + ".value", width, keys, shape.hasBias());
    }
    boolean ownPositions = shape.relative().filter(r -> !r.sharesKeys()).isPresent();
    if (ownPositions && shape.relative().get().has(Term.CONTENT_TO_POSITION)) {
      projection(path + ".position_key", width, queries, true);
    }
    if (ownPositions && shape.relative().get().has(Term.POSITION_TO_CONTENT)) {
      projection(path + ".position_query", width, queries, true);
    }
    projection(path + ".output", queries, width, shape.hasOutputBias());
    if (!config.norm().isFirst()) {
      norm(path + ".norm");
    }
    attentions.add(
        new Site.Attention(path, i, shape.heads(), shape.keyValueHeads(), shape.headWidth()));
    sublayers.add(new Site.Sublayer(path, i, Site.Sublayer.Part.ATTENTION, width));
  }

  private void mlp(int i, String path) {
    HostConfig.Mlp shape = config.mlp();
    long width = config.width();
    if (config.norm().isFirst()) {
      norm(path + ".norm");
    }
    if (shape.isGated()) {
      projection(path + ".gate", width, shape.width(), shape.bias());
    }
    projection(path + ".up", width, shape.width(), shape.bias());
    projection(path + ".down", shape.width(), width, shape.bias());
    if (!config.norm().isFirst()) {
      norm(path + ".norm");
    }
    sublayers.add(new Site.Sublayer(path, i, Site.Sublayer.Part.MLP, width));
  }

  private void relative(HostConfig.Relative relative) {
    weight("relative.weight", 2L * relative.span(), config.width());
    if (relative.norm()) {
      norm("relative.norm");
    }
  }

  private void convolution(HostConfig.Convolution shape) {
    weight("convolution.weight", config.width(), config.width() / shape.groups(), shape.kernel());
    weight("convolution.bias", config.width());
    norm("convolution.norm");
  }

  /** Where the head is the token table it reads the table's weight. */
  private void languageModelHead() {
    if (config.tiedHead()) {
      Tensor table = tensor("embeddings.word.weight");
      projections.put(
          LM_HEAD,
          new Site.Projection(
              LM_HEAD,
              OptionalInt.empty(),
              config.width(),
              config.vocabulary(),
              table,
              Optional.empty()));
    } else {
      projection(LM_HEAD, config.width(), config.vocabulary(), false);
    }
  }

  /**
   * {@return the host that a {@code config.json} describes, with the parts that a checkpoint has}
   *
   * @param config of a known {@code model_type}
   * @param names the checkpoint's weights, which tell whether there is a pooler or a language-model
   *     head
   * @throws GraftException if the architecture is unknown, a size is missing or a feature is not
   *     supported
   */
  public static HostShape of(JsonFile config, Set<String> names) {
    Architecture architecture = Architecture.of(config);
    HostConfig sizes = architecture.config(config);
    Set<String> lacking = new HashSet<>(architecture.optional(sizes));
    lacking.removeIf(
        path ->
            names.stream()
                .anyMatch(n -> n.endsWith(architecture.naming().theirs(path + ".weight"))));
    return new HostShape(architecture, sizes, lacking);
  }

  /**
   * {@return the host that a {@code config.json} describes, with every part that its architecture
   * has}
   *
   * @param config of a known {@code model_type}
   * @throws GraftException if the architecture is unknown, a size is missing or a feature is not
   *     supported
   */
  public static HostShape of(JsonFile config) {
    Architecture architecture = Architecture.of(config);
    return new HostShape(architecture, architecture.config(config), Set.of());
  }

  /** This host with its own dropouts at another probability. */
  public HostShape withDropout(double probability) {
    return new HostShape(architecture, config.withDropout(probability), lacking);
  }

  private void weight(String name, long... shape) {
    Tensor leaf = Tensor.leaf(Tensor.Source.WEIGHT, name, Shape.of(shape), Type.REAL);
    parameters.put(name, new HostParameter(name, layer(name), leaf));
    names.put(leaf, name);
  }

  private static OptionalInt layer(String path) {
    String blocks = "layers.";
    return path.startsWith(blocks)
        ? OptionalInt.of(
            Integer.parseInt(path, blocks.length(), path.indexOf('.', blocks.length()), 10))
        : OptionalInt.empty();
  }

  private void norm(String path) {
    weight(path + ".weight", config.width());
    if (config.norm().hasBias()) {
      weight(path + ".bias", config.width());
    }
  }

  private void projection(String path, long in, long out, boolean bias) {
    weight(path + ".weight", out, in);
    if (bias) {
      weight(path + ".bias", out);
    }
    projections.put(
        path,
        new Site.Projection(
            path,
            layer(path),
            in,
            out,
            tensor(path + ".weight"),
            bias ? Optional.of(tensor(path + ".bias")) : Optional.empty()));
  }

  private void slice(String attention, String part, long from, long to) {
    Site.Projection fused = projections.get(attention + ".qkv");
    Slice slice = new Slice(fused, from, to);
    Affine map = slice.of(new Affine(fused.weight(), fused.bias()));
    String path = attention + "." + part;
    Site.Projection site =
        new Site.Projection(path, fused.layer(), fused.in(), to - from, map.weight(), map.bias());
    projections.put(path, site);
    slices.put(site, slice);
  }

  private Tensor tensor(String parameter) {
    return parameters.get(parameter).tensor();
  }

  public HostParameter parameter(String name) {
    return parameters.get(name);
  }

  /** The name of the parameter that a tensor is; null if it is none. */
  public String nameOf(Tensor weight) {
    return names.get(weight);
  }

  /** The name of a weight in checkpoints of a model with a task head. */
  public String checkpointName(HostParameter parameter) {
    int dot = parameter.name().lastIndexOf('.');
    return architecture.naming().full(parameter.name().substring(0, dot))
        + parameter.name().substring(dot);
  }

  /** Whether checkpoints hold a projection's weight as (in, out). */
  public boolean isTransposed(HostParameter parameter) {
    return architecture.naming().isTransposed(parameter.name());
  }

  /** The shape of a weight in checkpoints. */
  public Shape storedShape(HostParameter parameter) {
    Shape shape = parameter.tensor().shape();
    return isTransposed(parameter) ? Shape.of(shape.dim(1), shape.dim(0)) : shape;
  }

  Naming naming() {
    return architecture.naming();
  }

  /**
   * The head that the reference implementation puts on sequences, whether or not its pooler is
   * there.
   */
  public TaskHeadLayout headLayout() {
    return architecture.headLayout();
  }

  /** The head that the reference implementation puts on a checkpoint like this one. */
  public TaskHeadLayout referenceHead() {
    return architecture.headLayout() != TaskHeadLayout.POOLED || hasPooler()
        ? architecture.headLayout()
        : headWithPooler().orElseThrow();
  }

  /** The reference head with the host's pooler as a part of it, where the host may have one. */
  public Optional<TaskHeadLayout> headWithPooler() {
    if (architecture.headLayout() != TaskHeadLayout.POOLED) {
      return Optional.empty();
    }
    String pooler = naming().full("pooler");
    return Arrays.stream(TaskHeadLayout.values())
        .filter(layout -> layout.hidden().filter(own -> own.path().equals(pooler)).isPresent())
        .findFirst();
  }

  /** What transformers' classes of such hosts are called after, such as {@code Bert}. */
  public String family() {
    return architecture.family();
  }

  /** The class of transformers with the language-model head. */
  public String languageModelClass() {
    return architecture.languageModelClass();
  }

  /** {@return the sizes and constants} */
  public HostConfig config() {
    return config;
  }

  public boolean hasPooler() {
    return architecture.headLayout() == TaskHeadLayout.POOLED && !lacking.contains("pooler");
  }

  /** {@return whether a token sees only itself and what is before it} */
  public boolean isCausal() {
    return config.attention().isCausal();
  }

  /** {@return whether there is a language-model head} */
  public boolean isLanguageModel() {
    return projections.containsKey(LM_HEAD);
  }

  /** The fused projection that a site is a part of, and which. */
  public Optional<Slice> slice(Site.Projection site) {
    return Optional.ofNullable(slices.get(site));
  }

  /** The projection that holds a projection's weight: itself unless it is a part of a fused one. */
  public Site.Projection owner(Site.Projection site) {
    return slice(site).map(Slice::fused).orElse(site);
  }

  /** The parts of a fused projection; none if it is not fused. */
  public List<Site.Projection> parts(Site.Projection fused) {
    return slices.keySet().stream().filter(part -> slices.get(part).fused().equals(fused)).toList();
  }

  public Site.Projection projection(String path) {
    return projections.get(path);
  }

  public Site.Sublayer attention(int layer) {
    return sublayers.get(2 * layer);
  }

  public Site.Sublayer mlp(int layer) {
    return sublayers.get(2 * layer + 1);
  }

  /** {@return the number of weights, without any task head} */
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
    Set<Site.Projection> chosen = new HashSet<>();
    coverage(targets).values().forEach(chosen::addAll);
    return projections.values().stream().filter(chosen::contains).toList();
  }

  @Override
  public Map<String, List<Site.Projection>> coverage(Targets targets) {
    Map<String, List<Site.Projection>> coverage = new LinkedHashMap<>();
    for (String entry : targets.entries()) {
      List<Site.Projection> matched = matching(entry);
      if (matched.isEmpty()) {
        throw noMatch(entry);
      }
      coverage.put(entry, matched);
    }
    return coverage;
  }

  /** The projections that an entry of a selection names, if any. */
  public List<Site.Projection> matching(String entry) {
    return projections.values().stream().filter(site -> matches(entry, site)).toList();
  }

  /** By Graft's path, or by the name that the module has in the checkpoint. */
  private boolean matches(String entry, Site.Projection site) {
    boolean part = slices.containsKey(site);
    if (entry.equals(Targets.ALL_LINEAR)) {
      return !part && !site.path().equals(LM_HEAD);
    }
    return Targets.matches(entry, site.path())
        || (!part && Targets.matches(entry, moduleName(site.path()).orElseThrow()));
  }

  private GraftException noMatch(String entry) {
    Set<String> last = new TreeSet<>();
    projections.keySet().forEach(path -> last.add(path.substring(path.lastIndexOf('.') + 1)));
    return GraftException.input(
            "The target '%s' matches no projection of the %s host.%s",
            entry, architecture(), Names.didYouMean(entry, last))
        .expected(
            "%s, %s, a path such as %s, or a regular expression over paths in slashes",
            String.join(", ", last), Targets.ALL_LINEAR, projections.keySet().iterator().next());
  }

  @Override
  public Optional<String> moduleName(String path) {
    return parameters.containsKey(path + ".weight") || (path.equals(LM_HEAD) && isLanguageModel())
        ? Optional.of(architecture.naming().full(path))
        : Optional.empty();
  }

  @Override
  public Optional<String> path(String moduleName) {
    return Stream.concat(parameters.keySet().stream(), Stream.of(LM_HEAD + ".weight"))
        .filter(name -> name.endsWith(".weight"))
        .map(name -> name.substring(0, name.length() - ".weight".length()))
        .filter(path -> moduleName(path).filter(moduleName::equals).isPresent())
        .findFirst();
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
