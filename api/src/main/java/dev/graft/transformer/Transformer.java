package dev.graft.transformer;

import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Site;
import dev.graft.host.HostConfig;
import dev.graft.host.HostConfig.Embedding.Then;
import dev.graft.host.HostShape;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The transformer: the pass of tokens through a host with grafts on it, recorded from the
 * embeddings to the last hidden states. What a task head makes of these is {@link
 * TaskHeadOutput}'s.
 *
 * <pre>
 * B  sequences of a batch         H  heads
 * T  tokens of the longest one    K  key-value heads
 * S  T and virtual rows before    E  width of a head
 * P  virtual keys in front        M  width inside the MLP
 * D  width of the stream
 * </pre>
 */
public final class Transformer {
  public static final Dim B = Dim.symbol("B");
  public static final Dim T = Dim.symbol("T");

  private final Grafts grafts;
  private final HostShape host;
  private final HostConfig config;
  private final Interventions interventions;
  private final Tensor ids; // (B, T)
  private final Tensor mask; // (B, T)
  private final Tensor types; // (B, T)
  private final Dim virtualRows; // S - T
  private final RecordedBatch batch;
  private final Attending attending;
  private final List<Tensor> hidden = new ArrayList<>(); // (B, S, D) each
  private final List<Tensor> stream; // (B, S, D) each
  private final List<KeysValues> keysValues = new ArrayList<>(); // (B, K, S, E) each

  /** The pass of a batch's tokens. */
  public Transformer(Grafts grafts) {
    this(grafts, Map.of());
  }

  /**
   * The pass of a batch's tokens where some weights hold interventions already.
   *
   * @param merged by site; those that are missing hold none
   */
  public Transformer(Grafts grafts, Map<Site, MergedSite> merged) {
    this(grafts, merged, input("ids"), input("mask"), input("types"));
  }

  /** The pass of a text through the host alone: one sequence, known when it is recorded. */
  public static Transformer over(HostShape host, List<Long> tokens) {
    tokens.forEach(host.config()::refuseUnknown);
    long[] numbers = tokens.stream().mapToLong(Long::longValue).toArray();
    Tensor ids = host.embeddings().table().numbers(numbers).unsqueeze(0);
    return new Transformer(Grafts.none(host), Map.of(), ids, ids.times(0).plus(1), ids.times(0));
  }

  private Transformer(
      Grafts grafts, Map<Site, MergedSite> merged, Tensor ids, Tensor mask, Tensor types) {
    this.grafts = grafts;
    this.host = grafts.host();
    this.config = host.config();
    this.interventions = new Interventions(grafts, merged);
    this.ids = ids;
    this.mask = mask;
    this.types = types;
    RecordedBatch tokens = new RecordedBatch(ids, mask, types, ids.range(length()).unsqueeze(0));
    Tensor words = interventions.embedded(tokens); // (B, S, D)
    this.virtualRows = words.shape().dim(1).minus(length());
    this.batch =
        tokens.with(
            Padding.padded(mask, virtualRows, 1),
            Padding.padded(types, virtualRows, 0),
            positions());
    this.attending =
        config.attention().relative().isPresent()
            ? new DisentangledAttention(config.attention().relative().get(), this)
            : new PlainAttention(config, batch);
    Tensor x = embed(words);
    hidden.add(x);
    for (int i = 0; i < config.layers(); i++) {
      Tensor y = block(i, x);
      x = i == 0 && config.convolution().isPresent() ? convolve(x, y) : y;
      hidden.add(x);
    }
    this.stream = List.copyOf(hidden);
    if (config.norm().isFirst()) {
      hidden.set(config.layers(), norm("norm", x));
    }
  }

  private static Tensor input(String name) {
    return Tensor.leaf(Tensor.Source.INPUT, name, Shape.of(B, T), Type.INT64);
  }

  // Embeddings

