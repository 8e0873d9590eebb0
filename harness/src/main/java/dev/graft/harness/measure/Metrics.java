package dev.graft.harness.measure;

import dev.graft.GraftException;
import dev.graft.harness.measure.Metric.Answered;
import dev.graft.parts.PartKind;
import dev.graft.parts.Parts;
import java.util.List;

/** The metrics that are installed: Graft's own, and those of other JARs. */
public final class Metrics {
  private static final PartKind<Metric> KIND = PartKind.of(Metric.class, "metric", Metric::label);

  private final Parts<Metric> parts;

  private Metrics(Parts<Metric> parts) {
    this.parts = parts;
  }

  /**
   * The metrics on the class path.
   *
   * @throws GraftException if two have one label
   */
  public static Metrics installed() {
    return new Metrics(parts());
  }

  /** The same, with where they are from. */
  public static Parts<Metric> parts() {
    return Parts.installed(KIND, List.of(StandardMetric.values()));
  }

  /**
   * The metric of a label that a user gives.
   *
   * @param where it was given, for the error that an unknown one is
   */
  public Metric named(String label, String where) {
    try {
      return parts.get(label);
    } catch (GraftException e) {
      GraftException failure = e.in(where);
      throw failure;
    }
  }

  /** The metric of a label. */
  public Metric labelled(String label) {
    return parts
        .find(label)
        .orElseThrow(() -> new IllegalArgumentException("there is no metric '" + label + "'"));
  }

  /** Those that say something of such answers. */
  public List<Metric> judging(Answered answered, int labels) {
    return parts.all().stream()
        .map(Parts.Installed::part)
        .filter(metric -> metric.judges(answered, labels))
        .toList();
  }
}
