package dev.graft.harness.data;

import dev.graft.harness.measure.StandardMetric;
import java.util.List;
import java.util.stream.IntStream;

/** Somebody else's tasks: does a text begin with the letter that the task is named by? */
public final class LetterTasks implements TaskSource {
  @Override
  public String name() {
    return "letters";
  }

  @Override
  public Task open(String letter) {
    List<Example> examples =
        IntStream.range(0, 20)
            .mapToObj(i -> Example.of((i % 2 == 1 ? letter : "o") + i, i % 2))
            .toList();
    return Task.of(
        "letters:" + letter,
        List.of("other", letter),
        List.of(StandardMetric.ACCURACY),
        examples,
        List.of(),
        examples.subList(0, 10));
  }
}
