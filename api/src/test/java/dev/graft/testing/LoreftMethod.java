package dev.graft.testing;

import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.List;

/**
 * LoReFT: Wu et al. 2024, arXiv 2404.03592, section 3.2. The stream that leaves a block is edited
 * in a subspace, at the first and last tokens.
 */
public final class LoreftMethod implements PeftMethod {
  private static final Setting<Integer> RANK =
      Setting.integer("rank", 4, 1, 1024, "the dimensions of the subspace");
  private static final Setting<Integer> TOKENS =
      Setting.integer("tokens", 3, 1, 1024, "how many tokens are edited at either end");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("loreft", "edits of the stream in a subspace (Wu et al. 2024)")
        .withSettings(SettingsSpec.of(RANK, TOKENS));
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    Shape matrix = Shape.of(settings.get(RANK), host.width());
    for (Site.Block site : host.blocks()) {
      Tensor r = graft.parameter(site.path() + ".reft_R", matrix, Initializer.normal(1));
      Tensor w = graft.parameter(site.path() + ".reft_W", matrix, Initializer.kaimingUniform());
      Tensor b =
          graft.parameter(
              site.path() + ".reft_b", Shape.of(settings.get(RANK)), Initializer.zeros());
      graft.at(site, new Edit(r, w, b, settings.get(TOKENS)));
    }
  }

  /** Equation 2: {@code h + R^T (W h + b - R h)} for R with orthonormal rows. */
  record Edit(Tensor r, Tensor w, Tensor b, int tokens) implements SublayerIntervention {
    @Override
    public Tensor output(State state) {
      Tensor h = state.output();
      Tensor rows = orthonormal();
      Tensor edit = h.linear(w, b).minus(h.linear(rows)).linear(rows.transpose(0, 1));
      return h.plus(edit.maskedFill(isEdited(state.batch()).not().unsqueeze(2), 0));
    }

    /** The rows of R made orthonormal, (rank, width). */
    private Tensor orthonormal() {
      Dim rank = r.shape().dim(0);
      Dim width = r.shape().dim(1);
      List<Tensor.Result> results =
          List.of(
              new Tensor.Result(Shape.of(width, rank), Type.FLOAT32),
              new Tensor.Result(Shape.of(rank, rank), Type.FLOAT32));
      Dim flops = width.times(rank).times(rank).times(2);
      Tensor columns = r.to(Type.FLOAT32).transpose(0, 1);
      Tensor q = Tensor.callAll("torch.linalg_qr", results, flops, columns).get(0);
      return q.to(Type.REAL).transpose(0, 1);
    }

    /** The first and last tokens behind virtual rows, (B, S). */
    private Tensor isEdited(Batch batch) {
      Tensor row = batch.range();
      Tensor first = batch.mask().size(1).minus(batch.ids().size(1));
      Tensor end = batch.lengths().unsqueeze(1);
      Tensor early = row.lessThan(first.plus(tokens));
      Tensor late = end.minus(tokens).lessOrEqual(row);
      return early.or(late).and(first.lessOrEqual(row)).and(row.lessThan(end));
    }
  }
}
