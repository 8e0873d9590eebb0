package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused is not loaded. */
final class HubRefusalsTest {
  @TempDir Path folder;
  private HubFixture hub;

  @BeforeEach
  void start() throws IOException {
    hub = new HubFixture(folder);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private void assertRefused() {
    assertThatThrownBy(hub::download).isInstanceOf(GraftException.class);
  }

  @Test
  void offlineNothingIsAskedFor() {
    hub.set("HF_HUB_OFFLINE", "1");

    assertRefused();
    assertThat(hub.asked()).isEmpty();
  }

  @Test
  void anIndexThatNamesAPickleIsRefused() {
    hub.server.remove("model.safetensors");
    hub.server.small(
        "model.safetensors.index.json", "{\"weight_map\": {\"a\": \"pytorch_model.bin\"}}");

    assertRefused();
    assertThat(hub.asked()).isNotEmpty().noneMatch(request -> request.contains("pytorch_model"));
  }

  @Test
  void aDiskWithoutRoomIsAnErrorBeforeAnythingIsLoaded() {
    hub.server.announce("model.safetensors", 1L << 58);

    assertRefused();
    assertThat(hub.asked()).isNotEmpty().noneMatch(request -> request.startsWith("store"));
  }
}
