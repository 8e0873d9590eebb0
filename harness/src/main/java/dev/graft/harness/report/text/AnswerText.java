package dev.graft.harness.report.text;

import dev.graft.harness.report.Units;
import dev.graft.model.Answer;
import java.util.ArrayList;
import java.util.List;

/** An answer in cells with tabs between them. */
public final class AnswerText {
  private AnswerText() {}

  /** {@code positive negative=0.0312 positive=0.9688}, or a score. */
  public static String line(Answer answer) {
    List<String> cells = new ArrayList<>();
    answer.label().ifPresent(cells::add);
    answer.score().ifPresent(score -> cells.add(Units.format("%.4f", score)));
    answer
        .probabilities()
        .forEach((label, probability) -> cells.add(Units.format("%s=%.4f", label, probability)));
    return String.join("\t", cells);
  }
}
