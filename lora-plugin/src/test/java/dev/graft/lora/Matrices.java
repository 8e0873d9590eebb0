package dev.graft.lora;

import java.util.Arrays;

/** Matrices in plain Java, to compute expectations by another way than the programs do. */
final class Matrices {
  private Matrices() {}

  static double[][] of(float[] numbers, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        matrix[i][j] = numbers[i * columns + j];
      }
    }
    return matrix;
  }

  static float[] flat(double[][] matrix) {
    float[] numbers = new float[matrix.length * matrix[0].length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) matrix[i / matrix[0].length][i % matrix[0].length];
    }
    return numbers;
  }

  static double[][] product(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  static double[][] transposed(double[][] a) {
    double[][] transposed = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        transposed[j][i] = a[i][j];
      }
    }
    return transposed;
  }

  /** {@code a + factor b}. */
  static double[][] plus(double[][] a, double factor, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        sum[i][j] = a[i][j] + factor * b[i][j];
      }
    }
    return sum;
  }

  static double length(double[] row) {
    double sum = 0;
    for (double number : row) {
      sum += number * number;
    }
    return Math.sqrt(sum);
  }

  static double[] times(double[] row, double factor) {
    double[] product = row.clone();
    for (int j = 0; j < product.length; j++) {
      product[j] *= factor;
    }
    return product;
  }

  /** The eigenvalues of a symmetric matrix in ascending order, by Jacobi's rotations. */
  static double[] eigenvalues(double[][] symmetric) {
    double[][] a = plus(symmetric, 0, symmetric);
    int n = a.length;
    for (int sweep = 0; sweep < 60; sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          double angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
          double c = Math.cos(angle);
          double s = Math.sin(angle);
          for (int k = 0; k < n; k++) {
            double left = a[k][p];
            a[k][p] = c * left - s * a[k][q];
            a[k][q] = s * left + c * a[k][q];
          }
          for (int k = 0; k < n; k++) {
            double up = a[p][k];
            a[p][k] = c * up - s * a[q][k];
            a[q][k] = s * up + c * a[q][k];
          }
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = a[i][i];
    }
    Arrays.sort(values);
    return values;
  }
}
