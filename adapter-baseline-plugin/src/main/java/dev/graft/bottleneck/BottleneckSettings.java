package dev.graft.bottleneck;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.program.Activation;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The settings that all adapters have; each has defaults of its own.
 *
 * @param defaultWidth the inner width where neither it nor the reduction factor is given
 */
record BottleneckSettings(
    int defaultWidth,
    Setting<Optional<Integer>> bottleneck,
    Setting<Optional<Double>> reductionFactor,
    Setting<Activation> activation,
    Setting<Integer> dropLayers,
    Setting<Integer> dropUpTo,
    Setting<Boolean> trainNorms) {
  static BottleneckSettings of(int width, Activation activation) {
    return new BottleneckSettings(
        width,
        Setting.integer(
                "bottleneck",
                width,
                1,
                65536,
                "the inner width of an adapter; %s without a reduction-factor".formatted(width))
            .optional(),
        Setting.real(
                "reduction-factor",
                16,
                0.01,
                65536,
                "the host's width over an adapter's inner width")
            .optional(),
        Setting.choice("activation", activation, "the function at the inner width"),
        Setting.integer(
            "drop-layers", 0, 0, 9999, "the lowest blocks that get no adapter (AdapterDrop)"),
        Setting.integer(
            "drop-up-to",
            0,
            0,
            9999,
            "training leaves out the adapters of up to so many lowest blocks, drawn for each batch; then drop-layers counts in evaluation only"),
        Setting.flag("train-norms", false, "trains the host's norms too, as Houlsby et al. do"));
  }

  SettingsSpec spec(Setting<?>... more) {
    return new SettingsSpec(
        Stream.concat(
                Stream.of(
                    bottleneck, reductionFactor, activation, dropLayers, dropUpTo, trainNorms),
                Stream.of(more))
            .toList());
  }

  /**
   * The inner width of adapters on a stream of the given width, rounded down as AdapterHub does.
   */
  long innerWidth(Settings settings, long width) {
    Optional<Integer> given = settings.get(bottleneck);
    Optional<Double> factor = settings.get(reductionFactor);
    if (given.isPresent() && factor.isPresent()) {
      throw GraftException.input(
              "bottleneck=%d and reduction-factor=%s both give the inner width of an adapter.",
              given.get(), Setting.written(factor.get()))
          .expected("one of them at most");
    }
    if (factor.isEmpty()) {
      return given.orElse(defaultWidth);
    }
    long inner = (long) (width / factor.get());
    if (inner == 0) {
      throw GraftException.input(
              "reduction-factor=%s leaves nothing of the host's width.",
              Setting.written(factor.get()))
          .expected("at most %d", width);
    }
    return inner;
  }

  /** The sublayers of blocks that have adapters: Rücklé et al. 2021, arXiv 2010.11918. */
  List<Site.Sublayer> sublayers(Host host, Settings settings) {
    int without = without(host, settings);
    return host.sublayers().stream().filter(site -> site.layer() >= without).toList();
  }

  /** The blocks that have adapters. */
  List<Site.Block> blocks(Host host, Settings settings) {
    int without = without(host, settings);
    return host.blocks().stream().filter(site -> site.layer() >= without).toList();
  }

  /**
   * What each block does with the output of its adapters: the robust variant of AdapterDrop, here
   * multiplying those of the lowest m blocks by zero, with m drawn anew for each batch of training.
   */
  IntFunction<UnaryOperator<Tensor>> dropping(Host host, Settings settings, Graft graft) {
    int most = settings.get(dropUpTo);
    without(host, settings);
    if (most == 0) {
      return layer -> UnaryOperator.identity();
    }
    Tensor dropped =
        graft.drawn("dropped", settings.get(dropLayers), random -> random.nextInt(most + 1));
    return layer ->
        layer < most ? change -> change.times(isIn(layer, dropped)) : UnaryOperator.identity();
  }

  /** 1 if a block is none of the lowest m, else 0: both are whole numbers. */
  private static Tensor isIn(int layer, Tensor m) {
    Tensor above = m.times(-1).plus(layer + 1);
    return above.relu().minus(above.plus(-1).relu());
  }

  /** The number of the lowest blocks that have no adapter at all. */
  private int without(Host host, Settings settings) {
    int dropped = dropped(host, dropLayers, settings);
    int most = dropped(host, dropUpTo, settings);
    if (most > 0 && dropped > most) {
      throw GraftException.input(
              "drop-layers=%d leaves out more than drop-up-to=%d ever does in training.",
              dropped, most)
          .expected("drop-layers of at most %d", most);
    }
    return most > 0 ? 0 : dropped;
  }

  private static int dropped(Host host, Setting<Integer> setting, Settings settings) {
    int dropped = settings.get(setting);
    if (dropped >= host.layers()) {
      throw GraftException.input(
              "%s=%d leaves none of the host's %d blocks.", setting.name(), dropped, host.layers())
          .expected("at most %d", host.layers() - 1);
    }
    return dropped;
  }

  /**
   * Unfreezes the host's norms if the settings say so (Houlsby et al. 2019, section 2.1). Below the
   * first adapter they stay as they are, so that tasks can share what the lowest blocks compute.
   */
  void unfreezeNorms(Host host, Settings settings, Graft graft) {
    int without = without(host, settings);
    if (settings.get(trainNorms)) {
      host.parameters().stream()
          .filter(HostParameter::isNorm)
          .filter(norm -> without == 0 || isAtOrAbove(norm, without))
          .forEach(graft::unfreeze);
    }
  }

  private static boolean isAtOrAbove(HostParameter norm, int layer) {
    // Of the norms outside of blocks, that of the embeddings is below them and the last one above.
    return norm.layer().isPresent()
        ? norm.layer().getAsInt() >= layer
        : !norm.name().startsWith("embeddings.");
  }
}
