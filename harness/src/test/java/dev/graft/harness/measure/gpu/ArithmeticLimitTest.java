package dev.graft.harness.measure.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.program.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ArithmeticLimitTest {
  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3, BFLOAT16, 989.4",
    "NVIDIA H100 80GB HBM3, FLOAT32, 66.9",
    "NVIDIA H100 PCIe, FLOAT16, 756.5",
    "NVIDIA H200, BFLOAT16, 989.4",
    "NVIDIA H200 NVL, BFLOAT16, 835.5",
    "NVIDIA A100-SXM4-80GB, BFLOAT16, 312",
    "NVIDIA A100 80GB PCIe, FLOAT32, 19.5",
    "NVIDIA A10, BFLOAT16, 125",
    "NVIDIA L4, FLOAT32, 30.3",
    "NVIDIA L40S, FLOAT32, 91.6",
    "Tesla V100-SXM2-16GB, FLOAT16, 125",
    "Tesla T4, FLOAT16, 65"
  })
  void aCardsLimitIsThatOfItsNameAndPrecision(String name, Precision precision, double tera) {
    ArithmeticLimit limit = ArithmeticLimit.of(name, precision);
    assertThat(limit.flopsPerSecond()).contains(tera * 1e12);
    assertThat(limit.source()).contains("datasheet");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NVIDIA H100 NVL",
        "NVIDIA A10G",
        "NVIDIA L40",
        "NVIDIA A100-SXM4-40GB MIG 1g.5gb"
      })
  void aNameThatIsOnlyLikeAnotherHasNone(String name) {
    assertThat(ArithmeticLimit.of(name, Precision.FLOAT16))
        .isEqualTo(ArithmeticLimit.none("no published limit of " + name + " in float16 is known"));
  }

  @Test
  void aPrecisionThatACardHasNotHasNone() {
    assertThat(ArithmeticLimit.of("Tesla T4", Precision.BFLOAT16).flopsPerSecond()).isEmpty();
  }
}
