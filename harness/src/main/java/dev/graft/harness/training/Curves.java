package dev.graft.harness.training;

import dev.graft.harness.curves.EventFile;
import dev.graft.harness.measure.Measure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The curves of a training: loss and learning rate of some steps, and every validation. */
final class Curves implements AutoCloseable {
  /** More than a screen shows. */
  private static final int MOST_STEPS = 1000;

  private final Optional<EventFile> file;
  private final Measure measure;
  private final Map<String, Double> peaks;
  private final int stride;

  /**
   * Curves that go on.
   *
   * @param file absent for none
   * @param measure of the validations
   * @param peaks learning rates by what is trained with them
   */
  Curves(Optional<Path> file, Course course, Measure measure, Map<String, Double> peaks) {
    this.file = file.map(path -> EventFile.after(course.taken(), path));
    this.measure = measure;
    this.peaks = peaks;
    this.stride = (course.planned() + MOST_STEPS - 1) / MOST_STEPS;
  }

  /**
   * A step was taken.
   *
   * @param factor by which its learning rates were the peaks
   */
  void took(Course course, double factor) {
    if (course.taken() % stride == 0) {
      Map<String, Float> scalars = new LinkedHashMap<>();
      scalars.put("training/loss", course.loss());
      peaks.forEach((of, peak) -> scalars.put("learning-rate/" + of, (float) (factor * peak)));
      write(course.taken(), scalars);
    }
  }

  void validated(Validation validation) {
    write(validation.step(), Map.of("validation/" + measure.label(), (float) validation.value()));
  }

  private void write(int step, Map<String, Float> scalars) {
    file.ifPresent(open -> open.write(step, scalars));
  }

  @Override
  public void close() {
    file.ifPresent(EventFile::close);
  }
}
