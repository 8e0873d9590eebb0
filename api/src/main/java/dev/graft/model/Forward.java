package dev.graft.model;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.AttentionIntervention.Attended;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.Graft;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.ProjectionIntervention.Projected;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The transformer: records the forward pass of a host with a stack on it.
 *
 * <pre>
 * B  sequences of a batch         H  heads
 * T  tokens of the longest one    K  key-value heads
 * S  T and virtual rows before    E  width of a head
 * P  virtual keys in front        M  width inside the MLP
 * D  width of the stream
 * </pre>
 */
final class Forward {
  static final Dim B = Dim.symbol("B");
  static final Dim T = Dim.symbol("T");

  private final Transformer host;
  private final HostConfig config;
  private final Stack stack;
  private final Map<Site.Projection, Merged> merged;
  private final Tensor ids; // (B, T)
  private final Tensor mask; // (B, T)
  private final Tensor types; // (B, T)
  private final Dim virtualRows;
  private final Batch batch;
  private final Optional<DisentangledAttention> disentangled;
  private final Optional<Rotation> rotation;
  private final Map<List<Object>, Tensor> masks = new HashMap<>();
  private final List<Tensor> hidden = new ArrayList<>();
  private final List<KeysValues> keysValues = new ArrayList<>();
  private final Tensor last; // (B, S, D)
  private final Tensor logits;

  /**
   * A projection whose first interventions are in the weights already.
   *
   * @param map the leaves that stand for the merged weights
   * @param count how many interventions they hold
   */
  record Merged(Affine map, int count) {}

  Forward(Stack stack, Map<Site.Projection, Merged> merged) {
    this(stack, merged, input("ids"), input("mask"), input("types"));
  }

  /** The pass of a stack over tokens that are known when it is recorded: one sequence. */
  static Forward over(long[] tokens, Stack stack) {
    Tensor any = stack.host().embeddings().table();
    Tensor ids = any.numbers(tokens).unsqueeze(0);
    return new Forward(stack, Map.of(), ids, ids.times(0).plus(1), ids.times(0));
  }

  private Forward(
      Stack stack, Map<Site.Projection, Merged> merged, Tensor ids, Tensor mask, Tensor types) {
    this.ids = ids;
    this.mask = mask;
    this.types = types;
    this.host = stack.host();
    this.config = host.config();
    this.stack = stack;
    this.merged = merged;
    Tensor words = embedWords(); // (B, S, D)
    this.virtualRows = words.shape().dim(1).minus(length());
    this.batch =
        new Batch(ids, padded(mask, virtualRows, 1), padded(types, virtualRows, 0), positions());
    this.rotation = config.attention().rotary().map(r -> new Rotation(r, batch.positions()));
    this.disentangled = config.attention().relative().map(r -> new DisentangledAttention(r, this));
    Tensor x = embed(words);
    hidden.add(x);
    for (int i = 0; i < config.layers(); i++) {
      Tensor y = block(i, x);
      x = i == 0 && config.convolution().isPresent() ? convolve(x, y) : y;
      hidden.add(x);
    }
    if (config.norm().first()) {
      x = norm("norm", x);
      hidden.set(config.layers(), x);
    }
    this.last = x;
    this.logits = stack.head().logits(this, x);
  }

  private static Tensor input(String name) {
    return Tensor.leaf(Tensor.Source.INPUT, name, Shape.of(B, T), Type.INT64);
  }

  /** The batch's leaves, in the order of {@link TokenBatch#onto}. */
  List<Tensor> inputs() {
    return List.of(ids, mask, types);
  }

  private Dim length() {
    return ids.shape().dim(1);
  }

  /** The keys and values of each attention's own rows, after any rotation. */
  List<KeysValues> keysValues() {
    return keysValues;
  }

  Batch batch() {
    return batch;
  }

  /** The stream after the embeddings and after each block, (B, T, D). */
  List<Tensor> hidden() {
    return hidden.stream().map(this::tokens).toList();
  }

  /** How many rows grafts put in front of the embeddings. */
  int virtualRows() {
    return Math.toIntExact(virtualRows.fixed());
  }

