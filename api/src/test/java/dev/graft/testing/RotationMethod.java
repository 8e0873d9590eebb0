package dev.graft.testing;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.List;

/**
 * Rotates what projections read block by block, after OFT (Qiu et al. 2023, arXiv 2306.07280): each
 * rotation is the Cayley transform of a parameter.
 *
 * @param block the size of a block
 */
public record RotationMethod(int block) implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("rotation", "");
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    for (Site.Projection site : host.projections(Targets.of("query", "value"))) {
      Shape shape = Shape.of(site.in() / block, block, block);
      graft.at(
          site, new Rotation(graft.parameter(site.path() + ".q", shape, Initializer.normal(0.3))));
    }
  }

  record Rotation(Tensor q) implements ProjectionIntervention {
    /** Section 3: {@code (I + Q) (I - Q)^-1} of the skew part Q; x is (B, T, in). */
    @Override
    public Tensor input(Tensor x) {
      Tensor full = q.to(Type.FLOAT32);
      Tensor skew = full.minus(full.transpose(1, 2)).times(0.5);
      Tensor rows = q.range(q.shape().dim(1));
      Tensor identity = rows.unsqueeze(0).equalTo(rows.unsqueeze(1)).to(Type.FLOAT32);
      Tensor inverse =
          Tensor.call("torch.linalg_inv", q.shape(), Type.FLOAT32, Dim.of(0), identity.minus(skew));
      Tensor rotation = identity.plus(skew).matmul(inverse).to(Type.REAL);
      Shape blocks =
          new Shape(
              List.of(
                  x.shape().dim(0), x.shape().dim(1), q.shape().dim(0), Dim.ONE, q.shape().dim(1)));
      return x.reshape(blocks).matmul(rotation).reshape(x.shape());
    }
  }
}
