package dev.graft.harness.report.text;

import dev.graft.harness.report.Units;
import dev.graft.model.Answer;
import java.util.ArrayList;
import java.util.List;

/** An answer in cells with tabs between them. */
public final class AnswerText {
  private AnswerText() {}

  /**
   * {@code positive negative=0.0312 positive=0.9688}; where a text may have several labels, those
   * that it has with commas between them; or scores.
   */
  public static String line(Answer answer) {
    List<String> cells = new ArrayList<>();
    if (answer instanceof Answer.Score only) {
      cells.add(Units.format("%.4f", only.score()));
    } else if (answer instanceof Answer.Scores several) {
      several.scores().forEach((name, score) -> cells.add(Units.format("%s=%.4f", name, score)));
    } else {
      cells.add(String.join(",", answer.labels()));
    }
    answer
        .probabilities()
        .forEach((label, probability) -> cells.add(Units.format("%s=%.4f", label, probability)));
    return String.join("\t", cells);
  }
}
