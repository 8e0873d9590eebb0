package dev.graft.harness.baseline;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;

/** Nothing of the host is trained: only the head, which belongs to every stack. */
public final class HeadOnlyMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "head-only", "nothing of the host: the task head alone, which every method trains too")
        .withTraits(Trait.IDENTITY_AT_START, Trait.PER_ROW);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {}
}
