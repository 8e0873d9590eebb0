package dev.graft.lora;

import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.api.ParameterSpec;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** Declares the tensors of the token table's update; they begin as PEFT's: A zero, B normal. */
final class LoraTableTensors {
  private final Site.Embeddings site;
  private final Settings settings;
  private final Graft graft;

  LoraTableTensors(Site.Embeddings site, Settings settings, Graft graft) {
    this.site = site;
    this.settings = settings;
    this.graft = graft;
  }

  private long rank() {
    return LoraSettings.rank(settings, TokenTable.PATH);
  }

  /** alpha / rank, (), of its own where a pattern names the table. */
  Tensor scale(Tensor common) {
    return LoraSettings.scale(TokenTable.PATH, settings, graft, common);
  }

  Tensor a() {
    return factor("A", Shape.of(rank(), site.table().shape().dim(0).fixed()), Initializer.zeros());
  }

  Tensor b() {
    return factor(
        "B", Shape.of(site.table().shape().dim(1).fixed(), rank()), Initializer.normal(1));
  }

  private Tensor factor(String name, Shape shape, Initializer initializer) {
    ParameterSpec factor =
        ParameterSpec.of(LoraFactors.name(TokenTable.PATH, name), shape, initializer);
    return graft.parameter(LoraSettings.ofDora(factor, settings));
  }

  /** DoRA's m: the lengths of the table's columns at first. */
  Tensor magnitude() {
    return graft.parameter(
        TokenTable.PATH + ".lora_magnitude_vector",
        Shape.of(site.table().shape().dim(1).fixed()),
        Initializer.computed(site.table().norm(0)));
  }
}
