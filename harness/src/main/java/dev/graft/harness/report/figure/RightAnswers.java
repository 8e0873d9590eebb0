package dev.graft.harness.report.figure;

import dev.graft.harness.measure.Metric.Answered;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.trial.TestAnswers;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Which examples of the test split each trial answered rightly, so that the script can tell on
 * which any two differ.
 *
 * @param missing why it is not told of these trials, if so
 */
record RightAnswers(Optional<String> missing) {
  /** Of all trials together, so that a page stays small. */
  private static final long MOST = 1_000_000;

  static RightAnswers of(List<Contender> arms) {
    TestAnswers first = arms.get(0).trials().get(0).answers();
    if (first.width() > 1 || !first.metric().judges(Answered.CLASS, 2)) {
      return new RightAnswers(Optional.of("Answers to this task are not just right or wrong."));
    }
    long answers =
        arms.stream().mapToLong(arm -> (long) arm.examples() * arm.trials().size()).sum();
    return new RightAnswers(
        Optional.of("The trials have more answers than a page can hold; the store has them.")
            .filter(why -> answers > MOST));
  }

  /** A bit an example, the first of a byte the lowest, as Base64. */
  Optional<String> of(TestAnswers answers) {
    if (missing.isPresent()) {
      return Optional.empty();
    }
    BitSet right = new BitSet(answers.examples());
    for (int i = 0; i < answers.examples(); i++) {
      right.set(i, answers.predictions().get(i).equals(answers.targets().get(i)));
    }
    return Optional.of(Base64.getEncoder().withoutPadding().encodeToString(right.toByteArray()));
  }
}
