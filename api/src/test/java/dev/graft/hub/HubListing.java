package dev.graft.hub;

import dev.graft.files.Folders;
import dev.graft.testing.HubServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Downloads what a server lists, into an empty cache, and does not try twice. */
public final class HubListing {
  private static final HubTransfer.Retry ONCE =
      new HubTransfer.Retry(1, Duration.ofMillis(1), Duration.ofSeconds(10));

  private HubListing() {}

  /**
   * Downloads the server's model.
   *
   * @param home of the cache, removed afterwards
   */
  public static void download(HubServer server, Path home) throws IOException {
    try {
      new Hub(HubSettings.of(server.environment(home)), HubListener.NONE, ONCE)
          .download(HubModel.parse("hf:" + HubServer.ID));
    } finally {
      Folders.delete(home);
    }
  }
}
