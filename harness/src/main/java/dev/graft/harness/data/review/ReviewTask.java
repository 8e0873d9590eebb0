package dev.graft.harness.data.review;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.Task;
import dev.graft.harness.measure.StandardMetric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * The embedded task: is a short review of a film, a hotel, a laptop, ... negative or positive?
 *
 * <p>Each sentence is drawn without the words that carry sentiment and then written twice, once for
 * each label. So nothing but those words, and what negation and contrast make of them, tells the
 * label. The words of the test split, in any form, never occur in training or validation: they can
 * only be understood by a model that knows English already.
 */
public final class ReviewTask {
  private static final List<String> LABELS = List.of("negative", "positive");

  /** How many examples the splits have. Each is even: every sentence is written for both labels. */
  public record Sizes(int train, int validation, int test) {
    public static final Sizes DEFAULT = new Sizes(1200, 200, 600);

    public Sizes {
      require("training", train, 2);
      require("validation", validation, 0);
      require("test", test, 2);
    }

    private static void require(String split, int size, int least) {
      if (size < least || size % 2 != 0) {
        throw new IllegalArgumentException(
            "%s examples of the %s split: not an even number from %s on"
                .formatted(size, split, least));
      }
    }
  }

  private ReviewTask() {}

  /**
   * Writes the task. The same sizes and seed give the same task everywhere. A split does not depend
   * on the sizes of those that follow it in the order test, validation, training.
   */
  public static Task generate(Sizes sizes, long seed) {
    Writer trainWriter = new Writer(Lexicon.read("train"));
    Writer testWriter = new Writer(Lexicon.read("test"));
    Sketcher sketcher = new Sketcher();
    Set<String> seen = new HashSet<>();
    List<Example> test = split(sketcher, testWriter, sizes.test(), new Random(3 * seed), seen);
    List<Example> validation =
        split(sketcher, trainWriter, sizes.validation(), new Random(3 * seed + 1), seen);
    List<Example> train =
        split(sketcher, trainWriter, sizes.train(), new Random(3 * seed + 2), seen);
    return Task.of("reviews", LABELS, List.of(StandardMetric.ACCURACY), train, validation, test);
  }

  private static List<Example> split(
      Sketcher sketcher, Writer writer, int size, Random random, Set<String> seen) {
    List<Example> examples = new ArrayList<>();
    while (examples.size() < size) {
      String sketch = sketcher.draw(random);
      String negative = writer.write(sketch, Polarity.NEGATIVE, random);
      String positive = writer.write(sketch, Polarity.POSITIVE, random);
      if (!seen.contains(negative) && !seen.contains(positive)) {
        seen.add(negative);
        seen.add(positive);
        examples.add(Example.of(negative, LABELS.indexOf("negative")));
        examples.add(Example.of(positive, LABELS.indexOf("positive")));
      }
    }
    Collections.shuffle(examples, random);
    return examples;
  }
}
