package dev.graft.harness.curves;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The curves of a training: loss and learning rate of some steps, and every validation. */
public final class Curves implements AutoCloseable {
  /** More than a screen shows. */
  private static final int MOST_STEPS = 1000;

  private final Optional<EventFile> file;
  private final int stride;
  private final Map<String, Double> peaks;

  /**
   * Curves that go on.
   *
   * @param file absent for none
   * @param taken how many steps were taken before
   * @param planned how many there are in all
   * @param peaks learning rates by what is trained with them
   */
  public Curves(Optional<Path> file, int taken, int planned, Map<String, Double> peaks) {
    this.file = file.map(path -> EventFile.after(taken, path));
    this.stride = (planned + MOST_STEPS - 1) / MOST_STEPS;
    this.peaks = peaks;
  }

  /**
   * A step was taken.
   *
   * @param factor by which its learning rates were the peaks
   */
  public void took(int step, float loss, double factor) {
    if (step % stride == 0) {
      Map<String, Float> scalars = new LinkedHashMap<>();
      scalars.put("training/loss", loss);
      peaks.forEach((of, peak) -> scalars.put("learning-rate/" + of, (float) (factor * peak)));
      write(step, scalars);
    }
  }

  /**
   * The validation split was asked.
   *
   * @param measure how its quality is called
   */
  public void validated(int step, String measure, double value) {
    write(step, Map.of("validation/" + measure, (float) value));
  }

  /** Hands over all that was written. */
  public void flush() {
    file.ifPresent(EventFile::flush);
  }

  private void write(int step, Map<String, Float> scalars) {
    file.ifPresent(open -> open.write(step, scalars));
  }

  @Override
  public void close() {
    file.ifPresent(EventFile::close);
  }
}
