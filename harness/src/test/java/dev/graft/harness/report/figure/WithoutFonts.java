package dev.graft.harness.report.figure;

import dev.graft.GraftException;

/** Draws, and says why it can't. */
final class WithoutFonts {
  private WithoutFonts() {}

  public static void main(String[] arguments) {
    try {
      Picture.of("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"></svg>");
    } catch (GraftException e) {
      System.out.println(e.getMessage());
    }
  }
}
