package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.Targets;
import dev.graft.lora.LoraSettings.WeightTying;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The weights of the host that are trained beside the updates: biases and whole modules. */
final class HostWeightsToTrain {
  private HostWeightsToTrain() {}

  static Set<HostParameter> of(Host host, Settings settings, LoraSites sites) {
    Set<HostParameter> chosen = modules(host, settings.get(LoraSettings.MODULES_TO_SAVE));
    TokenTable table = TokenTable.of(host);
    boolean isOne =
        settings.get(LoraSettings.WEIGHT_TYING) != WeightTying.NONE
            && chosen.stream().anyMatch(parameter -> table.isPart(parameter.module()));
    for (String path : sites.paths()) {
      if (chosen.stream().anyMatch(parameter -> parameter.module().equals(path))
          || (isOne && table.isPart(path))) {
        throw GraftException.input("%s is both among the targets and in modules-to-save.", path)
            .expected("one of them, since a weight that is trained itself needs no update")
            .remedy("leave it out of one of them, by exclude=[%s] for instance", path);
      }
    }
    if (isOne) {
      chosen.removeIf(parameter -> table.isPart(parameter.module()));
      host.parameters().stream()
          .filter(parameter -> parameter.module().equals(TokenTable.PATH))
          .forEach(chosen::add);
    }
    switch (settings.get(LoraSettings.BIAS)) {
      case NONE -> {}
      case ALL -> host.parameters().stream().filter(HostParameter::isBias).forEach(chosen::add);
      case LORA_ONLY ->
          sites.projections().stream()
              .filter(site -> site.bias().isPresent())
              .forEach(site -> chosen.add(bias(host, site)));
    }
    return chosen;
  }

  private static HostParameter bias(Host host, Site.Projection site) {
    return host.parameters().stream()
        .filter(parameter -> parameter.name().equals(site.path() + ".bias"))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input(
                        "The bias of %s can't be trained by itself: it is a part of a larger one.",
                        site.path())
                    .expected("projections as the checkpoint has them, where bias=lora-only")
                    .remedy("target the larger one, or choose another bias"));
  }

  static Set<HostParameter> modules(Host host, List<String> entries) {
    Set<HostParameter> chosen = new LinkedHashSet<>();
    for (String entry : entries) {
      List<HostParameter> matched =
          TokenTable.andParameters(host).stream()
              .filter(p -> within(p.module()).stream().anyMatch(m -> Targets.matches(entry, m)))
              .toList();
      if (matched.isEmpty()) {
        Set<String> known = new LinkedHashSet<>();
        TokenTable.andParameters(host)
            .forEach(parameter -> known.addAll(within(parameter.module())));
        throw LoraSites.noMatch(
            LoraSettings.MODULES_TO_SAVE,
            entry,
            "modules of the %s host".formatted(host.architecture()),
            known);
      }
      chosen.addAll(matched);
    }
    return chosen;
  }

  /** A module and those that it is a part of: {@code layers.0.mlp.up}, {@code layers.0.mlp}, ... */
  static List<String> within(String module) {
    List<String> modules = new ArrayList<>(List.of(module));
    for (int dot = module.lastIndexOf('.'); dot > 0; dot = module.lastIndexOf('.', dot - 1)) {
      modules.add(module.substring(0, dot));
    }
    return modules;
  }
}
