package dev.graft.harness.bench.growth;

import dev.graft.files.JsonFile;
import dev.graft.harness.bench.Figure;
import dev.graft.harness.measure.Estimate;
import dev.graft.harness.measure.PowerLaw;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.harness.measure.latency.PairedTimes;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.model.Plan;
import dev.graft.program.Kernels;
import dev.graft.program.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How time and memory grow along an axis.
 *
 * @param points the smallest size first
 * @param time as which power of the size it grows, by rounds
 * @param memory likewise; absent where it was not measured, or does not grow beyond what was held
 *     before
 */
public record Growth(Axis axis, List<Point> points, Estimate time, Optional<Double> memory) {
  /** A growth that is steeper than planned by more is one to explain. */
  private static final double STEEPER = 0.1;

  /**
   * One size.
   *
   * @param flops of a pass, by the plan
   * @param bytes beyond what the process held before
   * @param planned bytes, by the plan
   */
  public record Point(int size, double milliseconds, double flops, Reading bytes, double planned) {}

  public Growth {
    points = List.copyOf(points);
  }

  /**
   * What a process found.
   *
   * @param figures by size
   * @param device that they were measured on
   */
  static Growth of(
      Axis axis,
      List<Integer> sizes,
      List<Figure> figures,
      String device,
      Precision precision,
      GrowthJob.Results found) {
    Kernels kernels = device.startsWith("gpu") ? Kernels.CUDA : Kernels.CPU;
    List<Point> points =
        IntStream.range(0, sizes.size())
            .mapToObj(
                i -> {
                  Figure figure = figures.get(i);
                  Plan plan = plan(figure, precision);
                  boolean isStep = figure.work() == Figure.Work.STEP;
                  return new Point(
                      sizes.get(i),
                      PairedTimes.middle(found.rounds().stream().map(all -> all.get(i)).toList()),
                      isStep ? plan.trainingFlops() : plan.forwardFlops(),
                      found.memory().get(i),
                      isStep
                          ? plan.trainingBytes(kernels)
                          : plan.weightBytes() + figure.adapters() * plan.graftBytes());
                })
            .toList();
    return new Growth(
        axis, points, PowerLaw.exponents(sizes, found.rounds()), exponent(sizes, points));
  }

  private static Plan plan(Figure figure, Precision precision) {
    HostShape host = HostShape.of(JsonFile.read(Path.of(figure.model(), "config.json")));
    return new Plan(
        figure.stack(host, Methods.installed()),
        precision,
        figure.size().rows(),
        figure.size().length());
  }

  private static Optional<Double> exponent(List<Integer> sizes, List<Point> points) {
    List<Double> bytes = points.stream().map(point -> point.bytes().value().orElse(0.0)).toList();
    return bytes.stream().allMatch(each -> each > 0)
        ? Optional.of(PowerLaw.exponent(sizes, bytes))
        : Optional.empty();
  }

  private List<Integer> sizes() {
    return points.stream().map(Point::size).toList();
  }

  /** As which power the plan's operations grow. */
  public double plannedTime() {
    return PowerLaw.exponent(sizes(), points.stream().map(Point::flops).toList());
  }

  /** As which power the plan's bytes grow. */
  public double plannedMemory() {
    return PowerLaw.exponent(sizes(), points.stream().map(Point::planned).toList());
  }

  /** Whether time certainly grows faster than planned, by more than a tenth of a power. */
  public boolean isSteeper() {
    return time.low() > plannedTime() + STEEPER;
  }
}