  private Tensor positions() {
    Tensor range = ids.range(virtualRows.plus(length())); // (S)
    int shift = grafts.positionShift();
    int reserved = config.embedding().reserved();
    if (reserved == 0) {
      return (shift == 0 ? range : range.plus(shift)).unsqueeze(0); // (1, S)
    }
    // RoBERTa: behind the row of padding, on which padding stays.
    Tensor tokens = ids.equalTo(config.paddingId()).equalTo(0).to(Type.INT64);
    Tensor real = Padding.padded(tokens, virtualRows, 1);
    Tensor counted = real.cumulativeSum(1);
    return (shift == 0 ? counted : counted.plus(shift)).times(real).plus(reserved - 1);
  }

  private Tensor embed(Tensor words) {
    Tensor x = words;
    if (config.embedding().positions() > 0) {
      x = x.plus(weight("embeddings.position.weight").rows(batch.positions()));
    }
    if (config.embedding().tokenTypes() > 0) {
      x = x.plus(weight("embeddings.type.weight").rows(batch.tokenTypes()));
    }
    if (config.embedding().has(Then.NORM)) {
      x = norm("embeddings.norm", x);
    }
    if (config.embedding().has(Then.MASK)) {
      x = x.times(batch.mask().to(Type.REAL).unsqueeze(2));
    }
    return x.dropout(config.dropouts().embeddings());
  }

  // Blocks

  private Tensor block(int i, Tensor stream) {
    Site.Block site = host.blocks().get(i);
    Tensor x = interventions.read(site, stream, batch);
    Tensor y = sublayer(host.attention(i), x, h -> attention(i, h));
    y = sublayer(host.mlp(i), y, h -> mlp(i, h));
    return interventions.output(site, new AtSublayer(x, x, y, UnaryOperator.identity(), batch));
  }

  /** One half of a block and its residual; the norm precedes the half or follows the addition. */
  private Tensor sublayer(Site.Sublayer site, Tensor x, UnaryOperator<Tensor> function) {
    UnaryOperator<Tensor> norm = h -> norm(site.path() + ".norm", h);
    boolean first = config.norm().isFirst();
    Tensor input = interventions.read(site, first ? norm.apply(x) : x, batch);
    Tensor output = function.apply(input).dropout(config.dropouts().hidden());
    UnaryOperator<Tensor> after = first ? UnaryOperator.identity() : norm;
    AtSublayer state = new AtSublayer(x, input, output, after, batch);
    return after.apply(interventions.output(site, state).plus(x));
  }

  private Tensor attention(int i, Tensor x) {
    Site.Attention site = host.attentions().get(i);
    List<Tensor> qkv = queryKeyValue(site.path(), x); // (B, S, H E), (B, S, K E) twice
    Tensor q = attending.positioned(heads(qkv.get(0), site.heads())); // (B, H, S, E)
    Tensor k = attending.positioned(heads(qkv.get(1), site.keyValueHeads())); // (B, K, S, E)
    KeysValues own = new KeysValues(k, heads(qkv.get(2), site.keyValueHeads()));
    keysValues.add(own);
    KeysValues all = interventions.inFront(site, own, batch); // (B, K, P + S, E)
    Tensor y = attending.attend(site, q, k, all); // (B, H, S, E)
    y = interventions.attended(site, q, y, batch).transpose(1, 2); // (B, S, H, E)
    return project(
        site.path() + ".output", y.reshape(0, 0, site.heads() * (long) site.headWidth()));
  }

  private List<Tensor> queryKeyValue(String path, Tensor x) {
    return config.attention().isFused()
        ? interventions.projectParts(host.projection(path + ".qkv"), x, batch)
        : Stream.of(".query", ".key", ".value").map(part -> project(path + part, x)).toList();
  }

  /** From (B, S, heads E) to (B, heads, S, E). */
  Tensor heads(Tensor x, int heads) {
    return x.reshape(0, 0, heads, config.attention().headWidth()).transpose(1, 2);
  }

