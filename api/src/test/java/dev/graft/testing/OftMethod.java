package dev.graft.testing;

import dev.graft.GraftException;
import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.Optional;

/**
 * OFT on the input side: Qiu et al. 2025, arXiv 2506.19847, section 4.1. What a projection reads is
 * rotated block by block; the rotations are those of Qiu et al. 2023, arXiv 2306.07280.
 */
public final class OftMethod implements PeftMethod {
  private static final Setting<Integer> BLOCK =
      Setting.integer("block", 4, 2, 1024, "the width of a block that is rotated by itself");
  private static final Setting<Targets> TARGETS =
      Setting.targets("targets", Targets.of("query", "value"), "the projections to rotate for");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("oft", "rotations of what projections read (Qiu et al. 2025)")
        .withTraits(Trait.MERGEABLE, Trait.IDENTITY_AT_START)
        .withSettings(SettingsSpec.of(BLOCK, TARGETS));
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int block = settings.get(BLOCK);
    for (Site.Projection site : host.projections(settings.get(TARGETS))) {
      if (site.in() % block != 0) {
        throw GraftException.input("'oft' can't cut %s into blocks of %d.", site.path(), block)
            .expected("a width that divides %d", site.in());
      }
      Shape shape = Shape.of(site.in() / block, block, block);
      graft.at(
          site, new Rotation(graft.parameter(site.path() + ".oft_Q", shape, Initializer.zeros())));
    }
  }

  /**
   * {@code W (R x) + b}.
   *
   * @param q (blocks, width, width), of which the skew-symmetric part counts
   */
  record Rotation(Tensor q) implements ProjectionIntervention {
    /** Cayley's transform, (I - Q)^-1 (I + Q), of each block. */
    private Tensor rotations() {
      Tensor skew = q.minus(q.transpose(1, 2));
      Tensor one = q.eye(q.shape().dim(-1).fixed());
      return one.minus(skew).solve(one.plus(skew));
    }

    /** Rows of (..., in), each cut into blocks and rotated. */
    private Tensor rotated(Tensor rows) {
      Tensor blocks = rows.unflatten(-1, q.shape().dim(0).fixed(), q.shape().dim(1).fixed());
      return blocks.unsqueeze(-2).matmul(rotations()).reshape(rows.shape());
    }

    @Override
    public Tensor input(Tensor x, Batch batch) {
      return rotated(x);
    }

    /** Rows of W R are those of W rotated the other way. */
    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(
          new Affine(new Rotation(q.transpose(1, 2)).rotated(host.weight()), host.bias()));
    }
  }
}
