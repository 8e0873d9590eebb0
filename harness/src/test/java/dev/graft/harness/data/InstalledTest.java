package dev.graft.harness.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.harness.json.Json;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.Metrics;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TaskFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a JAR adds beside methods. */
class InstalledTest {
  private static final List<String> COST = List.of(CostMetric.class.getName());
  private static final List<String> LETTERS = List.of(LetterTasks.class.getName());

  @TempDir private Path folder;

  @Test
  void aMetricOfAnotherJarJudgesATaskThatNamesIt() throws IOException {
    Path task = Files.createDirectories(folder.resolve("task"));
    Files.writeString(
        task.resolve("task.yaml"), "train: t.csv\ntest: t.csv\nmetrics: [cost, accuracy]\n");
    Files.writeString(task.resolve("t.csv"), "text,label\na,no\nb,yes\n".repeat(1));

    Task read =
        new Services(folder).with(Metric.class, COST, () -> TaskFinder.open(task.toString()));

    Files.writeString(
        task.resolve("task.yaml"), "train: t.csv\ntest: t.csv\nmetrics: [accuracy]\n");
    Task other = TaskFinder.open(task.toString());
    assertThat(read.contentHash()).isEqualTo(other.contentHash());
    assertThat(new Labelling(read).contentHash())
        .as("a trial that was judged otherwise is another")
        .isNotEqualTo(new Labelling(other).contentHash());
    Metric cost = read.metrics().get(0);
    double[] gold = {0, 1, 1, 0};
    assertThat(cost.compute(new double[] {0, 1, 0, 1}, gold)).isEqualTo(-1.5);
    Estimate estimate = cost.estimate(new double[] {0, 1, 0, 1}, gold, 1, Estimate.SEED);
    assertThat(estimate.value()).isCloseTo(-1.5, within(1e-12));
    assertThat(estimate.low()).isLessThan(-1.5);
  }

  @Test
  void aMetricIsWrittenByItsLabel() {
    new Services(folder)
        .with(
            Metric.class,
            COST,
            () ->
                assertThat(Metrics.installed().named("cost", "here"))
                    .isInstanceOf(CostMetric.class));
    assertThat(Json.line(List.of(new CostMetric()))).isEqualTo("[\"cost\"]");
    assertThat(Json.line(Map.of(new CostMetric(), -1.5))).isEqualTo("{\"cost\":-1.5}");
  }

  @Test
  void aTaskOfAnotherJarIsNamedByItsSource() {
    Task task =
        new Services(folder).with(TaskSource.class, LETTERS, () -> TaskFinder.open("letters:q"));

    assertThat(task.name()).isEqualTo("letters:q");
    assertThat(task.labels()).containsExactly("other", "q");
    assertThat(task.validation().isEmpty()).as("a tenth is held out").isFalse();
    assertThat(TaskFinder.isOfSource("letters:q")).as("without the JAR").isFalse();
  }
}
