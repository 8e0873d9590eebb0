package dev.graft.harness.cli.options;

import dev.graft.files.Folders;
import dev.graft.harness.cli.terminal.DownloadProgress;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.model.Hosts;
import dev.graft.harness.wiring.Harness;
import dev.graft.host.HostShape;
import dev.graft.hub.Hub;
import dev.graft.hub.HubModel;
import dev.graft.hub.HubSnapshot;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --model}: which host is adapted. */
public final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "A folder, or hf:org/name[@revision] (default: all-MiniLM-L6-v2).")
  private Optional<String> model = Optional.empty();

  /** The model as it was named: a folder wherever this is started, or a name on the hub. */
  public String named(Harness harness) {
    return model.map(ModelOption::named).orElseGet(() -> embedded(harness));
  }

  /** The same of a model that was named elsewhere. */
  public static String named(String name) {
    return HubModel.isNamedBy(name) ? name : absolute(Path.of(name));
  }

  /** What names the same model in other processes and at other times: a commit of the hub. */
  public String pinned(Harness harness, Terminal terminal) {
    return pinned(named(harness), terminal);
  }

  /** The same of a model that was named elsewhere. */
  public static String pinned(String name, Terminal terminal) {
    return HubModel.isNamedBy(name) ? downloaded(name, terminal).model().toString() : name;
  }

  private static HubSnapshot downloaded(String name, Terminal terminal) {
    try (DownloadProgress progress = new DownloadProgress(terminal)) {
      return Hub.ofEnvironment(progress).download(HubModel.parse(name));
    }
  }

  /** The shape of a model that was named elsewhere, of which nothing else is downloaded. */
  public static HostShape shape(String name, Terminal terminal) {
    try (DownloadProgress progress = new DownloadProgress(terminal)) {
      return Hosts.named(name, progress);
    }
  }

  /** Where a model that was named elsewhere lies, after it was downloaded if need be. */
  public static Path folder(String name, Terminal terminal) {
    return HubModel.isNamedBy(name) ? downloaded(name, terminal).folder() : Folders.named(name);
  }

  /** The folder of the model that nobody needs to name. */
  public static String embedded(Harness harness) {
    return absolute(harness.embeddedModel().directory());
  }

  public static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }
}
