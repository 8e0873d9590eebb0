package dev.graft.prefix;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Settings;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import java.util.List;

/**
 * LLaMA-Adapter: Zhang et al. 2023, arXiv 2303.16199, section 3. As in PEFT a layer has one gate,
 * and prompts have no positions.
 */
public final class LlamaAdapterMethod implements PeftMethod {
  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of(
            "llama-adapter",
            "prompts of the top layers behind gates that begin shut (Zhang et al. 2023)")
        .withTraits(Trait.IDENTITY_AT_START)
        .withSettings(LlamaAdapterSettings.SPEC)
        .withLearningRate(1e-2);
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    int tokens = settings.get(LlamaAdapterSettings.VIRTUAL_TOKENS);
    int layers = settings.get(LlamaAdapterSettings.LAYERS);
    if (layers > host.layers()) {
      throw GraftException.input(
              "llama-adapter can't adapt %d layers of a host of %d.", layers, host.layers())
          .expected("layers of at most %d", host.layers());
    }
    List<Site.Attention> all = host.attentions();
    int untouched = layers == 0 ? 0 : host.layers() - layers;
    for (Site.Attention site : all.subList(untouched, all.size())) {
      Tensor prompt =
          graft.parameter(
              site.path() + ".adaption_prompt",
              Shape.of(tokens, host.width()),
              Initializer.normal(1));
      Tensor gate =
          graft.parameter(site.path() + ".adaption_gate", Shape.of(1), Initializer.zeros());
      graft.at(site, new GatedPrompt(site, prompt, gate));
    }
  }
}
