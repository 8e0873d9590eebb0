package dev.graft.harness.latency.paper;

import dev.graft.files.JsonFile;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyArm;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.model.ShapeModel;
import dev.graft.host.HostShapes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a paper found of the latency of methods.
 *
 * @param source with the hardware
 * @param model the name of a known shape
 * @param table its table, by the size of the batch
 * @param figure the grid of a figure, of which the paper prints no numbers
 */
public record PublishedLatency(String source, String model, List<Entry> table, Grid figure) {
  private static final int QUICK_SHARE = 8;

  public PublishedLatency {
    table = List.copyOf(table);
  }

  /**
   * A column of the table.
   *
   * @param parameters of the adapters, as the paper says it
   * @param base the host alone, and with LoRA merged
   * @param arms with as many parameters
   */
  public record Entry(
      LatencySpec.Size size, String parameters, Published base, List<PublishedArm> arms) {
    public Entry {
      arms = List.copyOf(arms);
    }
  }

  /** A mean with its standard deviation. */
  public record Published(double milliseconds, double deviation) {}

  /**
   * An arm.
   *
   * @param name as the paper has it
   * @param stack as {@link dev.graft.methods.StackSpec} writes it
   * @param published absent where the paper has no number of it
   */
  public record PublishedArm(String name, String stack, Optional<Published> published) {}

  /** Every number of rows with every length and every stack. */
  public record Grid(List<Integer> rows, List<Integer> lengths, List<String> stacks) {
    public Grid {
      rows = List.copyOf(rows);
      lengths = List.copyOf(lengths);
      stacks = List.copyOf(stacks);
    }

    public List<LatencySpec.Size> sizes() {
      return LatencySpec.grid(rows, lengths);
    }

    public List<LatencyArm> arms() {
      return stacks.stream().map(LatencyArm::fresh).toList();
    }
  }

  /** LoRA's. */
  public static PublishedLatency lora() {
    String name = "lora.json";
    try (InputStream in = PublishedLatency.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing");
      }
      return Json.read(
          new String(in.readAllBytes(), StandardCharsets.UTF_8), PublishedLatency.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of all sizes of the table. */
  public List<LatencySpec.Size> sizes() {
    return table.stream().map(Entry::size).toList();
  }

  /** Of all columns of the table, each once. */
  public List<LatencyArm> arms() {
    return table.stream()
        .flatMap(entry -> entry.arms().stream())
        .map(PublishedArm::stack)
        .distinct()
        .map(LatencyArm::fresh)
        .toList();
  }

  /** The configuration of the model. */
  public JsonFile configuration() {
    return HostShapes.configuration(model);
  }

  /** The same with small batches, which shows that it can be run and nothing else. */
  public PublishedLatency quick() {
    return new PublishedLatency(
        source,
        model,
        table.stream()
            .map(
                entry ->
                    new Entry(quick(entry.size()), entry.parameters(), entry.base(), entry.arms()))
            .toList(),
        new Grid(List.of(1, 2), List.of(8, 16), figure.stacks()));
  }

  private static LatencySpec.Size quick(LatencySpec.Size size) {
    return new LatencySpec.Size(
        Math.max(1, size.rows() / QUICK_SHARE), size.length() / QUICK_SHARE);
  }

  /** The configuration of a model of the same kind with two narrow blocks. */
  public JsonFile quickConfiguration() {
    return ShapeModel.tiny(configuration());
  }
}
