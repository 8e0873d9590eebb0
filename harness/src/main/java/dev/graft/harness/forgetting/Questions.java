package dev.graft.harness.forgetting;

import dev.graft.SeedMix;
import dev.graft.host.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What a model is asked of a passage. */
final class Questions {
  static final long NONE = -100;

  /** Decides which tokens are masked: the same before and after, for all arms and seeds. */
  private static final long SEED = 20181011;

  /** The shares of pretraining: Devlin et al. 2018, section 3.1. */
  private static final double MASKED = 0.15;

  private static final double AS_MASK = 0.8;
  private static final double AS_ANY = 0.1;

  private final Tokens tokens;
  private final long[] labels;

  private Questions(Tokens tokens, long[] labels) {
    this.tokens = tokens;
    this.labels = labels;
  }

  /** What it reads. */
  Tokens tokens() {
    return tokens;
  }

  /** For each token what is to be predicted there, or {@link #NONE}; not a copy. */
  long[] labels() {
    return labels;
  }

  /** How many tokens are to be predicted. */
  int count() {
    return (int) Arrays.stream(labels).filter(label -> label != NONE).count();
  }

  /** Every token but the first is predicted, those put around the text apart. */
  static Questions next(Tokens tokens, boolean[] added) {
    long[] ids = tokens.ids();
    long[] labels = new long[ids.length];
    for (int i = 0; i < ids.length; i++) {
      labels[i] = i == 0 || added[i] ? NONE : ids[i];
    }
    return new Questions(tokens, labels);
  }

  /**
   * Some tokens are predicted that most often are replaced by the mask, sometimes by any other
   * token, and sometimes by none.
   *
   * @param mask the id of the token that stands for them
   * @param vocabulary how many tokens there are
   * @param line of the passage, by which its tokens are drawn
   */
  static Questions masked(Tokens tokens, boolean[] added, long mask, int vocabulary, int line) {
    long[] ids = tokens.ids().clone();
    long[] labels = new long[ids.length];
    Arrays.fill(labels, NONE);
    List<Integer> own =
        new ArrayList<>(IntStream.range(0, ids.length).filter(i -> !added[i]).boxed().toList());
    Random random = new Random(SeedMix.ofStep(SEED, line));
    Collections.shuffle(own, random);
    int count = Math.min(own.size(), (int) Math.max(1, Math.round(MASKED * own.size())));
    for (int place : own.subList(0, count)) {
      labels[place] = ids[place];
      double how = random.nextDouble();
      long any = random.nextInt(vocabulary);
      ids[place] = how < AS_MASK ? mask : how < AS_MASK + AS_ANY ? any : ids[place];
    }
    return new Questions(new Tokens(ids, tokens.types()), labels);
  }
}
