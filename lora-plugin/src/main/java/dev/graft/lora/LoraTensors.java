package dev.graft.lora;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** Declares the tensors of one update, each when it is asked for. */
final class LoraTensors {
  private final String path;
  private final long out;
  private final Initializer lengths;
  private final Settings settings;
  private final Graft graft;
  private final LoraInitialization.Factors initial;
  private final Shape shapeOfA;
  private final Shape shapeOfB;

  private LoraTensors(
      String path,
      long in,
      long out,
      LoraInitialization.Factors initial,
      Initializer lengths,
      Settings settings,
      Graft graft) {
    int rank = LoraSettings.rank(settings, path);
    this.path = path;
    this.out = out;
    this.initial = initial;
    this.lengths = lengths;
    this.settings = settings;
    this.graft = graft;
    shapeOfA = Shape.of(rank, in);
    shapeOfB = Shape.of(out, rank);
  }

  /** Those of a projection. */
  static LoraTensors of(Site.Projection site, Settings settings, Graft graft) {
    int rank = LoraSettings.rank(settings, site.path());
    double scale = LoraSettings.scale(settings, site.path());
    return new LoraTensors(
        site.path(),
        site.in(),
        site.out(),
        settings.get(LoraSettings.INITIALIZER).of(site, rank, scale),
        Initializer.computed(site.weight().norm(1)),
        settings,
        graft);
  }

  /** Those of the token table, which begin as PEFT's do: A zero, B normal. */
  static LoraTensors of(Site.Embeddings site, Settings settings, Graft graft) {
    Shape table = site.table().shape();
    return new LoraTensors(
        TokenTable.PATH,
        table.dim(0).fixed(),
        table.dim(1).fixed(),
        new LoraInitialization.Factors(Initializer.zeros(), Initializer.normal(1)),
        Initializer.computed(site.table().norm(0)),
        settings,
        graft);
  }

  /**
   * alpha / rank, ().
   *
   * @param common that of the sites whose rank and alpha no pattern names
   */
  Tensor scale(Tensor common) {
    return LoraSettings.hasPattern(settings, path)
        ? graft.number(path + ".scale", LoraSettings.scale(settings, path))
        : common;
  }

  Tensor a() {
    return graft.parameter(factor("A", shapeOfA, initial.a()));
  }

  /** LoRA+, Hayou et al. 2024, arXiv 2402.12354: B learns faster than A. Not of embeddings. */
  Tensor b() {
    double ratio = path.equals(TokenTable.PATH) ? 1 : settings.get(LoraSettings.RATE_RATIO);
    return graft.parameter(factor("B", shapeOfB, initial.b()).withRateFactor(ratio));
  }

  private ParameterSpec factor(String name, Shape shape, Initializer initializer) {
    ParameterSpec factor = ParameterSpec.of(LoraFactors.name(path, name), shape, initializer);
    return settings.get(LoraSettings.DORA)
        ? factor.withCutGradient("DoRA, section 4.3: no gradient goes into the norm")
        : factor;
  }

  /** A as it began: PiSSA's A0. */
  Tensor a0() {
    return graft.buffer(path + ".lora_A.initial", shapeOfA, initial.a());
  }

  /** B as it began: PiSSA's B0. */
  Tensor b0() {
    return graft.buffer(path + ".lora_B.initial", shapeOfB, initial.b());
  }

  /** DoRA's m: {@code ||W0||} at first, section 4.1. */
  Tensor magnitude() {
    return graft.parameter(path + ".lora_magnitude_vector", Shape.of(out), lengths);
  }
}
