package dev.graft.harness.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.cli.Command;
import dev.graft.hub.HubModel;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class DownloadProgressTest {
  private static final HubModel MODEL = HubModel.parse("hf:org/name@v1");

  private static String shown(boolean isInteractive) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Command.terminal(err, isInteractive);
    try (DownloadProgress downloading = new DownloadProgress(terminal)) {
      downloading.progressed(MODEL, 100_000_000, 400_000_000);
      downloading.progressed(MODEL, 400_000_000, 400_000_000);
    }
    return Command.text(err);
  }

  @Test
  void onAScreenABarGrows() {
    assertThat(shown(true).replace("\r\033[K", "\n>"))
        .isEqualTo(
            """

            >downloading org/name [#######                       ] 25% of 400.0 MB
            >downloading org/name [##############################] 100% of 400.0 MB
            >""");
  }

  @Test
  void elsewhereThereIsOneLine() {
    assertThat(shown(false)).isEqualTo("downloading org/name: 300.0 MB\n");
  }

  @Test
  void aHubThatDoesNotAnswerIsReported() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Command.terminal(err, true);
    try (DownloadProgress downloading = new DownloadProgress(terminal)) {
      downloading.unreachable(MODEL, "no connection");
    }
    assertThat(Command.text(err))
        .isEqualTo(
            "the hub does not answer (no connection); taking hf:org/name@v1 from the cache\n");
  }
}
