package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.model.Forward.Merged;
import dev.graft.model.Stack.Placed;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stands in front of a projection's interventions and keeps what the projection reads and gives. */
final class MergeProbe implements ProjectionIntervention {
  private static final Shape SCALAR = Shape.of(new long[0]);

  private Tensor entering;
  private Projected host;

  private MergeProbe() {}

  /** Probes at sites, by being put on a stack. */
  static Map<Site.Projection, MergeProbe> at(Iterable<Site.Projection> sites, Graft graft) {
    Map<Site.Projection, MergeProbe> probes = new LinkedHashMap<>();
    for (Site.Projection site : sites) {
      MergeProbe probe = new MergeProbe();
      probes.put(site, probe);
      graft.at(site, probe);
    }
    return probes;
  }

  @Override
  public Tensor input(Tensor x) {
    entering = x;
    return x;
  }

  @Override
  public Tensor output(Projected p) {
    host = p;
    return p.y();
  }

  /** Whether the projection is part of the forward pass. */
  boolean wasReached() {
    return host != null;
  }

  /** Two scalars: max|merged - unmerged| and max|unmerged|. */
  List<Tensor> errors(Merged merged, List<Placed<ProjectionIntervention>> placed) {
    Tensor unmerged = host.y();
    for (Placed<ProjectionIntervention> each : placed.subList(0, merged.count())) {
      Projected state =
          new Projected(
              host.x(), host.linear(), host.bias(), unmerged, host.weight(), host.batch());
      unmerged = each.intervention().output(state);
    }
    Tensor x = entering;
    for (Placed<ProjectionIntervention> each : placed.subList(merged.count(), placed.size())) {
      x = each.intervention().input(x);
    }
    Tensor together = x.linear(merged.map().weight(), merged.map().bias().orElse(null));
    Tensor expected = unmerged.to(Type.FLOAT32);
    return List.of(largest(together.to(Type.FLOAT32).minus(expected)), largest(expected));
  }

  private Tensor largest(Tensor numbers) {
    Tensor real = numbers;
    if (numbers.shape().rank() == 3 && numbers.shape().dim(1).equals(host.batch().length())) {
      Tensor isPadding = host.batch().mask().equalTo(0).unsqueeze(2); // (B, T, 1)
      real = numbers.maskedFill(isPadding, 0);
    }
    Tensor sizes =
        Tensor.call("torch.abs", real.shape(), Type.FLOAT32, Dim.of(0), real);
    return Tensor.call("torch.max", SCALAR, Type.FLOAT32, Dim.of(0), sizes);
  }
}
