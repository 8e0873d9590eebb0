package dev.graft.harness.bench;

import dev.graft.testing.ErrorTexts;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Other sides that are none. */
public final class PeerErrors {
  private PeerErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) {
    errors.add("Another side that is not there", () -> ask(folder, folder + "/none"));
    errors.add("Another side that ends", () -> ask(folder, "true"));
    errors.add("Another side that does not know what it is asked", () -> ask(folder, "yes"));
    errors.add(
        "Another side that can't go on",
        () -> ask(folder, "sh", "-c", "while read -r line; do echo '{\"error\":\"lost\"}'; done"));
  }

  private static void ask(Path folder, String... command) {
    try (PeerSide peer =
        PeerSide.start(
            List.of(command), "eager", folder.resolve("peer.log"), Set.of("OMP_WAIT_POLICY"))) {
      peer.passes(1);
    }
  }
}
