package dev.graft.testing;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** LoRA of the token embeddings, as PEFT's: A is zero, and B is drawn. */
public final class EmbeddingLoraMethod implements PeftMethod {
  private static final Setting<Integer> RANK =
      Setting.integer("rank", 4, 1, 16384, "the rank r of the table's update");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("embedding-lora", "")
        .withTraits(Trait.IDENTITY_AT_START)
        .withSettings(SettingsSpec.of(RANK))
        .withLearningRate(5e-3);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    long rank = settings.get(RANK);
    Site.Embeddings site = host.embeddings();
    long vocabulary = site.table().shape().dim(0).fixed();
    Tensor a =
        graft.parameter(
            site.path() + ".lora_embedding_A", Shape.of(rank, vocabulary), Initializer.zeros());
    Tensor b =
        graft.parameter(
            site.path() + ".lora_embedding_B", Shape.of(host.width(), rank), Initializer.normal(1));
    graft.at(site, new Update(a, b, graft.number("scale", 1.0 / rank)));
  }

  private record Update(Tensor a, Tensor b, Tensor scale) implements EmbeddingIntervention {
    @Override
    public Tensor output(Tensor embedded, Batch batch) {
      return embedded.plus(a.transpose(0, 1).rows(batch.ids()).linear(b).times(scale));
    }
  }
}
