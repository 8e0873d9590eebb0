package dev.graft.model;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.AttentionIntervention.Attended;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.ProjectionIntervention.Projected;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.model.Stack.Placed;
import dev.graft.program.Dim;
import dev.graft.program.Scope;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The transformer: records the forward pass of a host with a stack on it.
 *
 * <pre>
 * B  sequences of a batch         H  heads
 * T  tokens of the longest one    K  key-value heads
 * P  virtual rows in front        E  width of a head
 * D  width of the stream          M  width inside the MLP
 * </pre>
 */
final class Forward {
  static final Dim B = Dim.symbol("B");
  static final Dim T = Dim.symbol("T");

  private final Transformer host;
  private final HostConfig config;
  private final Stack stack;
  private final Map<Site.Projection, Merged> merged;
  private final Tensor ids = input("ids"); // (B, T)
  private final Tensor mask = input("mask"); // (B, T)
  private final Tensor types = input("types"); // (B, T)
  private final Batch batch;
  private final List<Tensor> hidden = new ArrayList<>();
  private final Tensor logits;

  /**
   * A projection whose first interventions are in the weights already.
   *
   * @param map the leaves that stand for the merged weights
   * @param count how many interventions they hold
   */
  record Merged(Affine map, int count) {}

  Forward(Stack stack, Map<Site.Projection, Merged> merged) {
    this.host = stack.host();
    this.config = host.config();
    this.stack = stack;
    this.merged = merged;
    this.batch = new Batch(ids, mask, types, positions());
    Tensor x = embed(); // (B, T, D)
    hidden.add(x);
    for (int i = 0; i < config.layers(); i++) {
      x = block(i, x);
      hidden.add(x);
    }
    this.logits = stack.head().logits(this, x);
  }

  private static Tensor input(String name) {
    return Tensor.leaf(Tensor.Source.INPUT, name, Shape.of(B, T), Type.INT64);
  }

  /** The batch's leaves, in the order of {@link TokenBatch#onto}. */
  List<Tensor> inputs() {
    return List.of(ids, mask, types);
  }

  Batch batch() {
    return batch;
  }

  /** The stream after the embeddings and after each block, (B, T, D). */
  List<Tensor> hidden() {
    return hidden;
  }

  /** (B, labels). */
  Tensor logits() {
    return logits;
  }

  private Tensor positions() {
    int shift = stack.positionShift();
    if (host.definition().positionsSkipPadding()) {
      Tensor real = ids.equalTo(config.paddingId()).equalTo(0).to(Type.INT64);
      Tensor counted = real.cumulativeSum(1);
      return (shift == 0 ? counted : counted.plus(shift)).times(real).plus(config.paddingId());
    }
    Tensor range = ids.range(T).unsqueeze(0); // (1, T)
    return shift == 0 ? range : range.plus(shift);
  }

  private Tensor embed() {
    Tensor x = weight("embeddings.word.weight").rows(ids); // (B, T, D)
    for (var placed : stack.interventions(host.embeddings(), EmbeddingIntervention.class)) {
      Tensor embedded = x;
      x = within(placed, host.embeddings(), () -> placed.intervention().output(embedded, batch));
    }
    x = x.plus(weight("embeddings.position.weight").rows(batch.positions()));
    if (config.tokenTypes() > 0) {
      x = x.plus(weight("embeddings.type.weight").rows(types));
    }
    return norm("embeddings.norm", x).dropout(config.dropout());
  }

  private Tensor block(int i, Tensor x) {
    Tensor y = sublayer(host.attention(i), x, h -> attention(i, h));
    y = sublayer(host.mlp(i), y, h -> mlp(i, h));
    return intervene(host.blocks().get(i), x, x, y, UnaryOperator.identity());
  }

  /** One half of a block and its residual; the norm follows the addition. */
  private Tensor sublayer(Site.Sublayer site, Tensor x, UnaryOperator<Tensor> function) {
    UnaryOperator<Tensor> norm = h -> norm(site.path() + ".norm", h);
    Tensor output = function.apply(x).dropout(config.dropout());
    return norm.apply(intervene(site, x, x, output, norm).plus(x));
  }

  private Tensor intervene(
      Site site, Tensor residual, Tensor input, Tensor output, UnaryOperator<Tensor> norm) {
    Tensor y = output;
    for (var placed : stack.interventions(site, SublayerIntervention.class)) {
      var state = new SublayerIntervention.State(residual, input, y, norm, batch);
      y = within(placed, site, () -> placed.intervention().output(state));
    }
    return y;
  }

