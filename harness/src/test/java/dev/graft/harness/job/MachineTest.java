package dev.graft.harness.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MachineTest {
  private static final Map<String, String> NOTHING_SET = Map.of();
  private static final Machine IDLE = new Machine(16, 16, 0.02, 1);
  private static final Machine SMALL = new Machine(2, 2, 0, 1);

  @Test
  void threadsSpinForAMomentOnIdleCores() {
    assertThat(IDLE.settings(NOTHING_SET))
        .containsEntry("GOMP_SPINCOUNT", "3000")
        .doesNotContainKeys("OMP_WAIT_POLICY", "OMP_NUM_THREADS");
    assertThat(new Machine(4, 4, 0.25, 1).settings(NOTHING_SET)).containsKey("GOMP_SPINCOUNT");
  }

  @Test
  void threadsSleepWhereCoresAreFewOrBusy() {
    for (Machine shared :
        new Machine[] {SMALL, new Machine(3, 3, 0, 1), new Machine(16, 16, 0.26, 1)}) {
      assertThat(shared.settings(NOTHING_SET))
          .as("%s", shared)
          .containsEntry("OMP_WAIT_POLICY", "PASSIVE")
          .doesNotContainKeys("GOMP_SPINCOUNT", "OMP_NUM_THREADS");
    }
  }

  @Test
  void aContainersLimitIsTheNumberOfThreadsAndTheySleep() {
    assertThat(new Machine(8, 64, 0, 1).settings(NOTHING_SET))
        .containsEntry("OMP_NUM_THREADS", "8")
        .containsEntry("OMP_WAIT_POLICY", "PASSIVE");
  }

  @Test
  void whatRunsSideBySideSharesTheProcessorsAndTheRecordSaysSo() {
    Machine shared = new Machine(16, 16, 0, 1).sharedBy(3);

    assertThat(shared.settings(NOTHING_SET)).containsEntry("OMP_NUM_THREADS", "5");
    assertThat(SMALL.sharedBy(4).settings(NOTHING_SET)).containsEntry("OMP_NUM_THREADS", "1");
    assertThat(shared.record(NOTHING_SET))
        .endsWith(" busy; the threads are divided among 3 such processes");
  }

  @Test
  void aGpusSegmentsGrowUnlessTheUserHasDecided() {
    String name = "PYTORCH_CUDA_ALLOC_CONF";
    assertThat(IDLE.settings(NOTHING_SET)).containsEntry(name, "expandable_segments:True");
    assertThat(IDLE.settings(Map.of(name, ""))).doesNotContainKey(name);
    assertThat(IDLE.settings(Map.of("PYTORCH_ALLOC_CONF", "backend:native")))
        .doesNotContainKey(name);
    assertThat(IDLE.record(Map.of(name, "a:b"))).startsWith(name + "=a:b: ");
  }

  @Test
  void memoryIsKeptOnEveryMachine() {
    for (Machine machine : new Machine[] {IDLE, SMALL}) {
      assertThat(machine.settings(NOTHING_SET))
          .containsEntry("MALLOC_ARENA_MAX", machine.equals(SMALL) ? "1" : "8")
          .containsEntry("MALLOC_MMAP_MAX_", "0")
          .containsEntry("MALLOC_TRIM_THRESHOLD_", "4294967296");
    }
  }

  @Test
  void whatTheUserHasSetStays() {
    assertThat(new Machine(8, 64, 0, 1).settings(Map.of("OMP_NUM_THREADS", "1")))
        .doesNotContainKey("OMP_NUM_THREADS");
    assertThat(SMALL.settings(Map.of("MALLOC_ARENA_MAX", "4")))
        .doesNotContainKey("MALLOC_ARENA_MAX");
    for (String waiting : new String[] {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"}) {
      assertThat(IDLE.settings(Map.of(waiting, "")))
          .as("either says how threads wait")
          .doesNotContainKeys("OMP_WAIT_POLICY", "GOMP_SPINCOUNT");
    }
  }

  @Test
  void theRecordHasWhatWasDecidedAndWhy() {
    Map<String, String> environment = new TreeMap<>(Map.of("HOME", "/", "OMP_NUM_THREADS", "4"));
    environment.putAll(IDLE.settings(environment));

    assertThat(IDLE.record(environment))
        .isEqualTo(
            "GOMP_SPINCOUNT=3000 MALLOC_ARENA_MAX=8 MALLOC_MMAP_MAX_=0"
                + " MALLOC_TRIM_THRESHOLD_=4294967296 OMP_NUM_THREADS=4 PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True: Java has 16 of 16 cores,"
                + " and other work kept 2% of them busy");
  }

  @Test
  void thisMachineHasAtLeastOneProcessor() {
    Machine machine = Machine.now();

    assertThat(machine.processors()).isPositive().isLessThanOrEqualTo(machine.cores());
    assertThat(machine.busy()).isBetween(0.0, 1.0);
  }
}
