package dev.graft.transformer;

import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Site;
import dev.graft.host.HostConfig;
import dev.graft.host.HostConfig.Relative.Term;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.List;
import java.util.Map;

/**
 * DeBERTa's attention, which adds scores between contents and relative positions: He et al. 2021,
 * arXiv 2006.03654, section 3.1, with the logarithmic buckets of version 2. Keys in front, such as
 * a prefix, have no position relative to a token: their scores are those of contents alone.
 */
final class DisentangledAttention implements Attending {
  /**
   * Below every score, and finite: a row that sees nothing looks at all alike, as in the paper's
   * code.
   */
  private static final double HIDDEN = -3.0e38;

  private final HostConfig.Relative relative;
  private final Transformer pass;
  private final int span;
  private final Tensor table; // (1, 2 span, D)
  private final Tensor distances; // (S, S), the relative position of query i and key j

  DisentangledAttention(HostConfig.Relative relative, Transformer pass) {
    this.relative = relative;
    this.pass = pass;
    this.span = relative.span();
    Tensor rows = pass.weight("relative.weight");
    Tensor normed = relative.norm() ? pass.norm("relative.norm", rows) : rows;
    this.table = normed.dropout(pass.config().dropouts().hidden()).unsqueeze(0);
    Tensor range = pass.batch().range();
    Tensor plain = range.unsqueeze(1).minus(range.unsqueeze(0));
    this.distances = relative.buckets() > 0 ? bucketed(plain) : plain;
  }

  /** Near distances stay, far ones share logarithmic buckets. */
  private Tensor bucketed(Tensor distance) {
    int middle = relative.buckets() / 2;
    Tensor size = map("torch.abs", distance);
    Tensor near = size.lessThan(filled(size, middle));
    Tensor clipped = filled(size, middle - 1).where(near, size).to(Type.FLOAT32);
    double range = (float) Math.log((float) ((relative.maxDistance() - 1.0) / middle));
    Tensor far =
        map(
                "torch.ceil",
                map("torch.log", clipped.dividedBy((double) middle))
                    .dividedBy(range)
                    .times((double) (middle - 1)))
            .plus(middle);
    Tensor signed = far.times(map("torch.sign", distance).to(Type.FLOAT32));
    Tensor keep = clipped.lessOrEqual(filled(clipped, middle));
    return distance.to(Type.FLOAT32).where(keep, signed).to(Type.INT64);
  }

  private int terms() {
    return 1 + relative.terms().size();
  }

  @Override
  public Tensor positioned(Tensor x) {
    return x;
  }

  @Override
  public Tensor attend(Site.Attention site, Tensor q, Tensor own, KeysValues all) {
    Dim front = all.keys().shape().dim(2).minus(own.shape().dim(2)); // P
    Tensor bias = masked(scores(site.path(), q, own), front); // (B, H, S, P + S)
    return q.attend(all.keys(), all.values(), bias, scale(), pass.config().dropouts().attention());
  }

  /** By which all scores are multiplied. */
  private double scale() {
    return 1 / Math.sqrt((double) pass.config().attention().headWidth() * terms());
  }

  /**
   * What is added to the scaled scores of contents, (B, H, S, S).
   *
   * @param q queries, (B, H, S, E)
   * @param k keys, (B, H, S, E)
   */
  private Tensor scores(String path, Tensor q, Tensor k) {
    Tensor sum = null;
    if (relative.has(Term.CONTENT_TO_POSITION)) {
      String projection = path + (relative.sharesKeys() ? ".key" : ".position_key");
      Tensor index = clamped(distances.plus(span)); // for query i and key j
      sum = gathered(q, projection, index);
    }
    if (relative.has(Term.POSITION_TO_CONTENT)) {
      String projection = path + (relative.sharesKeys() ? ".query" : ".position_query");
      Tensor index = clamped(distances.times(-1).plus(span)); // for key i and query j
      Tensor term = gathered(k, projection, index).transpose(2, 3);
      sum = sum == null ? term : sum.plus(term);
    }
    return sum == null ? q.matmul(k.transpose(2, 3)).times(0) : sum.times(scale());
  }

  /** Each content against the projected positions, read at the index of each pair. */
  private Tensor gathered(Tensor contents, String projection, Tensor index) {
    Tensor positions =
        pass.heads(pass.project(projection, table), pass.config().attention().heads());
    Tensor all = contents.matmul(positions.transpose(2, 3)); // (B, H, S, 2 span)
    Shape pairs = all.shape().with(3, index.shape().dim(1));
    Tensor expanded = index.unsqueeze(0).unsqueeze(0).expand(pairs);
    return Tensor.call("torch.gather", pairs, all.type(), Dim.of(0), all, 3L, expanded);
  }

  /** The scores with padding hidden from all rows, and all from padding: (B, H, S, P + S). */
  private Tensor masked(Tensor scores, Dim front) {
    Tensor mask = pass.batch().mask();
    Tensor pairs = mask.unsqueeze(1).times(mask.unsqueeze(2)).unsqueeze(1); // (B, 1, S, S)
    Tensor hidden = Padding.padded(pairs, front, 1).equalTo(0);
    return Padding.padded(scores, front, 0)
        .to(Type.FLOAT32)
        .maskedFill(hidden, HIDDEN)
        .to(Type.REAL);
  }

  private Tensor clamped(Tensor index) {
    return Tensor.call(
        "torch.clamp", index.shape(), index.type(), Dim.of(0), index, 0L, 2L * span - 1);
  }

  private static Tensor map(String function, Tensor x) {
    return Tensor.call(function, x.shape(), x.type(), Dim.of(0), x);
  }

  private static Tensor filled(Tensor like, long number) {
    return Tensor.call(
        "torch.full_like", like.shape(), like.type(), Dim.of(0), List.of(like, number), Map.of());
  }
}
