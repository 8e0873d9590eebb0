package dev.graft.harness.baseline;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Trait;
import java.util.EnumSet;
import java.util.Set;

/** Nothing of the host is trained: only the head, which belongs to every stack. */
public final class HeadOnlyMethod implements PeftMethod {
  @Override
  public String name() {
    return "head-only";
  }

  @Override
  public String summary() {
    return "nothing of the host: the task head alone, which every method trains too";
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
    return EnumSet.of(Trait.IDENTITY_AT_START, Trait.PER_ROW);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {}
}
