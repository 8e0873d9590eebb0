package dev.graft.harness.baseline;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Trait;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** BitFit: the host's biases are trained, those of its norms too (Ben Zaken et al. 2022). */
public final class BitFitMethod implements PeftMethod {
  @Override
  public String name() {
    return "bitfit";
  }

  @Override
  public String summary() {
    return "all biases of the host (Ben Zaken et al. 2021)";
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
    return 5e-3;
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
