package dev.graft.harness.measure.gpu;

/** Something can't be measured here, which is not an error of anybody's. */
public final class NotMeasuredException extends Exception {
  private static final long serialVersionUID = 1;

  public NotMeasuredException(String reason) {
    super(reason);
  }
}
