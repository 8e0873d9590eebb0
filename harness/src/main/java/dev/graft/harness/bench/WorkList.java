package dev.graft.harness.bench;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencySpec.Size;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The works that are timed where nothing else is asked for. */
public record WorkList(List<Entry> works) {
  private static final String FILE = "works.json";
  private static final int QUICK_SHARE = 8;

  /** Adapters in one batch. */
  private static final int MIXED = 8;

  public WorkList {
    works = List.copyOf(works);
  }

  /**
   * A work on one host.
   *
   * @param model the name of a known shape
   * @param device that it is meant for: cpu or gpu
   */
  public record Entry(
      String name,
      String model,
      String method,
      Figure.Work work,
      Figure.Head head,
      List<Figure.Arm> arms,
      List<Size> sizes,
      String device) {
    public Entry {
      arms = List.copyOf(arms);
      sizes = List.copyOf(sizes);
    }

    /** The same with small batches, which shows that it can be run and nothing else. */
    public Entry quick() {
      return with(
          arms,
          sizes.stream()
              .map(
                  size ->
                      new Size(
                          Math.max(1, size.rows() / QUICK_SHARE),
                          Math.max(2, size.length() / QUICK_SHARE)))
              .toList());
    }

    /** With other arms and sizes. */
    public Entry with(List<Figure.Arm> others, List<Size> batches) {
      return new Entry(name, model, method, work, head, others, batches, device);
    }

    /**
     * Its figures, size by size.
     *
     * @param folder of the model's weights
     */
    List<Figure> figures(String folder) {
      return sizes.stream()
          .flatMap(
              size ->
                  arms.stream()
                      .map(
                          arm ->
                              new Figure(
                                  folder,
                                  method,
                                  work,
                                  head,
                                  arm,
                                  arm == Figure.Arm.MIXED ? MIXED : 1,
                                  size)))
          .toList();
    }
  }

  /** All that there are. */
  public static WorkList all() {
    try (InputStream in = WorkList.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + FILE + " is missing");
      }
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), WorkList.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that are meant for a device. */
  public List<Entry> on(String device) {
    String kind = device.startsWith("gpu") ? "gpu" : "cpu";
    return works.stream().filter(work -> work.device().equals(kind)).toList();
  }

  /**
   * Those of these names, on whatever device.
   *
   * @throws GraftException if there is none of a name
   */
  public List<Entry> named(List<String> names) {
    return names.stream().map(this::named).toList();
  }

  private Entry named(String name) {
    List<String> all = works.stream().map(Entry::name).toList();
    return works.stream()
        .filter(work -> work.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input("There is no work '%s'.%s", name, Names.didYouMean(name, all))
                    .expected("%s", String.join(", ", all)));
  }

  /**
   * The figures of works.
   *
   * @param folder where the weights of a shape are
   * @throws GraftException if there are none
   */
  public static List<Figure> figures(List<Entry> works, UnaryOperator<String> folder) {
    if (works.stream().allMatch(work -> work.arms().isEmpty())) {
      throw GraftException.input("The works %s have none of the arms.", names(works))
          .remedy("leave --arms out, or name other works");
    }
    return works.stream()
        .flatMap(work -> work.figures(folder.apply(work.model())).stream())
        .toList();
  }

  private static String names(List<Entry> works) {
    return works.stream().map(Entry::name).collect(Collectors.joining(", "));
  }
}
