package dev.graft.lora;

import dev.graft.GraftException;
import dev.graft.api.Initializer;
import dev.graft.api.Site;
import dev.graft.program.Tensor;

/** How A and B begin. */
enum LoraInitialization {
  /** A like a linear layer's weight, B zero: the paper's code, and PEFT. */
  KAIMING,
  /** A with the deviation 1 / rank, B zero: the paper, with PEFT's choice of the deviation. */
  GAUSSIAN,
  /** A and B from the weight's principal part, which {@link PissaUpdate} takes off the weight. */
  PISSA;

  /** What A, (rank, in), and B, (out, rank), begin as. */
  record Factors(Initializer a, Initializer b) {}

  Factors of(Site.Projection site, int rank, double scale) {
    return switch (this) {
      case KAIMING -> new Factors(Initializer.kaimingUniform(), Initializer.zeros());
      case GAUSSIAN -> new Factors(Initializer.normal(1.0 / rank), Initializer.zeros());
      case PISSA -> principal(site, rank, scale);
    };
  }

  /**
   * The factors whose product, times the scale, is nearest to the weight: Meng et al. 2024, arXiv
   * 2404.02948, equations 2 and 3, each divided by the root of the scale.
   */
  private static Factors principal(Site.Projection site, int rank, double scale) {
    long most = Math.min(site.in(), site.out());
    if (rank > most) {
      throw GraftException.input("PiSSA can't begin with rank %d at %s.", rank, site.path())
          .expected(
              "at most %d, the smaller one of its sizes, %d and %d", most, site.out(), site.in())
          .remedy("lower rank, or give it one of its own in rank-pattern");
    }
    Tensor.Svd svd = site.weight().svd();
    Tensor root = svd.s().slice(0, 0, rank).dividedBy(scale).sqrt(); // (rank)
    Tensor a = svd.vT().slice(0, 0, rank).times(root.unsqueeze(1)); // S^(1/2) V^T, (rank, in)
    Tensor b = svd.u().slice(1, 0, rank).times(root); // U S^(1/2), (out, rank)
    return new Factors(Initializer.computed(a), Initializer.computed(b));
  }
}
