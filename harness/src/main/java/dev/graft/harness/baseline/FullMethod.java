package dev.graft.harness.baseline;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;

/** Full fine-tuning: every weight of the host is trained. */
public final class FullMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("full", "all weights of the host: full fine-tuning")
        .withTraits(Trait.IDENTITY_AT_START)
        .withLearningRate(1e-4);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    host.parameters().forEach(graft::unfreeze);
  }
}
