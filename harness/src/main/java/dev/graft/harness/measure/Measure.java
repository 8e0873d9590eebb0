package dev.graft.harness.measure;

/** A number that says how well a model does. */
public sealed interface Measure permits Metric, Perplexity {
  /** The name that reports use. */
  String label();
}
