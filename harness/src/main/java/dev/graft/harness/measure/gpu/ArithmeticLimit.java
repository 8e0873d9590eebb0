package dev.graft.harness.measure.gpu;

import dev.graft.program.Precision;
import java.util.List;
import java.util.Optional;

/**
 * The most floating-point operations a second of a GPU, as its maker publishes it: of matrices that
 * are not sparse, in 16 bits by tensor cores, in 32 bits without them, since the engine multiplies
 * matrices of 32 bits in 32 bits and not in TF32.
 *
 * @param flopsPerSecond absent where none is known
 * @param source who says so, or why there is none
 */
public record ArithmeticLimit(Optional<Double> flopsPerSecond, String source) {
  private static final double TERA = 1e12;
  private static final String HOPPER =
      "NVIDIA H100 Tensor Core GPU datasheet (half of what it gives for sparse matrices)";
  private static final String H200 =
      "NVIDIA H200 Tensor Core GPU datasheet (half of what it gives for sparse matrices)";
  private static final String AMPERE = "NVIDIA A100 Tensor Core GPU datasheet";
  private static final String VOLTA = "NVIDIA V100 Tensor Core GPU datasheet";

  /** The first whose words are all in a GPU's name is its. */
  private static final List<Card> CARDS =
      List.of(
          new Card("H100 PCIe", 51.2, 756.5, 756.5, HOPPER),
          new Card("H100 80GB HBM3", 66.9, 989.4, 989.4, HOPPER),
          new Card("H200 NVL", 60, 835.5, 835.5, H200),
          new Card("NVIDIA H200", 66.9, 989.4, 989.4, H200),
          new Card("A100", 19.5, 312, 312, AMPERE),
          new Card("A10", 31.2, 125, 125, "NVIDIA A10 Tensor Core GPU datasheet"),
          new Card("L40S", 91.6, 362, 362, "NVIDIA L40S datasheet"),
          new Card("L4", 30.3, 121, 121, "NVIDIA L4 Tensor Core GPU datasheet"),
          new Card("V100-SXM2", 15.7, 0, 125, VOLTA),
          new Card("V100-PCIE", 14, 0, 112, VOLTA),
          new Card("T4", 8.1, 0, 65, "NVIDIA T4 Tensor Core GPU datasheet"));

  /**
   * Of one kind of GPU.
   *
   * @param words whole ones of the name that the driver gives it
   * @param single of 32 bits, in 10^12 a second, as the others
   * @param brain of bfloat16; 0 where its tensor cores have none
   * @param half of float16
   */
  private record Card(String words, double single, double brain, double half, String source) {
    boolean is(String name) {
      return (" " + name + " ").matches(".*[ -]\\Q" + words + "\\E[ -].*") && !name.contains("MIG");
    }

    double of(Precision precision) {
      return switch (precision) {
        case FLOAT32 -> single;
        case BFLOAT16 -> brain;
        case FLOAT16 -> half;
        case FLOAT64 -> 0;
      };
    }
  }

  /**
   * That of a GPU.
   *
   * @param name as the driver gives it
   */
  public static ArithmeticLimit of(String name, Precision precision) {
    return CARDS.stream()
        .filter(card -> card.is(name) && card.of(precision) > 0)
        .findFirst()
        .map(card -> new ArithmeticLimit(Optional.of(card.of(precision) * TERA), card.source()))
        .orElseGet(
            () -> none("no published limit of %s in %s is known".formatted(name, precision)));
  }

  /** None is known. */
  public static ArithmeticLimit none(String reason) {
    return new ArithmeticLimit(Optional.empty(), reason);
  }
}
