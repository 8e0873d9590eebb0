package dev.graft.harness.model;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.files.WeightFiles;
import dev.graft.host.HostShape;
import dev.graft.host.HostShapes;
import dev.graft.hub.Hub;
import dev.graft.hub.HubListener;
import dev.graft.hub.HubModel;
import dev.graft.transformer.TaskHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds hosts that are to be planned for: their shapes suffice. */
public final class Hosts {
  private static final int LABELS = 2;
  private static final int MOST_LABELS = 1_000_000;
  private static final String CONFIG = "config.json";

  private Hosts() {}

  /**
   * The host of a name.
   *
   * @param name one of {@link HostShapes}, a folder with at least {@code config.json}, or {@code
   *     hf:org/name}, of which nothing but that is downloaded
   * @throws GraftException if it is none of these
   */
  public static HostShape named(String name, HubListener listener) {
    if (HubModel.isNamedBy(name)) {
      return HostShape.of(Hub.ofEnvironment(listener).configuration(HubModel.parse(name)));
    }
    if (HostShapes.names().contains(name)) {
      return HostShapes.named(name);
    }
    Path folder = Folders.named(name);
    if (!Files.isRegularFile(folder.resolve(CONFIG))) {
      String found =
          Files.isDirectory(folder) ? "a folder without " + CONFIG : Folders.kind(folder);
      throw GraftException.input(
              "There is neither a model's folder nor a shape '%s'.%s",
              name, Names.didYouMean(name, HostShapes.names()))
          .expected(
              "a folder with %s, hf:org/name, or a shape: %s",
              CONFIG, String.join(", ", HostShapes.names()))
          .found(found);
    }
    if (WeightFiles.find(file -> Files.exists(folder.resolve(file))).isEmpty()) {
      return HostShape.of(JsonFile.read(folder.resolve(CONFIG)));
    }
    ModelDirectory directory = ModelDirectory.open(folder);
    return HostShape.of(directory.config(), directory.tensors().names());
  }

  /**
   * The head that a plan is for.
   *
   * @param labels how many classes, 1 for a score; if absent the language-model head where the host
   *     has one, and otherwise two classes
   * @throws GraftException if there can't be so many
   */
  public static TaskHead head(HostShape host, Optional<Integer> labels) {
    if (labels.isEmpty() && host.isLanguageModel()) {
      return TaskHead.languageModel(host);
    }
    int classes = labels.orElse(LABELS);
    if (classes < 1 || classes > MOST_LABELS) {
      throw GraftException.input("A head can't have %d labels.", classes)
          .expected("a number from 1, which stands for a score, to %d", MOST_LABELS);
    }
    return TaskHead.forHost(
        host,
        classes == 1
            ? List.of()
            : IntStream.range(0, classes).mapToObj(i -> "LABEL_" + i).toList());
  }
}
