package dev.graft.harness.bench;

import com.google.gson.JsonObject;
import dev.graft.GraftException;
import dev.graft.files.JsonText;
import dev.graft.harness.json.Json;
import dev.graft.methods.Methods;
import dev.graft.program.Device;
import dev.graft.program.Optimization;
import dev.graft.program.Precision;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * This library as the other side, in a process of its own: an optimisation is measured against its
 * absence. It reads and answers as {@code peer.py} among the tests' resources does.
 */
public final class GraftPeer implements AutoCloseable {
  /** The name of this side among commands. */
  static final String NAME = "graft";

  private static final String NOTHING = "none";

  private final Device.Capture capture;
  private Optional<Device> device = Optional.empty();
  private Optional<GraftSide> side = Optional.empty();

  private record Opened(List<Double> values) {}

  private record Timed(List<Double> milliseconds) {}

  private record Closed(Optional<Double> allocated) {}

  private GraftPeer(Device.Capture capture) {
    this.capture = capture;
  }

  /**
   * Refuses a way that there is not.
   *
   * @throws GraftException if it names an optimisation that is none
   */
  static void require(String way) {
    Optimization.leftOut(outside(way));
  }

  private static String outside(String way) {
    return way.equals(NOTHING) ? "" : way;
  }

  /**
   * The words that start one.
   *
   * @param way {@code none}, or what {@link Optimization#WITHOUT} takes
   * @param capture as this side captures
   */
  static List<String> command(String way, Device.Capture capture) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.add("-D%s=%s".formatted(Optimization.WITHOUT, outside(way)));
    words.addAll(List.of("-cp", System.getProperty("java.class.path"), GraftPeer.class.getName()));
    words.add(capture.name());
    return words;
  }

  /** Answers until there are no more requests. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    System.setOut(printer(FileDescriptor.err)); // whatever libraries print is no answer
    serve(Device.Capture.valueOf(args[0]), System.in, printer(FileDescriptor.out));
  }

  private static PrintStream printer(FileDescriptor stream) {
    return new PrintStream(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
  }

  private static void serve(Device.Capture capture, InputStream requests, PrintStream answers) {
    try (GraftPeer peer = new GraftPeer(capture);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(requests, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.println(Json.line(peer.answer(JsonText.parse(line).getAsJsonObject())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Record answer(JsonObject request) {
    if (request.has("open")) {
      Request open = Json.read(request.get("open").toString(), Request.class);
      return new Opened(side(open).open(open).values());
    }
    GraftSide opened = side.orElseThrow();
    return request.has("passes")
        ? new Timed(opened.passes(request.get("passes").getAsInt()))
        : new Closed(opened.letGo().value());
  }

  private GraftSide side(Request request) {
    if (side.isEmpty()) {
      device = Optional.of(Device.named(request.device().replace("cuda", "gpu")));
      device.get().captureGraphs(capture);
      side =
          Optional.of(
              new GraftSide(
                  device.get(),
                  Arrays.stream(Precision.values())
                      .filter(each -> each.toString().equals(request.precision()))
                      .findFirst()
                      .orElseThrow(),
                  Methods.installed(),
                  Path.of(""))); // it writes no adapters
    }
    return side.get();
  }

  @Override
  public void close() {
    side.ifPresent(GraftSide::close);
    device.ifPresent(Device::close);
  }
}
