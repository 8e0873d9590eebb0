package dev.graft.lora;

import dev.graft.api.Additive;
import dev.graft.api.ForeignFormat;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Settings;
import dev.graft.api.SettingsSpec;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Low-rank adaptation: Hu et al. 2021, arXiv 2106.09685, section 4.1. */
public final class LoraMethod implements PeftMethod, Additive, ForeignFormat {
  @Override
  public String name() {
    return "lora";
  }

  @Override
  public String summary() {
    return "low-rank updates of projections (Hu et al. 2021), with rsLoRA, LoRA+, DoRA and PiSSA";
  }

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public SettingsSpec settings() {
    return LoraSettings.SPEC;
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.of(Trait.MERGEABLE, Trait.IDENTITY_AT_START, Trait.PER_ROW);
  }

  @Override
  public double learningRate() {
    return 5e-3;
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    List<Site.Projection> sites = LoraSites.of(host, settings);
    Tensor shared = graft.number("scale", LoraSettings.scale(settings));
    for (Site.Projection site : sites) {
      String path = site.path();
      Tensor scale =
          LoraSettings.hasPattern(settings, path)
              ? graft.number(path + ".scale", LoraSettings.scale(settings, path))
              : shared;
      LowRankUpdate update = update(site, settings, scale, graft);
      if (settings.get(LoraSettings.DORA)) {
        Initializer lengths = Initializer.computed(site.weight().norm(1));
        Shape rows = Shape.of(site.out());
        Tensor magnitude = graft.parameter(path + ".lora_magnitude_vector", rows, lengths);
        graft.at(site, new DoraUpdate(update, magnitude, site.weight()));
      } else {
        graft.at(site, update);
      }
    }
    HostWeightsToTrain.of(host, settings, sites).forEach(graft::unfreeze);
  }

  private static LowRankUpdate update(
      Site.Projection site, Settings settings, Tensor scale, Graft graft) {
    String path = site.path();
    int rank = LoraSettings.rank(settings, path);
    Beginning beginning = Beginning.of(site, settings);
    Shape shapeOfA = Shape.of(rank, site.in());
    Shape shapeOfB = Shape.of(site.out(), rank);
    Optional<LowRank> initial = Optional.empty();
    if (!beginning.isZero()) {
      Tensor a = graft.buffer(path + ".lora_A.initial", shapeOfA, beginning.a());
      Tensor b = graft.buffer(path + ".lora_B.initial", shapeOfB, beginning.b());
      initial = Optional.of(new LowRank(a, b));
    }
    ParameterSpec a = ParameterSpec.of(path + ".lora_A", shapeOfA, beginning.a());
    ParameterSpec b = ParameterSpec.of(path + ".lora_B", shapeOfB, beginning.b());
    if (settings.get(LoraSettings.DORA)) {
      String reason = "DoRA, section 4.3: no gradient goes into the norm";
      a = a.withCutGradient(reason);
      b = b.withCutGradient(reason);
    }
    Tensor first = graft.parameter(a);
    // LoRA+, Hayou et al. 2024, arXiv 2402.12354: B learns faster than A.
    Tensor fast = graft.parameter(b.withRateFactor(settings.get(LoraSettings.RATE_RATIO)));
    return new LowRankUpdate(
        new LowRank(first, fast), initial, scale, settings.get(LoraSettings.DROPOUT));
  }

  @Override
  public Own sum(List<Term> terms, Host host) {
    return LoraSum.of(terms, host);
  }

  // PEFT's files

  @Override
  public Library library() {
    return Library.PEFT;
  }

  @Override
  public boolean reads(Map<String, Object> configuration) {
    return "LORA".equals(configuration.get("peft_type"));
  }

  @Override
  public Own read(Adapter adapter, Host host) {
    return new PeftLoraReader(adapter, host).read();
  }

  @Override
  public Adapter write(Own own, Host host, boolean languageModel) {
    return new PeftLoraWriter(own, host).write(languageModel);
  }
}
