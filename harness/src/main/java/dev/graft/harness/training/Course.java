package dev.graft.harness.training;

import dev.graft.api.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** How far a training has come, and what it has shown. */
final class Course {
  private final float[] losses;
  private final List<Validation> validations = new ArrayList<>();
  private final DoubleSupplier seconds;
  private int taken;
  private Map<String, StoredTensor> best = Map.of();

  /**
   * Before the first of so many steps.
   *
   * @param seconds that its steps took so far
   */
  Course(int planned, DoubleSupplier seconds) {
    this.losses = new float[planned];
    this.seconds = seconds;
  }

  /** After some steps. */
  Course(
      int planned,
      float[] losses,
      DoubleSupplier seconds,
      List<Validation> validations,
      Map<String, StoredTensor> best) {
    this.losses = Arrays.copyOf(losses, planned);
    this.taken = losses.length;
    this.seconds = seconds;
    this.validations.addAll(validations);
    this.best = best;
  }

  /** Another step was taken. */
  void took(float loss) {
    losses[taken++] = loss;
  }

  void validated(Validation validation) {
    validations.add(validation);
  }

  /** The weights at hand are the best so far. */
  void keep(Map<String, StoredTensor> weights) {
    best = weights;
  }

  int planned() {
    return losses.length;
  }

  /** How many steps were taken. */
  int taken() {
    return taken;
  }

  double seconds() {
    return seconds.getAsDouble();
  }

  /** Of the steps that were taken. */
  float[] losses() {
    return Arrays.copyOf(losses, taken);
  }

  /** The loss of the last step. */
  float loss() {
    return losses[taken - 1];
  }

  /** Whether none of the last losses is a number. */
  boolean isLost(int last) {
    for (int i = Math.max(0, taken - last); i < taken; i++) {
      if (Float.isFinite(losses[i])) {
        return false;
      }
    }
    return taken >= last;
  }

  List<Validation> validations() {
    return List.copyOf(validations);
  }

  /** The weights that validated best; none if nobody asks for them. */
  Map<String, StoredTensor> best() {
    return best;
  }

  /** What it came to, if the weights of one step are kept. */
  TrainingSteps kept(int step) {
    List<Double> all = new ArrayList<>();
    for (float loss : losses()) {
      all.add((double) loss);
    }
    return new TrainingSteps(seconds(), all, validations, step);
  }
}
