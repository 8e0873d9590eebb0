package dev.graft.harness.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A part of the training split that is not trained on: at random, its classes as many as their
 * shares say; the largest remainders come first.
 */
final class HeldOut {
  /** Decides what is held out: the same for all trials of a study, whatever their seeds. */
  private static final long SEED = 20190920;

  private static final int WHOLE = 100;

  private final ExampleList train;
  private final BitSet isHeld;

  private HeldOut(ExampleList train, BitSet isHeld) {
    this.train = train;
    this.isHeld = isHeld;
  }

  static HeldOut of(Task task, Share share) {
    int size = task.train().size();
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    int wanted = (int) Math.round((double) size * share.percent() / WHOLE);
    int classes = Math.max(1, task.isMultiLabel() ? task.learnt().size() : task.labels().size());
    long[] hundredths = new long[classes];
    order.forEach(i -> hundredths[stratum(task, i)] += share.percent());
    int[] quotas = Arrays.stream(hundredths).mapToInt(each -> (int) (each / WHOLE)).toArray();
    IntStream.range(0, classes)
        .boxed()
        .sorted(Comparator.comparingLong(c -> -(hundredths[c] % WHOLE)))
        .filter(c -> hundredths[c] > share.percent()) // one example alone is trained on
        .limit(wanted - Arrays.stream(quotas).sum())
        .forEach(c -> quotas[c]++);
    BitSet isHeld = new BitSet();
    order.stream().filter(i -> quotas[stratum(task, i)]-- > 0).forEach(isHeld::set);
    return new HeldOut(task.train(), isHeld);
  }

  /** Whether too little is there. */
  boolean isNothing() {
    return isHeld.isEmpty();
  }

  /** The part. */
  ExampleList examples() {
    return train.only(isHeld.stream().toArray());
  }

  /** What is left to be trained on. */
  ExampleList rest() {
    return train.only(IntStream.range(0, train.size()).filter(i -> !isHeld.get(i)).toArray());
  }

  private static int stratum(Task task, int example) {
    return task.isRegression() ? 0 : (int) task.train().target(example);
  }
}
