package dev.graft.harness.cli.options;

import dev.graft.harness.cli.terminal.DownloadProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.wiring.Harness;
import dev.graft.hub.Hub;
import dev.graft.hub.HubModel;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --model}: which host is adapted. */
public final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A Hugging Face folder, or hf:org/name[@revision], which is downloaded (default:"
              + " all-MiniLM-L6-v2).")
  private Optional<String> model = Optional.empty();

  /** What names the same model in other processes and at other times: a commit of the hub. */
  public String pinned(Harness harness, Terminal terminal) {
    if (model.isEmpty()) {
      return absolute(harness.embeddedModel().directory());
    }
    String name = model.get();
    if (!HubModel.isNamedBy(name)) {
      return absolute(Path.of(name));
    }
    try (DownloadProgress progress = new DownloadProgress(terminal)) {
      return Hub.ofEnvironment(progress).download(HubModel.parse(name)).model().toString();
    }
  }

  public static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
