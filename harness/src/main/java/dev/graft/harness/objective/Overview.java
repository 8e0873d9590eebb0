package dev.graft.harness.objective;

import dev.graft.harness.data.ExampleList;
import dev.graft.harness.data.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What was understood of the data, told before anything is trained.
 *
 * @param name of the data
 * @param notes what might have been understood otherwise
 * @param maxLength tokens at which longer texts are cut; 0 where none is tokenised yet
 * @param classes the labels, each with its number of training examples
 * @param doubles places of test examples that the training split has, too
 */
public record Overview(
    String name,
    List<String> notes,
    int maxLength,
    List<Part> parts,
    Map<String, Integer> classes,
    List<String> doubles) {
  /** A larger split is only looked at here and there, so that the first step need not wait. */
  private static final int MOST_MEASURED = 50_000;

  private static final int SAMPLE = 10_000;

  /**
   * A split.
   *
   * @param measured of so many examples what follows is known
   * @param median of the numbers of tokens
   * @param cut how many are longer than what is read of them
   */
  public record Part(String split, int examples, int measured, int median, int longest, int cut) {
    /** A split of which nothing but its size is known. */
    static Part of(String split, ExampleList examples) {
      return new Part(split, examples.size(), 0, 0, 0, 0);
    }

    /** Looks at a split. */
    static Part of(String split, Examples examples) {
      int[] looked = look(examples);
      int[] lengths = Arrays.stream(looked).map(examples::length).sorted().toArray();
      return new Part(
          split,
          examples.size(),
          lengths.length,
          lengths.length == 0 ? 0 : lengths[lengths.length / 2],
          lengths.length == 0 ? 0 : lengths[lengths.length - 1],
          (int) Arrays.stream(looked).filter(examples::isCut).count());
    }
  }

  /**
   * Tokenises what is looked at of a split, and so refuses what can't be read of it.
   *
   * @return which examples were looked at
   */
  public static int[] look(Examples examples) {
    int size = examples.size();
    int[] looked =
        size <= MOST_MEASURED
            ? IntStream.range(0, size).toArray()
            : IntStream.range(0, SAMPLE).map(i -> (int) ((long) i * size / SAMPLE)).toArray();
    examples.prepare(looked);
    examples.prepare(examples.doubtful());
    return looked;
  }

  public Overview {
    notes = List.copyOf(notes);
    parts = List.copyOf(parts);
    doubles = List.copyOf(doubles);
  }

  /** What is known of a task before any text is tokenised. */
  public static Overview of(Labelling objective) {
    Task task = objective.task();
    List<Part> parts = new ArrayList<>();
    List<String> doubles = new ArrayList<>();
    parts.add(Part.of("training", task.train()));
    parts.add(Part.of("validation", task.validation()));
    task.tests()
        .forEach(
            (split, test) -> {
              parts.add(Part.of(split, test));
              doubles.addAll(doubles(test, task.train()));
            });
    return new Overview(objective.name(), task.notes(), 0, parts, count(task), doubles);
  }

  /** How many training examples have each label. */
  static Map<String, Integer> count(Task task) {
    if (task.isRegression()) {
      return Map.of();
    }
    int[] counts = new int[task.labels().size()];
    for (int i = 0; i < task.train().size(); i++) {
      int target = (int) task.train().target(i);
      if (task.isMultiLabel()) {
        double[] marks = task.numbers(target);
        Arrays.setAll(counts, label -> counts[label] + (int) marks[label]);
      } else {
        counts[target]++;
      }
    }
    Map<String, Integer> classes = new LinkedHashMap<>();
    for (int i = 0; i < counts.length; i++) {
      classes.put(task.labels().get(i), counts[i]);
    }
    return classes;
  }

  /** Where the texts of one split stand that another has as well. */
  static List<String> doubles(ExampleList test, ExampleList train) {
    Map<Long, List<Integer>> tests = new HashMap<>();
    for (int i = 0; i < test.size(); i++) {
      tests.computeIfAbsent(test.fingerprint(i), unseen -> new ArrayList<>()).add(i);
    }
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < train.size() && !tests.isEmpty(); i++) {
      List<Integer> same = tests.remove(train.fingerprint(i));
      found.addAll(same == null ? List.of() : same);
    }
    return found.stream().sorted().map(test::place).toList();
  }
}
