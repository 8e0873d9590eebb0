package dev.graft.harness.training;

/**
 * Numbers of elements.
 *
 * @param method that the methods train; the papers' counts are these
 * @param head of the task head
 * @param host of the model, without any head
 */
public record Counts(long method, long head, long host) {
  public Counts {
    if (method < 0 || head < 0 || host < 1) {
      throw new IllegalArgumentException(
          "%s, %s and %s parameters of methods, head and host".formatted(method, head, host));
    }
  }

  /** All that is trained. */
  public long total() {
    return method + head;
  }

  /** What the methods train as a share of the model. */
  public double share() {
    return (double) method / host;
  }
}