  private Tensor mlp(int i, Tensor x) {
    String path = "layers." + i + ".mlp";
    Tensor up = project(path + ".up", x); // (B, S, M)
    Tensor inner =
        config.mlp().isGated()
            ? config.mlp().activation().of(project(path + ".gate", x)).times(up)
            : config.mlp().activation().of(up);
    return project(path + ".down", inner);
  }

  /** DeBERTa-v2: a convolution of what the first block reads joins what it gives. */
  private Tensor convolve(Tensor x, Tensor block) {
    HostConfig.Convolution shape = config.convolution().orElseThrow();
    Tensor channels = x.transpose(1, 2); // (B, D, S)
    Tensor weight = weight("convolution.weight");
    Dim flops = weight.shape().size().times(batch.rows()).times(x.shape().dim(1)).times(2);
    Tensor y =
        Tensor.call(
                "torch.conv1d",
                channels.shape(),
                x.type(),
                flops,
                channels,
                weight,
                weight("convolution.bias"),
                List.of(1L),
                List.of((shape.kernel() - 1) / 2L),
                List.of(1L),
                (long) shape.groups())
            .transpose(1, 2);
    Tensor real = batch.mask().to(Type.REAL).unsqueeze(2); // (B, S, 1)
    y = shape.activation().of(y.times(real).dropout(config.dropouts().hidden()));
    return norm("convolution.norm", block.plus(y)).times(real);
  }

  /** An affine map of the host with the interventions at it. */
  Tensor project(String path, Tensor x) {
    return interventions.project(host.projection(path), x, batch);
  }

  Tensor norm(String path, Tensor x) {
    Tensor weight = weight(path + ".weight");
    return switch (config.norm().formula()) {
      case RMS_NORM -> x.rmsNorm(weight, config.norm().epsilon());
      case LAYER_NORM -> x.layerNorm(weight, weight(path + ".bias"), config.norm().epsilon());
    };
  }

  /** What stands for a host's weight: a graft's own copy if it was unfrozen. */
  Tensor weight(String parameter) {
    return grafts.weight(host.parameter(parameter).tensor());
  }

  HostConfig config() {
    return config;
  }

  // What the pass reads and gives

  /** The batch's leaves, in the order of {@link dev.graft.host.TokenBatch#onto}. */
  public List<Tensor> inputs() {
    return List.of(ids, mask, types);
  }

  private Dim length() {
    return ids.shape().dim(1);
  }

  /** What interventions see of the batch. */
  public RecordedBatch batch() {
    return batch;
  }

  /** What interventions of this pass, and of the head recorded on it, add to the loss. */
  public List<Tensor> penalties() {
    return batch.penalties();
  }

  /** The mask of real tokens without any virtual row, (B, T). */
  Tensor mask() {
    return mask;
  }

  /** The keys and values of each attention's own rows, after any rotation. */
  public List<KeysValues> keysValues() {
    return keysValues;
  }

  /** The stream after the embeddings and after each block, (B, T, D) each. */
  public List<Tensor> hidden() {
    return hidden.stream().map(this::tokens).toList();
  }

  /** What each block reads, and what the last one gives, (B, S, D) each. */
  public List<Tensor> stream() {
    return stream;
  }

  /** The last hidden states, (B, S, D). */
  Tensor last() {
    return hidden.get(config.layers());
  }

  /** The rows of tokens: from (B, S, D) to (B, T, D). */
  Tensor tokens(Tensor x) {
    return virtualRows.equals(Dim.of(0)) ? x : x.slice(1, virtualRows, virtualRows.plus(length()));
  }

  /** The rows that a token follows: from (B, S, D) to (B, T - 1 or T, D). */
  Tensor beforeTokens(Tensor x) {
    Dim end = virtualRows.plus(length()).plus(-1);
    Dim start = virtualRows.equals(Dim.of(0)) ? Dim.of(0) : virtualRows.plus(-1);
    return x.slice(1, start, end);
  }

  /** How many rows and positions grafts take from those that the host has. */
  public int virtualPositions() {
    return grafts.positionShift() + Math.toIntExact(virtualRows.fixed());
  }
}