  /** Refuses sequences of more tokens than the host has positions for. */
  void refuseLonger(int length) {
    config.refuseLonger(length, stack.positionShift() + virtualRows());
  }

  /** The rows of tokens: from (B, S, D) to (B, T, D). */
  Tensor tokens(Tensor x) {
    return virtualRows.equals(Dim.of(0)) ? x : x.slice(1, virtualRows, virtualRows.plus(length()));
  }

  /** The last hidden states of the rows that a token follows, (B, T - 1 or T, D). */
  Tensor beforeTokens() {
    Dim end = virtualRows.plus(length()).plus(-1);
    Dim start = virtualRows.equals(Dim.of(0)) ? Dim.of(0) : virtualRows.plus(-1);
    return last.slice(1, start, end);
  }

  /** (B, outputs), or (B, T, vocabulary) of a language model. */
  Tensor logits() {
    return logits;
  }

  // Embeddings

  private Tensor embedWords() {
    Batch tokens = new Batch(ids, mask, types, ids.range(length()).unsqueeze(0));
    Tensor x = weight("embeddings.word.weight").rows(ids); // (B, T, D)
    var placed = stack.interventions(host.embeddings(), EmbeddingIntervention.class);
    for (var each : placed) {
      Tensor embedded = x;
      x = each.replace(host.embeddings(), x, own -> own.output(embedded, tokens));
    }
    // The first graft's rows come first, so the last graft's are put in front of the tokens first.
    for (int g = placed.size() - 1; g >= 0; g--) {
      var each = placed.get(g);
      Tensor rows =
          each.record("at " + host.embeddings().path(), own -> own.front(tokens)).orElse(null);
      x = rows == null ? x : inFront(1, rows, x);
    }
    return x;
  }

  private Tensor positions() {
    Tensor range = ids.range(virtualRows.plus(length())); // (S)
    int shift = stack.positionShift();
    int reserved = config.embedding().reserved();
    if (reserved == 0) {
      return (shift == 0 ? range : range.plus(shift)).unsqueeze(0); // (1, S)
    }
    // RoBERTa: behind the row of padding, on which padding stays.
    Tensor real = padded(ids.equalTo(config.paddingId()).equalTo(0).to(Type.INT64), virtualRows, 1);
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
    if (config.embedding().norm()) {
      x = norm("embeddings.norm", x);
    }
    if (config.embedding().masked()) {
      x = x.times(batch.mask().to(Type.REAL).unsqueeze(2));
    }
    return x.dropout(config.dropouts().embeddings());
  }

  // Blocks

  private Tensor block(int i, Tensor x) {
    Tensor y = sublayer(host.attention(i), x, h -> attention(i, h));
    y = sublayer(host.mlp(i), y, h -> mlp(i, h));
    return intervene(host.blocks().get(i), x, x, y, UnaryOperator.identity());
  }

  /** One half of a block and its residual; the norm precedes the half or follows the addition. */
  private Tensor sublayer(Site.Sublayer site, Tensor x, UnaryOperator<Tensor> function) {
    UnaryOperator<Tensor> norm = h -> norm(site.path() + ".norm", h);
    UnaryOperator<Tensor> none = UnaryOperator.identity();
    boolean first = config.norm().first();
    Tensor input = first ? norm.apply(x) : x;
    Tensor output = function.apply(input).dropout(config.dropouts().hidden());
    UnaryOperator<Tensor> after = first ? none : norm;
    return after.apply(intervene(site, x, input, output, after).plus(x));
  }

  private Tensor intervene(
      Site site, Tensor residual, Tensor input, Tensor output, UnaryOperator<Tensor> norm) {
    Tensor y = output;
    for (var placed : stack.interventions(site, SublayerIntervention.class)) {
      var state = new SublayerIntervention.State(residual, input, y, norm, batch);
      y = placed.replace(site, y, own -> own.output(state));
    }
    return y;
  }

