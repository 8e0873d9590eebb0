package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Initializer;
import dev.graft.api.Settings;
import dev.graft.api.Site;
import dev.graft.program.Tensor;

/**
 * How A and B begin.
 *
 * @param isZero whether their product does
 */
record Beginning(Initializer a, Initializer b, boolean isZero) {
  /** The setting. */
  enum Kind {
    /** A like a linear layer's weight: the paper's code, and PEFT. */
    KAIMING,
    /** A with the deviation 1 / rank: the paper, with PEFT's choice of the deviation. */
    GAUSSIAN,
    /** A and B from the weight's principal part. */
    PISSA
  }

  static Beginning of(Site.Projection site, Settings settings) {
    int rank = LoraSettings.rank(settings, site.path());
    return switch (settings.get(LoraSettings.INITIALIZER)) {
      case KAIMING -> new Beginning(Initializer.kaimingUniform(), Initializer.zeros(), true);
      case GAUSSIAN -> new Beginning(Initializer.normal(1.0 / rank), Initializer.zeros(), true);
      case PISSA -> principal(site, rank, LoraSettings.scale(settings, site.path()));
    };
  }

  /**
   * The factors whose product, times the scale, is nearest to the weight: Meng et al. 2024, arXiv
   * 2404.02948, equations 2 and 3, each divided by the root of the scale.
   */
  private static Beginning principal(Site.Projection site, int rank, double scale) {
    long most = Math.min(site.in(), site.out());
    if (rank > most) {
      throw GraftException.input("PiSSA can't begin with rank %d at %s.", rank, site.path())
          .expected(
              "at most %d, the smaller one of its sizes, %d and %d", most, site.out(), site.in())
          .remedy("lower rank, or give it one of its own in rank-pattern");
    }
    Tensor.Svd svd = site.weight().svd();
    Tensor root = svd.s().slice(0, 0, rank).dividedBy(scale).sqrt(); // (rank)
    Tensor a = svd.vT().slice(0, 0, rank).times(root.unsqueeze(1));
    Tensor b = svd.u().slice(1, 0, rank).times(root);
    return new Beginning(Initializer.computed(a), Initializer.computed(b), false);
  }
}
