package dev.graft.harness.measure;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.measure.Metric.Answered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The metrics that are installed: Graft's own, and those of other JARs. */
public final class Metrics {
  private final Map<String, Metric> byLabel = new LinkedHashMap<>();

  private Metrics(Stream<Metric> metrics) {
    metrics.forEach(
        metric -> {
          Metric other = byLabel.putIfAbsent(metric.label(), metric);
          if (other != null) {
            throw GraftException.plugin("Two metrics are called '%s'.", metric.label())
                .found("%s and %s", other.getClass().getName(), metric.getClass().getName())
                .remedy("remove one of their JARs");
          }
        });
  }

  /**
   * The metrics on the class path.
   *
   * @throws GraftException if two have one label, or one can't be made
   */
  public static Metrics installed() {
    try {
      return new Metrics(
          Stream.concat(
              Stream.of(StandardMetric.values()),
              ServiceLoader.load(Metric.class).stream().map(ServiceLoader.Provider::get)));
    } catch (ServiceConfigurationError e) {
      throw GraftException.plugin("A metric can't be used.")
          .found(e.getMessage())
          .remedy("remove its JAR, or ask whoever made it")
          .causedBy(e);
    }
  }

  /**
   * The metric of a label that a user gives.
   *
   * @param where it was given, for the error that an unknown one is
   */
  public Metric named(String label, String where) {
    if (!byLabel.containsKey(label)) {
      throw GraftException.input(
              "There is no metric '%s'.%s", label, Names.didYouMean(label, byLabel.keySet()))
          .in(where)
          .expected(String.join(", ", byLabel.keySet()));
    }
    return byLabel.get(label);
  }

  /** The metric of a label. */
  public Metric labelled(String label) {
    if (!byLabel.containsKey(label)) {
      throw new IllegalArgumentException("there is no metric '" + label + "'");
    }
    return byLabel.get(label);
  }

  /** Those that say something of such answers. */
  public List<Metric> judging(Answered answered, int labels) {
    return byLabel.values().stream().filter(metric -> metric.judges(answered, labels)).toList();
  }
}
