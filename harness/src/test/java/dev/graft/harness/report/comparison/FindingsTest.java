package dev.graft.harness.report.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.study.StudyResult;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static List<String> findings(StudyResult study) {
    return Findings.of(Comparison.of(study));
  }

  @Test
  void saysWhatAStudyShowsAndNoMore() {
    assertThat(String.join("\n", findings(Studies.typical())))
        .isEqualTo(
            """
            Heads apart, the methods train 0.33% (lora) to 0.67% (houlsby:bottleneck=16) of the model's 22,565,376 parameters; full trains 100%.
            lora: accuracy 90.0%, the same as full (95% interval of the difference -1.0 to +1.0): equal within 2 points (p=0.004).
            houlsby:bottleneck=16: accuracy 80.0%, 10.0 points less than full (95% interval of the difference -13.3 to -7.4): lower (p<0.001).
            No arm is called better than another here: they were not tuned, and each at its best learning rate may stand otherwise.
            The tests are McNemar's of a difference and Tango's of equality, their p-values corrected for 2 comparisons as by Holm; they say nothing of other seeds.
            lora (untrained host): accuracy 52.5% (95% interval 47.6 to 57.3), 37.5 points less than on the pretrained one (95% interval of the difference -42.3 to -32.9).
            Whoever always named the commonest class of the test split would reach 50.0%.
            The test split was read by 4 trials, each time after the last step, and once more where its method was merged.
            lora: merged or not, the same prediction on all 400 test examples; logits differ by at most 2.5e-06.
            At 1x32, in 3 processes of 40 rounds or more, two copies of the base differ by up to 0.10%, which is the noise floor.
            lora merged takes 1.000 times the base's time at 1x32 (95% interval 1.000 to 1.000): as fast as the base within 5% (p<0.001).
            At 1x32, unmerged, as fast as the base within 5%: full, lora; slower than the base: houlsby:bottleneck=16 (+20%).
            At its peak, training took 601 MB (lora) to 602 MB (houlsby:bottleneck=16), full 826 MB: peak resident memory.
            A checkpoint takes 299 kB (lora) to 613 kB (houlsby:bottleneck=16) on disk; that of full 90.3 MB, 147 times the largest of these.""");
  }

  @Test
  void severalSeedsAreComparedByTheirMeans() {
    StudyResult study =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec("full", 1, false), 1000, 40),
                Studies.trial(Studies.spec("full", 2, false), 1000, 44),
                Studies.trial(Studies.spec("bitfit", 1, false), 10, 100),
                Studies.trial(Studies.spec("bitfit", 2, false), 10, 104)),
            List.of());

    assertThat(findings(study))
        .contains(
            "bitfit: accuracy 74.5%, 15.0 points less than full (95% interval of the difference -18.6 to -11.6): lower.")
        .noneMatch(finding -> finding.contains("McNemar"));
  }

  @Test
  void theArmsAreJudgedByTheBaselineThatWasChosen() {
    StudyResult study =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec("lora:rank=1", 1, false), 9_216, 80),
                Studies.trial(Studies.spec("lora", 1, false), 73_728, 40)),
            List.of());

    assertThat(findings(study))
        .anyMatch(finding -> finding.contains("10.0 points more than lora:rank=1 (95%"));
  }

  @Test
  void anArmAloneIsComparedWithNothing() {
    StudyResult study =
        Studies.of(List.of(Studies.trial(Studies.spec("lora", 1, false), 73_728, 40)), List.of());

    assertThat(findings(study)).noneMatch(finding -> finding.contains("than"));
  }

  @Test
  void withoutLatencyItSaysWhy() {
    StudyResult timed = Studies.typical();
    StudyResult study =
        new StudyResult(
            timed.study(), timed.arms(), List.of(), Optional.of("the process was killed."), true);

    assertThat(findings(study)).contains("Latency was not measured: the process was killed.");
  }

  @Test
  void whereTheMachineIsNoisyNothingIsDecided() {
    StudyResult study =
        Studies.of(
            List.of(Studies.trial(Studies.spec("lora", 1, false), 73_728, 40)),
            List.of(Studies.noisyLatency(new LatencySpec.Size(1, 32))));

    assertThat(findings(study))
        .contains(
            "At 1x32, in 3 processes of 40 rounds or more, two copies of the base differ by up to 25.0%, which is the noise floor; times had not settled when the rounds began.",
            "lora merged takes 1.000 times the base's time at 1x32 (95% interval 1.000 to 1.000): not decided, as the noise floor is larger than 5%.",
            "At 1x32, unmerged, not decided, as the noise floor is larger than 5%: lora (+0%).");
  }
}
