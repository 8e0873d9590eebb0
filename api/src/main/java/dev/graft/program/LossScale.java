package dev.graft.program;

import java.util.List;

/**
 * Keeps float16's gradients from vanishing (Micikevicius et al. 2018, section 3.2): the loss is
 * multiplied by a scale and the gradients, in 32 bits by then, are divided by it. A step whose
 * gradients are not finite is left out and halves the scale; it doubles after many that are.
 */
final class LossScale implements AutoCloseable {
  /** Gradients at the logits are at most 1, so that there is room for a factor of 64 below them. */
  private static final float START = 1024;

  /** Of the list that the scale and the number of good steps are bound as. */
  static final String LIST = "scaling";

  private static final int STEPS_TO_GROWTH = 2000;
  private Values state;

  LossScale(Device device) {
    this.state =
        Values.owning(
            List.of(
                device.create("loss scale", new float[] {START}),
                device.create("steps at this loss scale", new float[] {0})));
  }

  Values state() {
    return state;
  }

  void resume(Values other) {
    state.close();
    state = other;
  }

  /** The statements that divide gradients by the scale; the result is a list. */
  static void divide(SourceCode source, String gradients, String result) {
    source.statement(
        "%s = torch._foreach_mul(%s, torch.reciprocal(scaling[0]))".formatted(result, gradients));
  }

  /** The statement that says whether the gradients of a norm are not all finite: one or zero. */
  static void look(SourceCode source, String norm) {
    source.statement("found = torch.to(torch.logical_not(torch.isfinite(" + norm + ")), 6)");
  }

  /** The new value of a tensor, or the old one where the step is left out. */
  static String unlessLeftOut(String before, String after) {
    return "torch.where(torch.gt(found, 0), %s, %s)".formatted(before, after);
  }

  /** The statements that adapt the scale. */
  static void adapt(SourceCode source) {
    source.statement("good = torch.to(scaling[1], 3)");
    source.statement(
        "torch._amp_update_scale_(scaling[0], good, found, 2., 0.5, " + STEPS_TO_GROWTH + ")");
    source.statement("torch.copy_(scaling[1], good)");
  }

  @Override
  public void close() {
    state.close();
  }
}