  private Tensor attention(int i, Tensor x) {
    Site.Attention site = host.attentions().get(i);
    HostConfig.Attention shape = config.attention();
    List<Tensor> projected = queryKeyValue(site.path(), x);
    Tensor q = heads(projected.get(0), shape.heads()); // (B, H, S, E)
    Tensor k = heads(projected.get(1), shape.keyValueHeads()); // (B, K, S, E)
    Tensor v = heads(projected.get(2), shape.keyValueHeads());
    if (rotation.isPresent()) {
      q = rotation.get().of(q);
      k = rotation.get().of(k);
    }
    keysValues.add(new KeysValues(k, v));
    Tensor scores = null;
    double scale = 1 / Math.sqrt(shape.headWidth());
    if (disentangled.isPresent()) {
      scores = disentangled.get().scores(site.path(), q, k); // (B, H, S, S)
      scale = disentangled.get().scale();
    }
    Dim front = Dim.of(0); // P
    var placed = stack.interventions(site, AttentionIntervention.class);
    for (int g = placed.size() - 1; g >= 0; g--) {
      var each = placed.get(g);
      KeysValues rows = each.record("at " + site.path(), own -> own.front(batch)).orElse(null);
      if (rows != null) {
        k = inFront(2, rows.keys(), k);
        v = inFront(2, rows.values(), v);
        front = front.plus(rows.keys().shape().dim(2));
      }
    }
    Tensor y = attend(q, k, v, front, shape.windows().get(i), scores, scale); // (B, H, S, E)
    for (var each : placed) {
      Attended attended =
          new Attended(q, y, own(site.path() + ".key"), own(site.path() + ".value"), batch);
      y = each.replace(site, y, own -> own.output(attended));
    }
    y = y.transpose(1, 2).reshape(0, 0, shape.heads() * (long) shape.headWidth());
    return project(site.path() + ".output", y);
  }

  private Tensor attend(
      Tensor q, Tensor k, Tensor v, Dim front, int window, Tensor scores, double scale) {
    double dropout = config.dropouts().attention();
    if (scores != null) {
      return q.attend(k, v, disentangled.get().masked(scores, front), scale, dropout);
    }
    // Padding is on the right, where no real token of a causal host looks.
    if (config.attention().causal() && window == 0 && front.equals(Dim.of(0))) {
      return q.attend(k, v, null, true, dropout);
    }
    return q.attend(k, v, visible(front, window), false, dropout);
  }

  /** What each row may look at, (B, 1, 1 or S, P + S): every row in front of the sequence's own. */
  private Tensor visible(Dim front, int window) {
    return masks.computeIfAbsent(
        List.of(front, window),
        key -> {
          Tensor keep = batch.mask().unsqueeze(1).unsqueeze(1); // (B, 1, 1, S)
          if (config.attention().causal()) {
            Tensor column = batch.range().unsqueeze(0); // (1, S)
            Tensor row = batch.range().unsqueeze(1); // (S, 1)
            Tensor seen = column.lessOrEqual(row);
            if (window > 0) {
              seen = seen.and(row.lessThan(column.plus(window)));
            }
            keep = keep.times(seen.to(Type.INT64)); // (B, 1, S, S)
          }
          return padded(keep, front, 1).equalTo(1);
        });
  }

  private List<Tensor> queryKeyValue(String path, Tensor x) {
    if (!config.attention().fused()) {
      return Stream.of(".query", ".key", ".value").map(part -> project(path + part, x)).toList();
    }
    Site.Projection fused = host.projection(path + ".qkv");
    Tensor read = read(fused, x);
    Tensor whole = write(fused, read);
    return host.parts(fused).stream()
        .map(
            part -> {
              Transformer.Slice slice = host.slice(part).orElseThrow();
              Tensor own = read(part, read);
              Tensor given = whole.slice(2, slice.from(), slice.to());
              if (!own.equals(read)) {
                given = given.plus(own.minus(read).linear(done(part).map().weight()));
              }
              return write(part, own, given);
            })
        .toList();
  }

  Tensor heads(Tensor x, int heads) {
    return x.reshape(0, 0, heads, config.attention().headWidth()).transpose(1, 2);
  }

