package dev.graft.harness.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final List<Demand> CPU =
      List.of(new Demand("cpu", 1_000_000_000), new Demand("cpu", 2_000_000_000));
  private static final List<Demand> GPU = List.of(new Demand("gpu", 2_000_000_000));
  private static final Optional<Integer> BY_ITSELF = Optional.empty();

  private static Places cores(int processors) {
    return new Places(0, processors, OptionalLong.of(9_000_000_000L));
  }

  @Test
  void aTrialGetsAtLeastFourCoresUnlessMoreAreAskedFor() {
    assertThat(cores(2).slots(BY_ITSELF, 10, CPU)).containsExactly("cpu");
    assertThat(cores(11).slots(BY_ITSELF, 10, CPU)).hasSize(2);
    assertThat(cores(2).slots(Optional.of(3), 10, CPU)).hasSize(3);
  }

  @Test
  void memoryHoldsThemAllOrTheNumberIsRefused() {
    assertThat(cores(64).slots(BY_ITSELF, 10, CPU)).as("4 of the larger").hasSize(4);
    assertThatThrownBy(() -> cores(64).slots(Optional.of(5), 10, CPU))
        .isInstanceOf(GraftException.class)
        .hasMessage(
            """
            5 trials at a time need more memory than is free.
              expected: --parallel 4 at most: each needs 2.00 GB by forecast
              found: 9.00 GB free
              or free some, or a smaller --batch-size, --batch-tokens or --max-length""");
    Places little = new Places(0, 64, OptionalLong.of(1));
    assertThat(little.slots(BY_ITSELF, 10, CPU)).as("one may try").hasSize(1);
    assertThat(little.slots(Optional.of(1), 10, CPU)).hasSize(1);
    assertThat(new Places(0, 64, OptionalLong.empty()).slots(BY_ITSELF, 10, CPU)).hasSize(10);
  }

  @Test
  void theMachineAloneDecidesHowThreadsAreDivided() {
    assertThat(cores(64).slots(BY_ITSELF, 2, CPU)).hasSize(2);
    assertThat(cores(64).sharers(BY_ITSELF, CPU)).as("whatever is free").isEqualTo(16);
    assertThat(cores(2).sharers(BY_ITSELF, CPU)).isEqualTo(1);
    assertThat(cores(64).sharers(Optional.of(3), CPU)).isEqualTo(3);
  }

  @Test
  void eachGpuIsASlotAndMoreThanThereAreShareThem() {
    Places two = new Places(2, 8, OptionalLong.of(1));
    assertThat(two.slots(BY_ITSELF, 10, GPU)).containsExactly("gpu:0", "gpu:1");
    assertThat(two.slots(Optional.of(3), 10, GPU)).containsExactly("gpu:0", "gpu:1", "gpu:0");
    assertThat(two.slots(BY_ITSELF, 1, GPU)).containsExactly("gpu:0");
    assertThat(two.slots(BY_ITSELF, 10, List.of(new Demand("gpu:1", 1))))
        .as("one that is named is one place")
        .hasSize(1);
  }

  @Test
  void aTrialRunsOnTheGpuOfItsSlotUnlessItNamesADevice() {
    assertThat(Places.device("gpu", "gpu:1")).isEqualTo("gpu:1");
    assertThat(Places.device("auto", "gpu:1")).isEqualTo("gpu:1");
    assertThat(Places.device("gpu:0", "gpu:1")).isEqualTo("gpu:0");
    assertThat(Places.device("cpu", "gpu:1")).isEqualTo("cpu");
    assertThat(Places.device("gpu", "cpu")).isEqualTo("gpu");
  }
}
