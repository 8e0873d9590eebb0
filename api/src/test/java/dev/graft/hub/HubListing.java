package dev.graft.hub;

import dev.graft.files.Folders;
import dev.graft.testing.HubServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Downloads what a server lists, into an empty cache or out of one, and does not try twice. */
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
      fill(server, home);
    } finally {
      Folders.delete(home);
    }
  }

  /** Downloads the server's model into the cache of a home. */
  public static void fill(HubServer server, Path home) {
    download(server.environment(home));
  }

  /** Takes the server's model from the cache of a home, and asks nobody. */
  public static void cached(HubServer server, Path home) {
    Map<String, String> environment = new HashMap<>(server.environment(home));
    environment.put("HF_HUB_OFFLINE", "1");
    download(environment);
  }

  private static void download(Map<String, String> environment) {
    new Hub(HubSettings.of(environment), HubListener.NONE, ONCE)
        .download(HubModel.parse("hf:" + HubServer.ID));
  }
}
