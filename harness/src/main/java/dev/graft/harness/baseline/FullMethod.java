package dev.graft.harness.baseline;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Trait;
import java.util.EnumSet;
import java.util.Set;

/** Full fine-tuning: every weight of the host is trained. */
public final class FullMethod implements PeftMethod {
  @Override
  public String name() {
    return "full";
  }

  @Override
  public String summary() {
    return "all weights of the host: full fine-tuning";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return SettingsSpec.of();
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.IDENTITY_AT_START);
  }

  @Override
  public double learningRate() {
    return 1e-4;
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    host.parameters().forEach(graft::unfreeze);
  }
}
