package dev.graft.harness.measure;

import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.RandomAccess;

/** Numbers that never change, in a list that takes eight bytes for each. */
public final class Numbers extends AbstractList<Double> implements RandomAccess {
  private final double[] numbers;

  private Numbers(double[] numbers) {
    this.numbers = numbers;
  }

  /** A copy of an array. */
  public static Numbers of(double[] numbers) {
    return new Numbers(numbers.clone());
  }

  /** The numbers of a list, which is itself the answer where nothing can change it. */
  public static List<Double> copyOf(Collection<Double> numbers) {
    return numbers instanceof Numbers same
        ? same
        : new Numbers(numbers.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Override
  public Double get(int index) {
    return numbers[index];
  }

  @Override
  public int size() {
    return numbers.length;
  }
}
