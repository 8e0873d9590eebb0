package dev.graft.harness.data;

import dev.graft.harness.measure.Metric;

/**
 * Somebody else's metric: minus what wrong answers cost, a missed positive five times the other.
 */
public final class CostMetric implements Metric {
  @Override
  public String label() {
    return "cost";
  }

  @Override
  public boolean judges(Answered answered, int labels) {
    return answered == Answered.CLASS && labels == 2;
  }

  @Override
  public double compute(double[] predicted, double[] gold, int labels) {
    double cost = 0;
    for (int i = 0; i < gold.length; i++) {
      cost += predicted[i] == gold[i] ? 0 : gold[i] == 1 ? 5 : 1;
    }
    return -cost / gold.length;
  }
}
