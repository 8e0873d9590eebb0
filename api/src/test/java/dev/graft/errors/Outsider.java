package dev.graft.errors;

import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.GraftSum;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import java.util.Map;
import java.util.Optional;

/**
 * A method with one vector, {@code gain}, that PEFT has too and that can be added up.
 *
 * @param given what reading an adapter and adding up give
 */
record Outsider(String name, Map<String, StoredTensor> given) implements PeftMethod, ForeignFormat {
  Outsider(Map<String, StoredTensor> given) {
    this("outsider", given);
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(name, "");
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    graft.parameter("gain", Shape.of(2), Initializer.ones());
  }

  @Override
  public Optional<ForeignFormat> foreignFormat() {
    return Optional.of(this);
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
  public StoredGraft read(Adapter adapter, Host host) {
    if (adapter.configuration().containsKey("odd")) {
      throw new IllegalStateException("it was not asked for");
    }
    return stored();
  }

  private StoredGraft stored() {
    return new StoredGraft(spec().settings().defaults(), given);
  }

  @Override
  public Adapter write(StoredGraft graft, Host host, boolean languageModel) {
    return new Adapter(Map.of("peft_type", "OUTSIDER"), graft.tensors(), "");
  }

  @Override
  public Optional<GraftSum> sum() {
    return Optional.of((terms, host) -> stored());
  }
}