  private Tensor mlp(int i, Tensor x) {
    String path = "layers." + i + ".mlp";
    Tensor inner = project(path + ".up", x);
    inner =
        config.mlp().gated()
            ? config.mlp().activation().of(project(path + ".gate", x)).times(inner)
            : config.mlp().activation().of(inner);
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

  // Projections

  /** An affine map of the host with the interventions of the stack. */
  Tensor project(String path, Tensor x) {
    Site.Projection site = host.projection(path);
    return write(site, read(site, x));
  }

  private Affine own(String path) {
    return stack.resolved(host.projection(path));
  }

  private Merged done(Site.Projection site) {
    return merged.getOrDefault(site, new Merged(stack.resolved(site), 0));
  }

  private List<Placed<ProjectionIntervention>> placed(Site.Projection site) {
    List<Placed<ProjectionIntervention>> all =
        stack.interventions(site, ProjectionIntervention.class);
    return all.subList(done(site).count(), all.size());
  }

  /** What a projection reads after the interventions. */
  private Tensor read(Site.Projection site, Tensor x) {
    Tensor read = x;
    for (var each : placed(site)) {
      Tensor before = read;
      read = each.replace(site, read, own -> own.input(before));
    }
    return read;
  }

  /** What a projection gives after the interventions. */
  private Tensor write(Site.Projection site, Tensor x) {
    return write(site, x, done(site).map().of(x));
  }

  private Tensor write(Site.Projection site, Tensor x, Tensor given) {
    Affine own = stack.resolved(site);
    // Recorded for interventions that ask for it; what nothing reads is not compiled.
    Tensor linear = x.linear(own.weight());
    Tensor y = given;
    for (var each : placed(site)) {
      var state = new Projected(x, linear, own.bias(), y, own.weight(), batch);
      y = each.replace(site, y, it -> it.output(state));
    }
    return y;
  }

  Tensor norm(String path, Tensor x) {
    Tensor weight = weight(path + ".weight");
    return config.norm().rootMeanSquare()
        ? x.rmsNorm(weight, config.norm().epsilon())
        : x.layerNorm(weight, weight(path + ".bias"), config.norm().epsilon());
  }

  /** An affine map of the task head; without a bias if it declares none. */
  Tensor head(String path, Tensor x) {
    Graft head = stack.headGraft();
    Tensor weight = head.tensor(path + ".weight");
    Tensor bias = head.find(path + ".bias").orElse(null);
    boolean ofEachRow = weight.shape().rank() == 3; // (B, outputs, D)
    return ofEachRow ? x.unsqueeze(1).linear(weight, bias).squeeze(1) : x.linear(weight, bias);
  }

  /** The mean over real tokens: from (B, S, D) to (B, D). */
  Tensor mean(Tensor x) {
    Tensor share = mask.to(Type.REAL).dividedBy(mask.sum(1).unsqueeze(1)); // (B, T)
    return share.unsqueeze(1).matmul(tokens(x)).squeeze(1);
  }

  /** The last real token: from (B, S, D) to (B, D). */
  Tensor last(Tensor x) {
    return x.atEachRow(batch.mask().sum(1).plus(-1));
  }

  HostConfig config() {
    return config;
  }

  /** What stands for a host's weight: the stack's own copy if it was unfrozen. */
  Tensor weight(String parameter) {
    return stack.resolved(parameter, host.parameter(parameter).tensor());
  }

  private static Tensor inFront(int axis, Tensor rows, Tensor own) {
    return Tensor.concat(axis, rows.expand(rows.shape().with(0, own.shape().dim(0))), own);
  }

  /** With a number put in front along the last axis. */
  static Tensor padded(Tensor x, Dim count, double number) {
    if (count.equals(Dim.of(0))) {
      return x;
    }
    Shape shape = x.shape().with(-1, x.shape().dim(-1).plus(count));
    Object filling = x.type() == Type.INT64 ? (Object) (long) number : (Object) number;
    return Tensor.call(
        "torch.constant_pad_nd", shape, x.type(), Dim.of(0), x, List.of(count, 0L), filling);
  }
}
