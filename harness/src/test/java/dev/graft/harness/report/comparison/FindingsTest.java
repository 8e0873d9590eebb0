package dev.graft.harness.report.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.study.Tuning;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FindingsTest {
  private static List<String> findings(StudyResult study) {
    return Report.of(study).parts().get(0).sentences();
  }

  @Test
  void saysWhatAStudyShowsAndNoMore() {
    assertThat(String.join("\n", findings(Studies.typical())))
        .isEqualTo(
            """
            Tiers by accuracy, in which no arm is shown to differ from the first: (1) full 90.0%, lora 90.0%; (2) houlsby:bottleneck=16 80.0%.
            Against full, with 95% intervals of each pair alone (what is said is corrected for all questions): equal within 2 points: lora 0.0 [-1.0, +1.0]; lower: houlsby:bottleneck=16 -10.0 [-13.0, -7.0].
            No arm is called better than another here: they were not tuned, and each at its best learning rate may stand otherwise.
            The least difference that this study finds four times in five is 5.9 points, with a chance of at most 5% of any false claim on this report's 7 questions.
            One seed is compared: this says nothing of other seeds.
            lora (untrained host): accuracy 52.5% (95% interval 47.6 to 57.3), 37.5 points less than on the pretrained one (95% interval of the difference -42.3 to -32.7).
            Whoever always named the commonest class of the test split would reach 50.0%.
            The test split was read by 4 trials, each time after the last step, and once more where its method was merged.
            lora: merged or not, the same prediction on all 400 test examples; logits differ by at most 2.5e-06.
            At 1x32, in 3 processes of 40 rounds or more, two copies of the base differ by up to 0.10%, which is the noise floor.
            lora merged takes 1.000 [1.000, 1.000] times the base's time at 1x32 (95% interval): as fast as the base within 5% (p<0.001).
            At 1x32, unmerged, as fast as the base within 5%: full, lora; slower than the base: houlsby:bottleneck=16 (+20%).
            Heads apart, the methods train 0.33% (lora) to 0.67% (houlsby:bottleneck=16) of the model's 22,565,376 parameters; full trains 100%.
            At its peak, training took 601 MB (lora) to 602 MB (houlsby:bottleneck=16), full 826 MB: peak resident memory.
            A checkpoint takes 299 kB (lora) to 613 kB (houlsby:bottleneck=16) on disk; that of full 90.3 MB, 147 times the largest of these.""");
  }

  /** Two arms that can be told apart. */
  private static StudyResult twoSeeds() {
    return Studies.of(
        List.of(
            Studies.trial(Studies.spec("full", 1, false), 1000, 40),
            Studies.trial(Studies.spec("full", 2, false), 1000, 44),
            Studies.trial(Studies.spec("bitfit", 1, false), 10, 100),
            Studies.trial(Studies.spec("bitfit", 2, false), 10, 104)),
        List.of());
  }

  @Test
  void severalSeedsAreComparedPairwise() {
    StudyResult study = twoSeeds();

    assertThat(findings(study))
        .contains(
            "Against full, with 95% intervals of each pair alone (what is said is corrected for all questions): lower: bitfit -15.0 [-20.7, -9.3].",
            "2 seeds are compared, paired by seed and example: this is to hold for others, too.")
        .noneMatch(finding -> finding.contains("One seed"));
  }

  /** Only where another seed or another learning rate is not likely to turn it round. */
  @Test
  void armsThatWereTunedAndTrainedWithSeveralSeedsAreBetterOrWorse() {
    StudyResult untuned = twoSeeds();
    Study study = untuned.study();
    Study tuned =
        new Study(
            study.name(),
            study.arms(),
            study.baseline(),
            study.seeds(),
            Optional.of(new Tuning(2, Tuning.Search.RANDOM, Optional.empty(), 1)),
            study.forgetting(),
            study.latency());

    assertThat(
            findings(
                new StudyResult(tuned, untuned.arms(), untuned.latency(), Optional.empty(), true)))
        .contains(
            "Against full, with 95% intervals of each pair alone (what is said is corrected for all questions): worse: bitfit -15.0 [-20.7, -9.3].")
        .noneMatch(finding -> finding.contains("No arm is called better"));
  }

  @Test
  void whereNothingIsToldApartThereIsOneTier() {
    StudyResult study =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec("full", 1, false), 1000, 40),
                Studies.trial(Studies.spec("bitfit", 1, false), 10, 44)),
            List.of());

    assertThat(findings(study))
        .contains("By accuracy no arm is shown to differ from the best: full 90.0%, bitfit 89.0%.");
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
        .anyMatch(
            finding ->
                finding.contains(
                    "Against lora:rank=1, with 95% intervals of each pair alone (what is said is corrected for all questions): higher: lora:rank=8 +10.0"));
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
            "lora merged takes 1.000 [1.000, 1.000] times the base's time at 1x32 (95% interval): not decided, as the noise floor is larger than 5%.",
            "At 1x32, unmerged, not decided, as the noise floor is larger than 5%: lora (0%).");
    assertThat(undecided(study).heading()).isEqualTo("Not decided: 2 of 2 questions");
    assertThat(undecided(study).table().rows())
        .containsExactly(
            List.of(
                "latency at 1x32 against the base",
                "2",
                "2",
                "the noise floor is larger than 5%: lora, lora merged"));
  }

  private static Undecided undecided(StudyResult study) {
    return Report.of(study).parts().get(0).findings().orElseThrow().undecided();
  }

  /** Five examples more of 400 are neither a difference nor equality within two points. */
  @Test
  void pairsOfArmsThatAreNeitherDifferentNorEqualAreNamed() {
    StudyResult study =
        Studies.of(
            List.of(
                Studies.trial(Studies.spec("full", 1, false), 1000, 40),
                Studies.trial(Studies.spec("lora", 1, false), 1000, 45),
                Studies.trial(Studies.spec("lin", 1, false), 1000, 50)),
            List.of());

    assertThat(undecided(study).heading()).isEqualTo("Not decided: 2 of 3 questions");
    assertThat(undecided(study).table().rows())
        .containsExactly(
            List.of("accuracy of any two arms", "3", "2", "against full: lora; lora and lin"));
  }
}
