package dev.graft.harness.measure.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.measure.MemoryGauge;
import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.gpu.ArithmeticLimit;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.program.Dim;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** With a clock, memory and a counter of energy that the test turns. */
final class PhaseMeterTest {
  private long nanos;
  private long compiling;
  private long stepping;
  private double joules;

  /** Memory whose mark stays until it is set back. */
  private static final class Pool implements MemoryGauge {
    private final boolean canBeReset;
    private long now;
    private long mark;

    Pool(boolean canBeReset) {
      this.canBeReset = canBeReset;
    }

    void use(long bytes) {
      now = bytes;
      mark = Math.max(mark, now);
    }

    @Override
    public MemoryPeak peak() {
      return MemoryPeak.of(mark, "bytes of a pool");
    }

    @Override
    public OptionalLong now() {
      return OptionalLong.of(now);
    }

    @Override
    public boolean reset() {
      mark = canBeReset ? now : mark;
      return canBeReset;
    }

    @Override
    public void close() {}
  }

  private PhaseMeter meter(MemoryGauge memory) {
    return new PhaseMeter(
        new Instruments(
            memory,
            Optional.empty(),
            () -> Reading.of(() -> joules),
            ArithmeticLimit.none("of no device"),
            Optional.empty()),
        () -> nanos,
        () -> compiling,
        () -> stepping);
  }

  private int work(double seconds, double watts) {
    nanos += Math.round(seconds * 1e9);
    joules += watts * seconds;
    return 0;
  }

  private static PhaseCost cost(PhaseMeter meter, Phase phase) {
    return meter.costs().of(phase).orElseThrow();
  }

  @Test
  void eachSecondIsInOnePhaseAndEachJoule() {
    try (PhaseMeter meter = meter(new Pool(true))) {
      work(5, 10);
      meter.enter(Phase.STEPS);
      work(3, 100);
      compiling += 1_000_000_000;
      meter.batches(() -> work(0.25, 0));
      assertThat(meter.seconds(Phase.STEPS)).isCloseTo(2, within(1e-9));
      meter.during(Phase.EVALUATION, () -> work(7, 50));
      work(1, 100);
      Costs costs = meter.costs();
      assertThat(costs.seconds(Phase.SET_UP)).isCloseTo(5, within(1e-9));
      assertThat(costs.seconds(Phase.COMPILATION)).isCloseTo(1, within(1e-9));
      assertThat(costs.seconds(Phase.BATCHES)).isCloseTo(0.25, within(1e-9));
      assertThat(costs.seconds(Phase.STEPS)).isCloseTo(3, within(1e-9));
      assertThat(costs.seconds(Phase.EVALUATION)).isCloseTo(7, within(1e-9));
      assertThat(costs.of(Phase.MERGING)).isEmpty();
      assertThat(costs.of(Phase.STEPS).flatMap(PhaseCost::joules)).contains(400.0);
      assertThat(costs.of(Phase.EVALUATION).flatMap(PhaseCost::joules)).contains(350.0);
      assertThat(costs.of(Phase.COMPILATION).flatMap(PhaseCost::joules)).isEmpty();
    }
  }

  @Test
  void eachPhaseHasItsOwnPeakAndWhatItLeaves() {
    Pool pool = new Pool(true);
    try (PhaseMeter meter = meter(pool)) {
      work(1, 0);
      pool.use(40);
      pool.use(30);
      meter.enter(Phase.STEPS);
      work(1, 0);
      pool.use(100);
      pool.use(35);
      meter.enter(Phase.EVALUATION);
      work(1, 0);
      pool.use(50);
      assertThat(cost(meter, Phase.SET_UP).peak()).contains(40L);
      assertThat(cost(meter, Phase.SET_UP).kept()).contains(30L);
      assertThat(cost(meter, Phase.STEPS).peak()).contains(100L);
      assertThat(cost(meter, Phase.STEPS).kept()).contains(35L);
      assertThat(cost(meter, Phase.EVALUATION).peak()).contains(50L);
      assertThat(meter.peak()).isEqualTo(MemoryPeak.of(100, "bytes of a pool"));
    }
  }

