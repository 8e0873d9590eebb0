package dev.graft.harness.bench;

import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.testing.ErrorTexts;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Other sides that are none. */
public final class PeerErrors {
  private static final Request REQUEST =
      new Request(
          "model",
          List.of(),
          Figure.Work.FORWARD,
          Figure.Head.CLASSES,
          Figure.Arm.BASE,
          "float32",
          "cpu",
          List.of(),
          0);

  private static final String HANGING = "sleep 120; true";

  private PeerErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) {
    errors.add("Another side that is not there", () -> ask(folder, folder + "/none"));
    errors.add("Another side that ends", () -> ask(folder, "true"));
    errors.add("Another side that hangs", () -> ask(folder, "sh", "-c", HANGING));
    errors.add(
        "Another side that ends for a reason",
        () -> ask(folder, "sh", "-c", "echo \"KeyError: 'eagre'\" >&2; exit 1"));
    errors.add(
        "Bytes in use that are no number", () -> letGo(folder, answering("{\"allocated\":[]}")));
    errors.add("Another side that does not know what it is asked", () -> ask(folder, "yes"));
    errors.add(
        "Another side that can't go on",
        () -> ask(folder, "sh", "-c", "while read -r line; do echo '{\"error\":\"lost\"}'; done"));
    errors.add("Another side that answers without a value", () -> open(folder, answering("{}")));
    errors.add(
        "Another side that answers with words for numbers",
        () -> ask(folder, answering("{\"milliseconds\":[\"soon\"]}")));
    errors.add(
        "Another side that answers with too few times",
        () -> ask(folder, answering("{\"milliseconds\":[]}")));
  }

  private static String[] answering(String answer) {
    return new String[] {"sh", "-c", "while read -r line; do echo '" + answer + "'; done"};
  }

  private static void open(Path folder, String... command) {
    try (PeerSide peer = start(folder, command)) {
      peer.open(REQUEST);
    }
  }

  private static void letGo(Path folder, String... command) {
    try (PeerSide peer = start(folder, command)) {
      peer.letGo();
    }
  }

  private static PeerSide start(Path folder, String... command) {
    double limit = command[command.length - 1].equals(HANGING) ? 0.001 : 1;
    BenchSpec spec =
        new BenchSpec(
            List.of(),
            "cpu",
            Precision.FLOAT32,
            Device.Capture.OFF,
            List.of(command),
            List.of("eager"),
            1,
            limit,
            1);
    return PeerSide.start(spec, "eager", folder.resolve("peer.log"), Set.of("OMP_WAIT_POLICY"));
  }

  private static void ask(Path folder, String... command) {
    try (PeerSide peer = start(folder, command)) {
      peer.passes(1);
    }
  }
}
