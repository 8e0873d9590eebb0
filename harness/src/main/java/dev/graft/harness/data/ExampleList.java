package dev.graft.harness.data;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/** Examples in their order, and where each of them stands. They need not be in memory. */
public abstract class ExampleList extends AbstractList<Example> implements RandomAccess {
  /** Examples that Graft made itself. */
  public static ExampleList of(List<Example> examples) {
    List<Example> all = List.copyOf(examples);
    return new ExampleList() {
      @Override
      public Example get(int example) {
        return all.get(example);
      }

      @Override
      public int size() {
        return all.size();
      }

      @Override
      public String place(int example) {
        return "example %s".formatted(example + 1);
      }
    };
  }

  /** Where an example stands, for messages: its file and line. */
  public abstract String place(int example);

  /** What is true of an example: {@link Example#target()}, without its texts. */
  public double target(int example) {
    return get(example).target();
  }

  /** A number that is the same for the same texts, and for others hardly ever. */
  public long fingerprint(int example) {
    return get(example).fingerprint();
  }

  /** {@link Example#isDoubtful()} of an example. */
  public boolean isDoubtful(int example) {
    return get(example).isDoubtful();
  }

  /** Some of these, in the order given. */
  public ExampleList only(int[] examples) {
    ExampleList all = this;
    return new ExampleList() {
      @Override
      public Example get(int example) {
        return all.get(examples[example]);
      }

      @Override
      public int size() {
        return examples.length;
      }

      @Override
      public String place(int example) {
        return all.place(examples[example]);
      }

      @Override
      public double target(int example) {
        return all.target(examples[example]);
      }

      @Override
      public long fingerprint(int example) {
        return all.fingerprint(examples[example]);
      }

      @Override
      public boolean isDoubtful(int example) {
        return all.isDoubtful(examples[example]);
      }
    };
  }
}
