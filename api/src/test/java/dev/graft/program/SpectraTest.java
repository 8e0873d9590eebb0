package dev.graft.program;

import static dev.graft.testing.NumbersAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.testing.TestDevice;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Complex numbers and Fourier transforms, against sums in Java. */
class SpectraTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 4;
  private static final float[] REAL = {1, 2, -1, 0.5f, 3, -2, 1, 4, 0, 1, 2, -3};
  private static final float[] IMAGINARY = {0, 1, 1, -1, 2, 0.5f, -2, 1, 3, 0, -1, 2};

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Sheet sheet = new Sheet(cpu);
  private final Tensor a = sheet.given(REAL, ROWS, COLUMNS);
  private final Tensor b = sheet.given(IMAGINARY, ROWS, COLUMNS);
  private final Tensor z = Tensor.complex(a, b);

  /** {@code sum x exp(sign 2 pi i (k m / rows + l n / columns))}; real parts, imaginary parts. */
  private static float[][] transformed(float[] re, float[] im, int rows, int columns, int sign) {
    float[][] result = new float[2][rows * columns];
    for (int k = 0; k < rows; k++) {
      for (int l = 0; l < columns; l++) {
        double real = 0;
        double imaginary = 0;
        for (int m = 0; m < rows; m++) {
          for (int n = 0; n < columns; n++) {
            double angle = sign * 2 * Math.PI * ((double) k * m / rows + (double) l * n / columns);
            double x = re[m * columns + n];
            double y = im[m * columns + n];
            real += x * Math.cos(angle) - y * Math.sin(angle);
            imaginary += x * Math.sin(angle) + y * Math.cos(angle);
          }
        }
        result[0][k * columns + l] = (float) real;
        result[1][k * columns + l] = (float) imaginary;
      }
    }
    return result;
  }

  private static float[] scaled(float[] numbers, double factor) {
    float[] result = numbers.clone();
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (factor * result[i]);
    }
    return result;
  }

  @Test
  void aTransformIsTheSumThatDefinesIt() {
    float[][] expected = transformed(REAL, IMAGINARY, ROWS, COLUMNS, -1);
    Tensor spectrum = z.fft(0, -1);
    Assertions.assertThat(spectrum.type()).isEqualTo(Type.COMPLEX);
    assertThat(sheet.floats(spectrum.real())).isCloseTo(expected[0], 1e-6);
    assertThat(sheet.floats(spectrum.imaginary())).isCloseTo(expected[1], 1e-6);
    float[][] ofReal = transformed(REAL, new float[12], ROWS, COLUMNS, -1);
    assertThat(sheet.floats(a.fft(0, 1).imaginary())).isCloseTo(ofReal[1], 1e-6);
    float[][] ofRow = transformed(REAL, new float[12], 1, COLUMNS, -1);
    float[] row = Arrays.copyOf(ofRow[0], COLUMNS);
    assertThat(sheet.floats(a.fft(1).real().select(0, 0))).isCloseTo(row, 1e-6);
  }

  @Test
  void theInverseIsTheSumThatDefinesIt() {
    float[][] expected = transformed(REAL, IMAGINARY, ROWS, COLUMNS, 1);
    Tensor inverse = z.inverseFft(0, 1);
    assertThat(sheet.floats(inverse.real())).isCloseTo(scaled(expected[0], 1.0 / 12), 1e-6);
    assertThat(sheet.floats(inverse.imaginary())).isCloseTo(scaled(expected[1], 1.0 / 12), 1e-6);
    assertThat(sheet.floats(inverse.fft(0, 1).real())).isCloseTo(REAL, 1e-6);
  }

  @Test
  void complexNumbersAreAddedAndMultiplied() {
    float[] product = new float[12];
    float[] length = new float[12];
    for (int i = 0; i < 12; i++) {
      product[i] = REAL[i] * REAL[i] - IMAGINARY[i] * IMAGINARY[i];
      length[i] = (float) Math.hypot(REAL[i], IMAGINARY[i]);
    }
    assertThat(sheet.floats(z.times(z).real())).isCloseTo(product, 1e-6);
    assertThat(sheet.floats(z.abs())).isCloseTo(length, 1e-6);
    assertThat(sheet.floats(z.times(a).plus(b).imaginary()))
        .isCloseTo(sheet.floats(a.times(b)), 1e-6);
    // Re(z z^T) = a a^T - b b^T
    assertThat(sheet.floats(z.matmul(z.transpose(0, 1)).real()))
        .isCloseTo(
            sheet.floats(a.matmul(a.transpose(0, 1)).minus(b.matmul(b.transpose(0, 1)))), 1e-6);
    assertThat(sheet.floats(a.matmul(z.transpose(0, 1)).imaginary()))
        .isCloseTo(sheet.floats(a.matmul(b.transpose(0, 1))), 1e-6);
    assertThat(sheet.floats(a.times(z.sum()).imaginary()))
        .isCloseTo(sheet.floats(a.times(b.sum())), 1e-6);
    Assertions.assertThat(a.real()).isSameAs(a);
    assertThat(sheet.floats(Precision.FLOAT16, a.times(z.sum()).real()))
        .isCloseTo(sheet.floats(a.times(a.sum())), 0.002);
  }

  /** Gao et al. 2024: a change of a weight from few coefficients of its spectrum. */
  private Tensor fourierFt(Tensor coefficients, Tensor places) {
    return coefficients
        .zeros(Shape.of(12))
        .scatter(0, places, coefficients)
        .reshape(ROWS, COLUMNS)
        .inverseFft(0, 1)
        .real();
  }

  @Test
  void fourierFtIsALineOnEveryHost() {
    Tensor coefficients = sheet.given(new float[] {2, -3, 1}, 3);
    Tensor change = fourierFt(coefficients, coefficients.numbers(1, 6, 11));
    float[] dense = new float[12];
    dense[1] = 2;
    dense[6] = -3;
    dense[11] = 1;
    float[] expected = scaled(transformed(dense, new float[12], ROWS, COLUMNS, 1)[0], 1.0 / 12);
    assertThat(sheet.floats(change)).isCloseTo(expected, 1e-6);
    for (Precision half : List.of(Precision.BFLOAT16, Precision.FLOAT16)) {
      assertThat(sheet.floats(half, change)).isCloseTo(expected, 1e-6);
      Assertions.assertThat(sheet.floats(half, a.plus(change.to(Type.REAL)))).hasSize(12);
    }
  }

  @Test
  void gradientsReachCoefficientsOfASpectrum() {
    Tensor coefficients = sheet.given(new float[] {2, -3, 1}, 3);
    Tensor change = fourierFt(coefficients, coefficients.numbers(1, 6, 11));
    // The sum of a * change is linear in the coefficients: d/dc = Re(F^-1 a) at their places.
    float[] inverse = scaled(transformed(REAL, new float[12], ROWS, COLUMNS, 1)[0], 1.0 / 12);
    float[] expected = {inverse[1], inverse[6], inverse[11]};
    Tensor loss = change.times(a).sum();
    assertThat(sheet.gradient(loss, coefficients)).isCloseTo(expected, 1e-6);
    assertThat(sheet.gradient(Precision.BFLOAT16, loss, coefficients)).isCloseTo(expected, 0.02);
  }

  @Test
  void gradientsFlowThroughThePartsOfComplexNumbers() {
    // |z|^2 = a^2 + b^2, once by the parts of z z and once by absolute values.
    Tensor byAbs = z.abs().squared().sum();
    assertThat(sheet.gradient(byAbs, a)).isCloseTo(scaled(REAL, 2), 1e-6);
    assertThat(sheet.gradient(z.times(z).imaginary().sum(), a))
        .isCloseTo(scaled(IMAGINARY, 2), 1e-6);
    // Parseval: the sum of |F z|^2 is N times that of |z|^2.
    assertThat(sheet.gradient(z.fft(0, 1).abs().squared().sum(), b))
        .isCloseTo(scaled(IMAGINARY, 2 * 12), 1e-5);
  }

  @Test
  void operationsAreCounted() {
    Tensor wide = Tensor.leaf(Tensor.Source.VALUE, "w", Shape.of(8, 16), Type.REAL);
    Program program = Program.builder(Precision.FLOAT32).outputs(List.of(wide.fft(0, 1))).build();
    Assertions.assertThat(program.flops()).isEqualTo(Dim.of(5 * 8 * 16 * (3 + 4)));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> z.to(Type.REAL)).hasMessage("to: complex numbers as REAL");
    assertThatThrownBy(a::imaginary).hasMessage("imaginary: numbers of type REAL");
    assertThatThrownBy(() -> a.fft()).hasMessage("fft: the dimensions [] of (3, 4)");
    assertThatThrownBy(() -> a.inverseFft(1, -1))
        .hasMessage("fft: the dimensions [1, -1] of (3, 4)");
  }

  @Test
  void in64BitsTheyHaveTheFullPrecision() {
    float large = 1 << 24; // to which 32 bits can't add 1
    Tensor one = sheet.given(new float[] {large}, 1).plus(1).fft(0).real().plus(-large);
    Assertions.assertThat(sheet.floats(Precision.FLOAT64, one)).containsExactly(1);
    Assertions.assertThat(sheet.floats(Precision.FLOAT32, one)).containsExactly(0);
  }
}
