package dev.graft.harness.report.figure;

import dev.graft.harness.report.comparison.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The figures of a report, in its order; what each draws is in {@code figures.js}. */
public enum Figure {
  FOREST(
      "quality-by-tier",
      "The quality of each arm with its 95% interval over the test examples, by tier. Within a tier"
          + " no arm is shown to differ from the first, so that one whose difference is known less well may stand"
          + " above one of the same quality; intervals that overlap are not that test, as arms are"
          + " paired by seed and example."),
  SIZE(
      "quality-by-size",
      "Quality by the number of trained parameters. Bars are 95% intervals over the test examples. The dashed line is"
          + " the Pareto front: no arm below it is better with as few trained parameters, by what was measured."),
  SWEEPS(
      "quality-by-setting",
      "Arms that differ in one number only. Bands are 95% intervals over the test examples, drawn where at most"
          + " four lines are shown."),
  TUNING(
      "quality-by-budget",
      "The best validation that is expected of so many tuning trials (Dodge et al. 2019). Bands are"
          + " 95% intervals, drawn where at most four lines are shown. "
          + Figure.COLOURED),
  LATENCY(
      "latency",
      "The time of a forward pass relative to the model without any method, with its 95% interval."
          + " Between the dotted lines a difference doesn't matter."),
  HEAT(
      "latency-by-size",
      "The time of a forward pass relative to the model without any method, at every size of batch, rows x length."),
  COST(
      "training",
      "What the largest peak of memory of an arm's trials is made of: weights, gradients and the optimiser's state"
          + " by their number and width, all else as measured. Beside it the mean time of its trials by phase, or of"
          + " the training steps alone where no phases were measured."),
  LEARNING(
      "learning-curves",
      "A line a trial: the loss of each step, long trainings by the means of neighbouring steps, and the"
          + " metric on the validation split where it was looked at on the way. "
          + Figure.COLOURED);

  private static final String COLOURED =
      "Of more arms than colours the best of each method is coloured, and the others are grey; a name that is pointed at shows all of its method.";

  private final String file;
  private final String caption;

  Figure(String file, String caption) {
    this.file = file;
    this.caption = caption;
  }

  /** What it can be shown over or at, one at a time. */
  private List<String> choices(Comparison comparison) {
    return switch (this) {
      case SWEEPS -> Sweep.of(comparison.contenders()).stream().map(Sweep::setting).toList();
      case LATENCY ->
          comparison.latency().stream().map(latency -> latency.size().toString()).toList();
      default -> List.of();
    };
  }

  /** What scripts call it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of its files, without an ending. */
  public String file() {
    return file;
  }

  /** What it shows, as a sentence or a few. */
  public String caption() {
    return caption;
  }

  /**
   * A figure as it can be shown of a part.
   *
   * @param choice which of several that show the same by another setting or at another size
   * @param file its name without an ending: letters, digits and hyphens
   */
  public record Still(Figure figure, int choice, String file, String caption) {}

  /**
   * All that there might be of a part of a report.
   *
   * @param index of the part among those of which something was found, which names of files begin
   *     with from the second on
   */
  public static List<Still> stills(Comparison comparison, int index) {
    List<Still> stills = new ArrayList<>();
    for (Figure figure : values()) {
      String file = (index == 0 ? "" : (index + 1) + "-") + figure.file;
      List<String> choices = figure.choices(comparison);
      if (choices.size() < 2) {
        stills.add(new Still(figure, 0, file, figure.caption));
      }
      for (int i = 0; i < choices.size() && choices.size() > 1; i++) {
        String choice = choices.get(i);
        stills.add(
            new Still(
                figure,
                i,
                file + "-" + choice.replaceAll("[^A-Za-z0-9]+", "-"),
                figure.caption + " Here: " + choice + "."));
      }
    }
    return stills;
  }
}
