package dev.graft.lora;

import static dev.graft.testing.Stacks.assertRefused;
import static dev.graft.testing.Stacks.onBert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Initializer;
import dev.graft.api.Owned;
import dev.graft.api.ParameterSpec;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LoraMethodTest {
  @Test
  void countsAreThoseOfThePaper() {
    assertThat(onBert(12, 768, "lora").methodCount()).isEqualTo(294_912);
    assertThat(onBert(24, 1024, "lora").methodCount()).isEqualTo(786_432);
    assertThat(onBert(24, 1024, "lora:rank=4").methodCount()).isEqualTo(393_216);
    assertThat(onBert(96, 12288, "lora:rank=1").methodCount()).isEqualTo(4_718_592);
  }

  @Test
  void allLinearReachesEveryProjectionOfABlock() {
    // Four square projections, and the two of the MLP, which is four times as wide inside.
    assertThat(onBert(2, 64, "lora:rank=2,targets=all-linear").methodCount())
        .isEqualTo(2 * 2 * 64 * (4 * 2 + 2 * 5));
  }

  @Test
  void aRankOutOfRangeSaysWhatIsAllowed() {
    assertRefused(
        "lora:rank=0",
        """
        The setting 'rank' of lora can't be '0'.
          expected: whole number from 1 to 16384
          found: 0""");
  }

  @Test
  void anAlphaThatWouldTrainNothingIsRefused() {
    assertRefused(
        "lora:alpha=0",
        """
        The setting 'alpha' of lora can't be '0'.
          expected: number from 0.001 to 1000000
          found: 0""");
  }

  @Test
  void droppingAllInputsIsRefused() {
    assertRefused(
        "lora:dropout=1",
        """
        The setting 'dropout' of lora can't be '1'.
          expected: number from 0 to 0.99
          found: 1""");
  }

  @Test
  void anUnknownSettingIsRefused() {
    assertRefused(
        "lora:rnak=4",
        """
        lora has no setting 'rnak'. Did you mean 'rank'?
          expected: rank, alpha, dropout, targets, exclude, layers, rank-pattern, alpha-pattern, rank-stabilized, initializer, dora, bias, modules-to-save, rate-ratio""");
  }

  @Test
  void aTargetThatMatchesNothingIsRefused() {
    assertRefused(
        "lora:targets=[query,vlaue]",
        """
        The target 'vlaue' matches no projection of the bert host. Did you mean 'value'?
          expected: down, key, output, query, up, value, all-linear, a path such as layers.0.attention.query, or a regular expression over paths in slashes""");
  }

  private static long count(String settings) {
    return onBert(2, 64, "lora:rank=2," + settings).methodCount();
  }

  @Test
  void excludedProjectionsAndOtherBlocksAreLeftOut() {
    long square = 2 * (64 + 64);
    long wide = 2 * (64 + 256);
    assertThat(count("targets=all-linear,exclude=[mlp.up,/.*\\.1\\.mlp\\..*/]"))
        .isEqualTo(8 * square + wide);
    assertThat(count("layers=[1]")).isEqualTo(2 * square);
    assertThat(count("layers=1,targets=all-linear,exclude=mlp.down")).isEqualTo(4 * square + wide);
  }

  @Test
  void ranksFollowTheFirstPatternThatMatches() {
    assertThat(count("rank-pattern=[0.attention.query=1,query=5]")).isEqualTo(10 * 128);
    assertThat(count("rank-pattern=[query=5,0.attention.query=1]"))
        .isEqualTo((5 + 5 + 2 + 2) * 128);
    assertThat(count("rank-pattern=[/layers\\.[01]\\..*y/=3]")).isEqualTo((3 + 3 + 2 + 2) * 128);
  }

  @Test
  void biasesAreThoseOfTheHostOrOfTheTargets() {
    assertThat(count("bias=none")).isEqualTo(4 * 256);
    assertThat(count("bias=lora-only")).isEqualTo(4 * 256 + 4 * 64);
    // In each block four square projections, the MLP's two and two norms; and the embeddings' norm.
    assertThat(count("bias=all")).isEqualTo(4 * 256 + 2 * (4 * 64 + 256 + 64 + 2 * 64) + 64);
  }

  @Test
  void modulesToSaveAreTrainedWholeAndOnce() {
    int norms = 5 * 2 * 64;
    assertThat(count("modules-to-save=[norm]")).isEqualTo(4 * 256 + norms);
    assertThat(count("modules-to-save=[embeddings]"))
        .isEqualTo(4 * 256 + (30522 + 512 + 2 + 2) * 64);
    assertThat(count("modules-to-save=[layers.0.mlp,mlp.up,norm],bias=all"))
        .isEqualTo(
            4 * 256
                + (2 * 64 * 256 + 256 + 64) // the MLP of block 0
                + (64 * 256 + 256) // its upper half in block 1
                + norms
                + (2 * 4 * 64 + 64)); // the remaining biases
  }

  @Test
  void doraHasAMagnitudeForEachOutputAndPissaOnlyBuffersMore() {
    assertThat(count("dora=true")).isEqualTo(4 * 256 + 4 * 64);
    assertThat(count("initializer=pissa")).isEqualTo(4 * 256);
    assertThat(
            onBert(2, 64, "lora:initializer=pissa").grafts().get(0).owned().stream()
                .filter(owned -> owned.role() == Owned.Role.BUFFER)
                .map(Owned::name))
        .hasSize(8)
        .contains("layers.0.attention.query.lora_A.initial");
  }

  @Test
  void theGaussiansDeviationIsOneOverTheRank() {
    ParameterSpec a = spec("lora:initializer=gaussian,rank=32", "layers.0.attention.query.lora_A");
    Initializer.Draw draw = ((Initializer.Drawn) a.initializer()).draw();
    SplittableRandom random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      sum += Math.pow(draw.next(random, a.shape()), 2);
    }
    assertThat(Math.sqrt(sum / 10_000)).isCloseTo(1 / 32.0, within(0.001));
  }

  @Test
  void onlyBLearnsFaster() {
    for (Owned owned : onBert(2, 64, "lora:dora=true,bias=all,rate-ratio=16").owned()) {
      assertThat(owned.spec().rateFactor()).isEqualTo(owned.name().endsWith("lora_B") ? 16 : 1);
    }
  }

  private static ParameterSpec spec(String stack, String name) {
    return onBert(2, 64, stack).owned().stream()
        .map(Owned::spec)
        .filter(spec -> spec.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anEntryThatMatchesNothingIsRefused() {
    assertRefused(
        "lora:exclude=[quary]",
        """
        The entry 'quary' of exclude matches none of the 4 targeted projections. Did you mean 'query'?
          expected: query, value, a path such as layers.0.attention.query, or a regular expression""");
    assertRefused(
        "lora:layers=[1],rank-pattern=[layers.0.attention.query=4]",
        """
        The entry 'layers.0.attention.query' of rank-pattern matches none of the 2 projections to update.
          expected: query, value, a path such as layers.1.attention.query, or a regular expression""");
    assertRefused(
        "lora:alpha-pattern=[key=4]",
        """
        The entry 'key' of alpha-pattern matches none of the 4 projections to update.
          expected: query, value, a path such as layers.0.attention.query, or a regular expression""");
    assertRefused(
        "lora:modules-to-save=[poler]",
        """
        The entry 'poler' of modules-to-save matches none of the modules of the bert host.
          expected: 0, 1, attention, down, embeddings, key, layers, mlp, norm, output, position, query, type, up, value, word, a path such as embeddings.word, or a regular expression""");
  }

  @Test
  void aBlockThatIsNotThereIsRefused() {
    assertRefused(
        "lora:layers=[0,2]",
        """
        The setting 'layers' of lora names block 2, which the bert host does not have.
          expected: numbers from 0 to 1""");
  }

  @Test
  void settingsThatLeaveNoProjectionAreRefused() {
    assertRefused(
        "lora:layers=[0],exclude=[0.attention.query,value]",
        """
        exclude and layers leave none of the 4 targeted projections.
          targets: [query,value]
          exclude: [0.attention.query,value]
          layers: [0]""");
  }

  @Test
  void aTargetThatIsTrainedWholeIsRefused() {
    assertRefused(
        "lora:modules-to-save=[layers.1.attention]",
        """
        layers.1.attention.query is both among the targets and in modules-to-save.
          a weight that is trained itself needs no update
          leave it out of one of them, by exclude=[layers.1.attention.query] for instance""");
  }

  @Test
  void moreRankThanTheWeightHasIsRefusedForPissaOnly() {
    assertThat(count("rank-pattern=[query=65]")).isEqualTo(2 * 128 * 67);
    assertRefused(
        "lora:initializer=pissa,rank-pattern=[value=65]",
        """
        PiSSA can't begin with rank 65 at layers.0.attention.value.
          expected: at most 64, the smaller one of its sizes, 64 and 64
          lower rank, or give it one of its own in rank-pattern""");
  }

  @Test
  void unknownChoicesAreRefused() {
    assertRefused(
        "lora:initializer=olora",
        """
        The setting 'initializer' of lora can't be 'olora'.
          expected: kaiming, gaussian, pissa
          found: olora""");
    assertRefused(
        "lora:bias=lora_only",
        """
        The setting 'bias' of lora can't be 'lora_only'.
          expected: none, all, lora-only
          found: lora_only""");
  }
}