  private Tensor attention(int i, Tensor x) {
    Site.Attention site = host.attentions().get(i);
    Tensor q = heads(project(site.path() + ".query", x), config.heads()); // (B, H, T, E)
    Tensor k = heads(project(site.path() + ".key", x), config.keyValueHeads()); // (B, K, T, E)
    Tensor v = heads(project(site.path() + ".value", x), config.keyValueHeads());
    Tensor visible = mask; // (B, P + T)
    var placed = stack.interventions(site, AttentionIntervention.class);
    // The first graft's rows come first, so the last graft's are put in front of the tokens first.
    for (int g = placed.size() - 1; g >= 0; g--) {
      var each = placed.get(g);
      KeysValues rows = within(each, site, () -> each.intervention().front(batch)).orElse(null);
      if (rows != null) {
        k = inFront(rows.keys(), k);
        v = inFront(rows.values(), v);
        visible = withOnes(visible, rows.keys().shape().dim(2));
      }
    }
    Tensor keep = visible.equalTo(1).unsqueeze(1).unsqueeze(1); // (B, 1, 1, P + T)
    Tensor y = q.attend(k, v, keep, false, config.attentionDropout()); // (B, H, T, E)
    for (var each : placed) {
      Attended attended =
          new Attended(q, y, map(site.path() + ".key"), map(site.path() + ".value"), batch);
      y = within(each, site, () -> each.intervention().output(attended));
    }
    y = y.transpose(1, 2).reshape(0, 0, config.heads() * (long) config.headWidth());
    return project(site.path() + ".output", y);
  }

  private Tensor heads(Tensor x, int heads) {
    return x.reshape(0, 0, heads, config.headWidth()).transpose(1, 2);
  }

  private static Tensor inFront(Tensor rows, Tensor own) {
    return Tensor.concat(2, rows.expand(rows.shape().with(0, B)), own);
  }

  private static Tensor withOnes(Tensor mask, Dim rows) {
    Shape shape = mask.shape().with(1, mask.shape().dim(1).plus(rows));
    return Tensor.call(
        "torch.constant_pad_nd", shape, Type.INT64, Dim.of(0), mask, List.of(rows, 0L), 1L);
  }

  private Tensor mlp(int i, Tensor x) {
    String path = "layers." + i + ".mlp";
    return project(path + ".down", config.activation().of(project(path + ".up", x)));
  }

  /** An affine map of the host with the interventions of the stack. */
  Tensor project(String path, Tensor x) {
    Site.Projection site = host.projection(path);
    return project(site, map(path), x);
  }

  private Affine map(String path) {
    return new Affine(
        weight(path + ".weight"),
        host.projection(path).bias().map(b -> weight(path + ".bias")));
  }

  private Tensor project(Site.Projection site, Affine host, Tensor x) {
    List<Placed<ProjectionIntervention>> placed =
        stack.interventions(site, ProjectionIntervention.class);
    Merged done = merged.getOrDefault(site, new Merged(host, 0));
    placed = placed.subList(done.count(), placed.size());
    for (var each : placed) {
      Tensor before = x;
      x = within(each, site, () -> each.intervention().input(before));
    }
    Tensor read = x;
    Tensor weight = done.map().weight();
    Tensor y = x.linear(weight, done.map().bias().orElse(null));
    // Recorded for interventions that ask for it; what nothing reads is not compiled.
    Tensor linear = x.linear(weight);
    for (var each : placed) {
      var state = new Projected(read, linear, done.map().bias(), y, weight, batch);
      y = within(each, site, () -> each.intervention().output(state));
    }
    return y;
  }

  private Tensor norm(String path, Tensor x) {
    return x.layerNorm(weight(path + ".weight"), weight(path + ".bias"), config.normEpsilon());
  }

  /** An affine map of the task head. */
  Tensor head(String path, Tensor x) {
    return x.linear(
        stack.headGraft().tensor(path + ".weight"), stack.headGraft().tensor(path + ".bias"));
  }

  /** The mean over real tokens: from (B, T, D) to (B, D). */
  Tensor mean(Tensor x) {
    Tensor share = mask.to(Type.REAL).dividedBy(mask.sum(1).unsqueeze(1)); // (B, T)
    return share.unsqueeze(1).matmul(x).squeeze(1);
  }

  HostConfig config() {
    return config;
  }

  /** What stands for a host's weight: the stack's own copy if it was unfrozen. */
  Tensor weight(String parameter) {
    return stack.resolved(parameter, host.parameter(parameter).tensor());
  }

  private static <I, R> R within(Placed<I> placed, Site site, Supplier<R> recording) {
    return Scope.within(placed.graft().name() + " at " + site.path(), recording);
  }
}
