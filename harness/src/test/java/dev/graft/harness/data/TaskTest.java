package dev.graft.harness.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.harness.measure.StandardMetric;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskTest {
  private static final Example GOOD = Example.of("good", 1);
  private static final Example BAD = Example.of("bad", 0);

  @Test
  void theContentHashIsTheSameOnEveryMachine() {
    assertThat(task(List.of(GOOD, BAD), List.of(), List.of(BAD)).contentHash())
        .isEqualTo("37bfadfe944be0fcf5db426fdaced9aec20a1baf21a97105b59ff485befebb28");
  }

  @Test
  void theContentHashIsOfTheDataAndNotOfItsName() {
    Task task = task(List.of(GOOD), List.of(), List.of(BAD));
    Task renamed =
        Task.of(
            "other",
            task.labels(),
            List.of(StandardMetric.F1),
            task.train(),
            List.of(),
            task.test());

    assertThat(renamed.contentHash()).isEqualTo(task.contentHash());
  }

  @Test
  void theContentHashTellsApartAllThatDiffers() {
    List<Example> none = List.of();
    Example pair = new Example("go", Optional.of("od"), 1);
    List<Task> tasks =
        List.of(
            task(List.of(GOOD, BAD), none, none),
            task(List.of(BAD, GOOD), none, none),
            task(List.of(GOOD), List.of(BAD), none),
            task(List.of(GOOD), none, List.of(BAD)),
            task(List.of(Example.of("good", 0), BAD), none, none),
            task(List.of(pair, BAD), none, none),
            task(List.of(Example.of("goodb", 1), Example.of("ad", 0)), none, none),
            Task.of(
                "t",
                List.of("a", "b"),
                List.of(StandardMetric.ACCURACY),
                List.of(GOOD, BAD),
                none,
                none));

    assertThat(tasks).extracting(Task::contentHash).doesNotHaveDuplicates();
  }

  @Test
  void aScoreIsNoLabel() {
    assertThat(Example.of("text", 3).label()).isEqualTo(3);
    assertThatThrownBy(() -> Example.of("text", 3.8).label())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("not the index of a class: 3.8");
  }

  private static Task task(List<Example> train, List<Example> validation, List<Example> test) {
    return Task.of(
        "t",
        List.of("negative", "positive"),
        List.of(StandardMetric.ACCURACY),
        train,
        validation,
        test);
  }
}