  /** So that nothing that training keeps for its next steps is taken from it. */
  @Test
  void aPhaseWithinAnotherHasAPeakOnlyWhereItRisesAboveThat() {
    Pool pool = new Pool(true);
    try (PhaseMeter meter = meter(pool)) {
      meter.enter(Phase.STEPS);
      pool.use(100);
      pool.use(30);
      meter.during(Phase.EVALUATION, () -> work(1, 0));
      assertThat(cost(meter, Phase.EVALUATION).peak()).isEmpty();
      meter.during(
          Phase.EVALUATION,
          () -> {
            pool.use(120);
            pool.use(30);
            return work(1, 0);
          });
      pool.use(110);
      work(1, 0);
      assertThat(cost(meter, Phase.EVALUATION).peak()).contains(120L);
      assertThat(cost(meter, Phase.STEPS).peak()).contains(110L);
    }
  }

  @Test
  void aMarkThatCannotBeSetBackIsThatOfThePhaseInWhichItRose() {
    Pool pool = new Pool(false);
    try (PhaseMeter meter = meter(pool)) {
      pool.use(40);
      work(1, 0);
      meter.enter(Phase.STEPS);
      pool.use(100);
      work(1, 0);
      meter.enter(Phase.EVALUATION);
      pool.use(60);
      work(1, 0);
      assertThat(cost(meter, Phase.SET_UP).peak()).contains(40L);
      assertThat(cost(meter, Phase.STEPS).peak()).contains(100L);
      assertThat(cost(meter, Phase.EVALUATION).peak()).isEmpty();
    }
  }

  @Test
  void whatCannotBeMeasuredIsAbsentWithItsReason() {
    Instruments none =
        new Instruments(
            MemoryGauge.none("no driver"),
            Optional.empty(),
            () -> Reading.none("no counter"),
            ArithmeticLimit.none("no card"),
            Optional.empty());
    try (PhaseMeter meter = new PhaseMeter(none, () -> nanos, () -> 0, () -> 0)) {
      work(1, 0);
      Costs costs = meter.costs();
      assertThat(costs.memory()).isEqualTo("not available: no driver");
      assertThat(costs.energy()).isEqualTo("not measured: no counter");
      assertThat(costs.phases())
          .containsExactly(
              new PhaseCost(Phase.SET_UP, 1, Optional.empty(), Optional.empty(), Optional.empty()));
      assertThat(costs.work()).isEmpty();
      assertThat(meter.peak().bytes()).isEmpty();
    }
  }

  @Test
  void workIsThatOfTheBatchesAndRatesAreOfTheStepsAlone() {
    try (PhaseMeter meter = meter(new Pool(true))) {
      work(100, 0);
      WorkTally tally = meter.tally(Dim.symbol("B").times(Dim.symbol("T")).times(1000));
      meter.enter(Phase.STEPS);
      for (int step = 0; step < 2; step++) {
        tally.add(batch(4, 2));
        work(0.5, 200);
      }
      tally.add(batch(6, 6, 1));
      work(1, 200);
      meter.enter(Phase.EVALUATION);
      work(50, 0);
      Costs costs = meter.costs();
      assertThat(costs.work()).contains(new Work(3, 7, 25, 34, 34_000, 3, 6));
      assertThat(costs.examplesPerSecond()).contains(3.5);
      assertThat(costs.tokensPerSecond()).contains(12.5);
      assertThat(costs.flopsPerSecond()).contains(17_000.0);
      assertThat(costs.joulesPerStep().orElseThrow()).isCloseTo(400 / 3.0, within(1e-9));
      assertThat(costs.shareOfLimit()).isEmpty();
    }
  }

  @Test
  void theDeviceWaitsWhereNoStepIsUnderWay() {
    try (PhaseMeter meter = meter(new Pool(true))) {
      work(100, 0);
      assertThat(meter.costs().waiting()).isEmpty();
      meter.tally(Dim.symbol("B")).add(batch(4));
      meter.enter(Phase.STEPS);
      meter.batches(() -> work(1, 0));
      work(4, 0);
      stepping += 3_500_000_000L;
      meter.during(
          Phase.EVALUATION,
          () -> {
            stepping += 1_000_000_000L;
            return work(1, 0);
          });
      meter.batches(() -> work(1, 0));
      work(4, 0);
      stepping += 3_500_000_000L;
      meter.enter(Phase.EVALUATION);
      work(50, 0);
      assertThat(meter.costs().underWay()).contains(7.0);
      assertThat(meter.costs().waiting().orElseThrow()).isCloseTo(0.3, within(1e-9));
    }
  }

  private static TokenBatch batch(int... lengths) {
    return TokenBatch.of(
        Arrays.stream(lengths)
            .mapToObj(length -> new Tokens(new long[length], new long[length]))
            .toList(),
        0);
  }
}
