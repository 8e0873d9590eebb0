package dev.graft.harness.baseline;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import java.util.List;

/** BitFit: the host's biases are trained, those of its norms too (Ben Zaken et al. 2022). */
public final class BitFitMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("bitfit", "all biases of the host (Ben Zaken et al. 2021)")
        .withTraits(Trait.IDENTITY_AT_START)
        .withLearningRate(3e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    List<HostParameter> biases = host.parameters().stream().filter(HostParameter::isBias).toList();
    if (biases.isEmpty()) {
      throw GraftException.input(
              "bitfit has nothing to train: this %s host has no biases.", host.architecture())
          .expected("a host with biases, such as bert or gpt2");
    }
    biases.forEach(graft::unfreeze);
  }
}
