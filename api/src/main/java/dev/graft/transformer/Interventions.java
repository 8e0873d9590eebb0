package dev.graft.transformer;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.AttentionIntervention.Attended;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.host.HostShape;
import dev.graft.program.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Records what grafts do at each site of a pass, in stack order: the one place that knows it. */
public final class Interventions {
  private final Grafts grafts;
  private final Map<Site, MergedSite> merged;

  Interventions(Grafts grafts, Map<Site, MergedSite> merged) {
    this.grafts = grafts;
    this.merged = merged;
  }

  // Embeddings

  /** The embedded tokens, (B, T, D), changed and with rows in front of them: (B, S, D). */
  Tensor embedded(RecordedBatch batch) {
    Site.Embeddings site = grafts.host().embeddings();
    var placed = left(site, EmbeddingIntervention.class);
    Tensor table =
        merged.containsKey(site) ? merged.get(site).map().weight() : grafts.weight(site.table());
    Tensor x = table.rows(batch.ids()); // (B, T, D)
    for (var each : placed) {
      Tensor before = x;
      x = each.replace(site, before, own -> own.output(before, batch.of(each.graft())));
    }
    for (var each : lastFirst(placed)) {
      Tensor own = x;
      x =
          each.record(at(site), it -> it.front(batch.of(each.graft())))
              .map(rows -> prepended(1, rows, own))
              .orElse(x);
    }
    return x;
  }

  // Sublayers and blocks

  /** What a sublayer or block reads after the interventions, (B, S, D). */
  Tensor read(Site site, Tensor x, RecordedBatch batch) {
    Tensor read = x;
    for (var each : grafts.at(site, SublayerIntervention.class)) {
      Tensor before = read;
      read = each.replace(site, before, own -> own.input(before, batch.of(each.graft())));
    }
    return read;
  }

  /** What a sublayer or block gives after the interventions, (B, S, D). */
  Tensor output(Site site, AtSublayer state) {
    AtSublayer s = state;
    for (var each : grafts.at(site, SublayerIntervention.class)) {
      AtSublayer before = s.of(each.graft());
      s = s.giving(each.replace(site, before.output(), own -> own.output(before)));
    }
    return s.output();
  }

  // Attention

  /** The rows' own keys and values, (B, K, S, E), with others in front: (B, K, P + S, E). */
  KeysValues inFront(Site.Attention site, KeysValues own, RecordedBatch batch) {
    KeysValues all = own;
    for (var each : lastFirst(grafts.at(site, AttentionIntervention.class))) {
      KeysValues behind = all;
      all =
          each.record(at(site), it -> it.front(batch.of(each.graft())))
              .map(
                  rows ->
                      new KeysValues(
                          prepended(2, rows.keys(), behind.keys()),
                          prepended(2, rows.values(), behind.values())))
              .orElse(all);
    }
    return all;
  }

  /** What the heads give after the interventions, (B, H, S, E). */
  Tensor attended(Site.Attention site, Tensor query, Tensor output, RecordedBatch batch) {
    HostShape host = grafts.host();
    Tensor y = output;
    for (var each : grafts.at(site, AttentionIntervention.class)) {
      Affine key = grafts.map(host.projection(site.path() + ".key"));
      Affine value = grafts.map(host.projection(site.path() + ".value"));
      Attended state = new AtAttention(query, y, key, value, batch.of(each.graft()));
      y = each.replace(site, y, own -> own.output(state));
    }
    return y;
  }

  private record AtAttention(
      Tensor query, Tensor output, Affine key, Affine value, RecordedBatch batch)
      implements Attended {}

  // Projections

  /** A projection with its interventions: from (B, S, in) to (B, S, out). */
  Tensor project(Site.Projection site, Tensor x, RecordedBatch batch) {
    Tensor read = inputs(left(site), site, x, batch);
    return outputs(site, read, map(site).of(read), batch);
  }

  /**
   * The parts of a fused projection, each with the interventions at the whole and then its own:
   * from (B, S, D) to (B, S, out) each.
   */
  List<Tensor> projectParts(Site.Projection fused, Tensor x, RecordedBatch batch) {
    Tensor read = inputs(left(fused), fused, x, batch);
    Tensor whole = outputs(fused, read, map(fused).of(read), batch);
    return grafts.host().parts(fused).stream().map(part -> part(part, read, whole, batch)).toList();
  }

  private Tensor part(Site.Projection part, Tensor read, Tensor whole, RecordedBatch batch) {
    HostShape.Slice slice = grafts.host().slice(part).orElseThrow();
    Tensor own = inputs(left(part), part, read, batch);
    Tensor given = whole.slice(2, slice.from(), slice.to());
    if (!own.equals(read)) {
      // What the whole's interventions add is for what the whole reads.
      Affine host = changesOutput(slice.fused()) ? grafts.map(part) : map(part);
      given = given.plus(own.minus(read).linear(host.weight()));
    }
    return outputs(part, own, given, batch);
  }

  private Tensor outputs(Site.Projection site, Tensor x, Tensor given, RecordedBatch batch) {
    Affine host = grafts.map(site);
    // Recorded for interventions that ask for it; what nothing reads is not compiled.
    Tensor linear = x.linear(host.weight());
    return outputs(
        left(site), site, new AtProjection(x, linear, host.bias(), given, host.weight(), batch));
  }

  private Affine map(Site.Projection site) {
    return merged.containsKey(site) ? merged.get(site).map() : grafts.map(site);
  }

  private boolean changesOutput(Site.Projection site) {
    return grafts.at(site, ProjectionIntervention.class).stream()
        .anyMatch(each -> Side.effect(each, site).changed().contains(Side.OUTPUT));
  }

  /** The interventions that no merged weight holds. */
  private List<GraftIntervention<ProjectionIntervention>> left(Site.Projection site) {
    return left(site, ProjectionIntervention.class);
  }

  private <T> List<GraftIntervention<T>> left(Site site, Class<T> kind) {
    var all = grafts.at(site, kind);
    return merged.containsKey(site) ? merged.get(site).left(all) : all;
  }

  /** What a projection reads after the interventions. */
  public static Tensor inputs(
      List<GraftIntervention<ProjectionIntervention>> placed,
      Site.Projection site,
      Tensor x,
      RecordedBatch batch) {
    Tensor read = x;
    for (var each : placed) {
      Tensor before = read;
      read = each.replace(site, before, own -> own.input(before, batch.of(each.graft())));
    }
    return read;
  }

  /** What a projection gives after the interventions. */
  public static Tensor outputs(
      List<GraftIntervention<ProjectionIntervention>> placed,
      Site.Projection site,
      AtProjection projected) {
    AtProjection p = projected;
    for (var each : placed) {
      AtProjection before = p.of(each.graft());
      p = p.giving(each.replace(site, before.y(), own -> own.output(before)));
    }
    return p.y();
  }

  private static String at(Site site) {
    return "at " + site.path();
  }

  /** The first graft's rows stand first, so the last graft's are put in front before them. */
  private static <T> List<GraftIntervention<T>> lastFirst(List<GraftIntervention<T>> placed) {
    List<GraftIntervention<T>> reversed = new ArrayList<>(placed);
    Collections.reverse(reversed);
    return reversed;
  }

  private static Tensor prepended(int axis, Tensor rows, Tensor own) {
    return Tensor.concat(axis, rows.expand(rows.shape().with(0, own.shape().dim(0))), own);
  }
}
