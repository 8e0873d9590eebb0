package dev.graft.testing;

import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Trait;
import dev.graft.program.Tensor;
import java.util.Optional;
import java.util.Set;

/** Small methods that most tests of attachments do with: a vector at the values' projections. */
public final class VectorMethods {
  private VectorMethods() {}

  /** Multiplies what the values' projections give: mergeable. */
  public static final PeftMethod GAIN =
      new TestMethod("gain", Set.of(Trait.MERGEABLE), TestMethod.atValues("gain", Gain::new));

  /** Adds to what the values' projections give, and says nothing of merging. */
  public static final PeftMethod OFFSET =
      new TestMethod("offset", Set.of(), TestMethod.atValues("offset", Offset::new));

  /** Trains the biases of the host. */
  public static final PeftMethod BIASES =
      new TestMethod(
          "biases",
          Set.of(Trait.IDENTITY_AT_START),
          (host, graft) ->
              host.parameters().stream().filter(p -> p.isBias()).forEach(graft::unfreeze));

  private record Gain(Tensor gain) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().times(gain);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(
          new Affine(
              host.weight().times(gain.unsqueeze(1)), host.bias().map(bias -> bias.times(gain))));
    }
  }

  private record Offset(Tensor offset) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(offset);
    }
  }
}
