package dev.graft.lora;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** Declares the tensors of one projection's update, each when it is asked for. */
final class LoraTensors {
  private final Site.Projection site;
  private final Settings settings;
  private final Graft graft;
  private final LoraInitialization.Factors initial;
  private final Shape shapeOfA;
  private final Shape shapeOfB;

  LoraTensors(Site.Projection site, Settings settings, Graft graft) {
    int rank = LoraSettings.rank(settings, site.path());
    double scale = LoraSettings.scale(settings, site.path());
    this.site = site;
    this.settings = settings;
    this.graft = graft;
    initial = settings.get(LoraSettings.INITIALIZER).of(site, rank, scale);
    shapeOfA = Shape.of(rank, site.in());
    shapeOfB = Shape.of(site.out(), rank);
  }

  /**
   * alpha / rank, ().
   *
   * @param common that of the projections whose rank and alpha no pattern names
   */
  Tensor scale(Tensor common) {
    return LoraSettings.scale(site.path(), settings, graft, common);
  }

  Tensor a() {
    return graft.parameter(factor(".lora_A", shapeOfA, initial.a()));
  }

  /** LoRA+, Hayou et al. 2024, arXiv 2402.12354: B learns faster than A. */
  Tensor b() {
    double ratio = settings.get(LoraSettings.RATE_RATIO);
    return graft.parameter(factor(".lora_B", shapeOfB, initial.b()).withRateFactor(ratio));
  }

  private ParameterSpec factor(String name, Shape shape, Initializer initializer) {
    return LoraSettings.ofDora(ParameterSpec.of(site.path() + name, shape, initializer), settings);
  }

  /** A as it began: PiSSA's A0. */
  Tensor a0() {
    return graft.buffer(site.path() + ".lora_A.initial", shapeOfA, initial.a());
  }

  /** B as it began: PiSSA's B0. */
  Tensor b0() {
    return graft.buffer(site.path() + ".lora_B.initial", shapeOfB, initial.b());
  }

  /** DoRA's m: {@code ||W0||} at first, section 4.1. */
  Tensor magnitude() {
    Initializer lengths = Initializer.computed(site.weight().norm(1));
    return graft.parameter(site.path() + ".lora_magnitude_vector", Shape.of(site.out()), lengths);
  }
}
