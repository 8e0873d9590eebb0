package dev.graft.harness.report.comparison;

import dev.graft.harness.measure.Estimate;
import dev.graft.harness.report.Html;
import dev.graft.harness.report.Scale;
import dev.graft.harness.report.Units;
import java.util.ArrayList;
import java.util.List;

/**
 * A drawing, as SVG, of the metric against the number of trained parameters. Colours are those of
 * the page's style sheet.
 */
final class Chart {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 400;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int TOP = 20;
  private static final int BOTTOM = 52;
  private static final double RADIUS = 5;
  private static final double ROOM = 0.5; // powers of ten beside the marks
  private static final double CAP = 4;
  private static final double[] STEPS = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
  private static final int MOST_LINES = 8;

  private final List<Contender> contenders;
  private final Scale scale;
  private final List<Estimate> qualities;
  private final double leftPower;
  private final double rightPower;
  private final double step;
  private final double lowest;
  private final double highest;
  private final StringBuilder svg = new StringBuilder();

  private Chart(Comparison comparison) {
    this.scale = comparison.scale();
    this.contenders =
        comparison.contenders().stream()
            .filter(
                contender ->
                    contender.counts().total() > 0 && !Double.isNaN(contender.quality().value()))
            .toList();
    this.qualities = contenders.stream().map(Contender::quality).toList();
    this.leftPower = contenders.stream().mapToDouble(Chart::log).min().orElse(0) - ROOM;
    this.rightPower = contenders.stream().mapToDouble(Chart::log).max().orElse(0) + ROOM;
    double low = qualities.stream().mapToDouble(Estimate::low).min().orElse(0);
    double high = qualities.stream().mapToDouble(Estimate::high).max().orElse(1);
    this.step = step(high - low);
    this.lowest = step * Math.floor(low / step);
    this.highest = Math.max(lowest + step, step * Math.ceil(high / step));
  }

  /** The drawing, or nothing if no contender has both numbers. */
  static String svg(Comparison comparison) {
    Chart chart = new Chart(comparison);
    return chart.contenders.isEmpty() ? "" : chart.draw();
  }

  private static double log(Contender contender) {
    return Math.log10((double) contender.counts().total());
  }

  private static double step(double range) {
    for (double step : STEPS) {
      if (range / step <= MOST_LINES) {
        return step;
      }
    }
    return STEPS[STEPS.length - 1];
  }

  private String draw() {
    add(
        "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
        WIDTH, HEIGHT, Html.escape(scale.heading() + " by the number of trained parameters"));
    drawAxes();
    List<Label> points =
        new ArrayList<>(
            contenders.stream()
                .map(contender -> Label.around(x(contender), y(contender), RADIUS))
                .toList());
    for (int i = 0; i < contenders.size(); i++) {
      drawContender(contenders.get(i), qualities.get(i));
    }
    for (Contender contender : contenders) {
      Label label =
          Label.beside(contender.name(), x(contender), y(contender), points, LEFT, WIDTH - RIGHT);
      points.add(label);
      add(
          "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
          label.left(), label.baseline(), Html.escape(contender.name()));
    }
    return svg.append("</svg>\n").toString();
  }

  private void drawAxes() {
    double bottom = HEIGHT - BOTTOM;
    for (int power = (int) Math.ceil(leftPower); power <= rightPower; power++) {
      double x = x(power);
      add(
          "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
          x, TOP, x, bottom);
      add(
          "<text class=\"tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
          x, bottom + 18, powerOfTen(power));
    }
    int lines = (int) Math.round((highest - lowest) / step);
    for (int i = 0; i <= lines; i++) {
      double value = lowest + i * step;
      double y = y(value);
      add(
          "<line class=\"grid\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/>%n",
          LEFT, y, WIDTH - RIGHT, y);
      add(
          "<text class=\"tick\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%s</text>%n",
          LEFT - 8,
          y + 4,
          scale.bare(value).replaceFirst("(\\.\\d*?)0+$", "$1").replaceFirst("\\.$", ""));
    }
    add(
        "<text class=\"axis\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">trained parameters, head included (logarithmic)</text>%n",
        (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10);
    add(
        "<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(16 %.1f) rotate(-90)\">%s</text>%n",
        (TOP + bottom) / 2, Html.escape(scale.heading()));
  }

  private void drawContender(Contender contender, Estimate quality) {
    double x = x(contender);
    double low = y(quality.low());
    double high = y(quality.high());
    add("<g class=\"%s\">%n", contender.untrained() ? "arm untrained" : "arm");
    add(
        "<title>%s: %s, %s parameters</title>%n",
        Html.escape(contender.name()),
        scale.bare(quality),
        Units.count(contender.counts().total()));
    add(
        "<path d=\"M%.1f %.1fV%.1fM%.1f %.1fh%.1fM%.1f %.1fh%.1f\"/>%n",
        x, low, high, x - CAP, low, 2 * CAP, x - CAP, high, 2 * CAP);
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>%n</g>%n", x, y(contender), RADIUS);
  }

  private double x(Contender contender) {
    return x(log(contender));
  }

  private double x(double power) {
    return LEFT + (WIDTH - LEFT - RIGHT) * (power - leftPower) / (rightPower - leftPower);
  }

  private double y(Contender contender) {
    return y(qualities.get(contenders.indexOf(contender)).value());
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - lowest) / (highest - lowest);
  }

  private static String powerOfTen(int power) {
    return power < 3
        ? Units.count(Math.round(Math.pow(10, power)))
        : Units.format(
            "%.0f%s", Math.pow(10, power % 3), List.of("", "k", "M", "G", "T").get(power / 3));
  }

  private void add(String format, Object... values) {
    svg.append(Units.format(format, values));
  }
}
