package dev.graft.errors;

import dev.graft.api.Additive;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Trait;
import dev.graft.program.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A method with one vector, {@code gain}, that PEFT has too and that can be added up.
 *
 * @param given what reading an adapter and adding up give
 */
record Outsider(String name, Map<String, Numbers> given)
    implements PeftMethod, ForeignFormat, Additive {
  Outsider(Map<String, Numbers> given) {
    this("outsider", given);
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
    return Set.of();
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    graft.parameter("gain", Shape.of(2), Initializer.ones());
  }

  @Override
  public Library library() {
    return Library.PEFT;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return "OUTSIDER".equals(configuration.get("peft_type"));
  }

  @Override
  public Own read(Adapter adapter, Host host) {
    return new Own(Map.of(), given);
  }

  @Override
  public Adapter write(Own own, Host host, boolean languageModel) {
    return new Adapter(Map.of("peft_type", "OUTSIDER"), own.tensors(), "");
  }

  @Override
  public Own sum(List<Term> terms, Host host) {
    return new Own(Map.of(), given);
  }
}
