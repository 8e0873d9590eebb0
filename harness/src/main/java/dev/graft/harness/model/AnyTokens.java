package dev.graft.harness.model;

import dev.graft.host.HostShape;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Tokens for measurements that do not depend on what they say. */
public final class AnyTokens {
  private static final long SEED = 1;

  private AnyTokens() {}

  /** Full rows, the same each time. */
  public static TokenBatch batch(HostShape host, int rows, int length) {
    return TokenBatch.of(tokens(host, rows, length), host.config().paddingId());
  }

  /** The same before they are one batch. */
  public static List<Tokens> tokens(HostShape host, int rows, int length) {
    SplittableRandom random = new SplittableRandom(SEED);
    int vocabulary = host.config().vocabulary();
    return Stream.generate(
            () -> new Tokens(random.longs(length, 0, vocabulary).toArray(), new long[length]))
        .limit(rows)
        .toList();
  }
}
