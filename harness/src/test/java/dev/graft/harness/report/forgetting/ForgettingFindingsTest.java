package dev.graft.harness.report.forgetting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.forgetting.Forgetting;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.inference.Claims;
import dev.graft.model.Pretraining;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;

final class ForgettingFindingsTest {
  private static final int PASSAGES = 200;
  private static final GeneralText TEXT =
      new GeneralText(ForgettingSpec.of("/a/folder/general.txt"), "a hash");

  /** Each passage's loss grows by about so much, that of another seed by a little more. */
  private static Forgotten arm(double growth, double spread, int seeds) {
    Map<Long, Forgetting> found = new LinkedHashMap<>();
    for (long seed = 1; seed <= seeds; seed++) {
      SplittableRandom passages = new SplittableRandom(5);
      SplittableRandom random = new SplittableRandom(seed);
      List<Double> tokens = new ArrayList<>();
      List<Double> before = new ArrayList<>();
      List<Double> after = new ArrayList<>();
      for (int i = 0; i < PASSAGES; i++) {
        double loss = 3 + passages.nextGaussian();
        tokens.add(10.0);
        before.add(loss);
        after.add(loss + growth + spread * (random.nextGaussian() + 0.1 * seed));
      }
      found.put(seed, new Forgetting(Pretraining.Objective.NEXT_TOKEN, tokens, before, after));
    }
    return Forgotten.of(TEXT, found).orElseThrow();
  }

  private static List<String> sentences(Map<String, Forgotten> arms) {
    ForgettingFindings findings = ForgettingFindings.of("forgetting", "full", arms);
    return findings.sentences(Claims.of(findings.claims().toList()));
  }

  @Test
  void whatIsShownIsSaidAndWhatIsNotIsNot() {
    Map<String, Forgotten> arms = new LinkedHashMap<>();
    arms.put("full", arm(0.5, 0.05, 3));
    arms.put("lora", arm(0.001, 0.001, 3));
    arms.put("lin", arm(0.0, 0.5, 3));

    List<String> sentences = sentences(arms);

    assertThat(sentences).hasSize(3);
    assertThat(sentences.get(0))
        .startsWith("On 200 passages of general.txt, the base predicts 2,000 tokens from those")
        .contains("nats a token (perplexity ");
    assertThat(sentences.get(1))
        .startsWith("Training changes that loss, with 95% intervals over passages and 3 seeds: ")
        .contains("higher: full +0.5")
        .contains("by less than 0.01 nats: lora +0.001")
        .contains("neither different nor equal within 0.01 nats, as far as was shown: lin ");
    assertThat(sentences.get(2)).startsWith("Against full: forgets less: lora -0.5");
  }

  @Test
  void oneSeedSaysNothingOfOthersAndNothingMeasuredSaysNothing() {
    assertThat(sentences(Map.of("lora", arm(0.2, 0.1, 1))).get(1))
        .contains("over passages (one seed says nothing of others): higher: lora +0.2");
    assertThat(sentences(Map.of())).isEmpty();
  }

  /** With one seed and passages of one length it is nearly the paired t-interval. */
  @Test
  void theIntervalIsThatOfPairedPassages() {
    Forgotten arm = arm(0.2, 0.1, 1);
    Forgetting found = arm.any();
    double[] changes = new double[PASSAGES];
    for (int i = 0; i < PASSAGES; i++) {
      changes[i] = found.after().get(i) - found.before().get(i);
    }
    double reach =
        new TDistribution(null, PASSAGES - 1).inverseCumulativeProbability(0.975)
            * Math.sqrt(StatUtils.variance(changes) / PASSAGES);
    Estimate interval = arm.change().interval();

    assertThat(interval.value()).isCloseTo(StatUtils.mean(changes), within(1e-12));
    assertThat(interval.high() - interval.value()).isCloseTo(reach, within(0.05 * reach));
  }
}
