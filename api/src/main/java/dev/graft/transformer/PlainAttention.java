package dev.graft.transformer;

import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Batch;
import dev.graft.api.Site;
import dev.graft.host.HostConfig;
import dev.graft.program.Dim;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scaled dot-product attention (Vaswani et al. 2017, section 3.2.1), rotated where the host is. */
final class PlainAttention implements Attending {
  private final HostConfig config;
  private final Batch batch;
  private final Optional<Rotation> rotation;
  private final Map<List<Object>, Tensor> masks = new HashMap<>();

  PlainAttention(HostConfig config, Batch batch) {
    this.config = config;
    this.batch = batch;
    this.rotation = config.attention().rotary().map(r -> new Rotation(r, batch.positions()));
  }

  @Override
  public Tensor positioned(Tensor x) {
    return rotation.map(r -> r.of(x)).orElse(x);
  }

  @Override
  public Tensor attend(Site.Attention site, Tensor q, Tensor own, KeysValues all) {
    int window = config.attention().windows().get(site.layer());
    Dim front = all.keys().shape().dim(2).minus(own.shape().dim(2)); // P
    // Padding is on the right, where no real token of a causal host looks.
    boolean causal = config.attention().isCausal() && window == 0 && front.equals(Dim.of(0));
    Tensor mask = causal ? null : visible(front, window);
    return q.attend(all.keys(), all.values(), mask, causal, config.dropouts().attention());
  }

  /** What each row may look at, (B, 1, 1 or S, P + S): every row in front of the sequence's own. */
  private Tensor visible(Dim front, int window) {
    return masks.computeIfAbsent(
        List.of(front, window),
        key -> {
          Tensor keep = batch.mask().unsqueeze(1).unsqueeze(1); // (B, 1, 1, S)
          if (config.attention().isCausal()) {
            Tensor column = batch.range().unsqueeze(0); // (1, S)
            Tensor row = batch.range().unsqueeze(1); // (S, 1)
            Tensor seen = column.lessOrEqual(row);
            if (window > 0) {
              seen = seen.and(row.lessThan(column.plus(window)));
            }
            keep = keep.times(seen.to(Type.INT64)); // (B, 1, S, S)
          }
          return Padding.padded(keep, front, 1).equalTo(1);
        });
  }
}
