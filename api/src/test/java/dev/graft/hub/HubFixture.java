package dev.graft.hub;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorSource;
import dev.graft.testing.HubServer;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A hub with a tiny model, an empty cache, and what its listener was told. */
final class HubFixture implements HubListener, AutoCloseable {
  static final HubModel MODEL = HubModel.parse("hf:" + HubServer.ID);

  /** A machine may be slow; only a transfer that is made to stall may seem to. */
  private HubTransfer.Retry retry =
      new HubTransfer.Retry(3, Duration.ofMillis(1), Duration.ofMinutes(5));

  final HubServer server = new HubServer();
  final Path home;
  final Path written;
  final List<String> told = new ArrayList<>();
  private final Map<String, String> environment;

  HubFixture(Path folder) throws IOException {
    home = folder.resolve("home");
    written = TinyModel.write(folder.resolve("written"), true);
    environment = new HashMap<>(server.environment(home));
    server
        .small(".gitattributes", "*.safetensors filter=lfs\n")
        .small("config.json", Files.readString(written.resolve("config.json")))
        .small("tokenizer.json", "{}")
        .small("README.md", "# Tiny")
        .large("model.safetensors", writtenWeights())
        .large("pytorch_model.bin", new byte[] {1, 2, 3});
  }

  HubFixture set(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Has the server fall silent in the middle of files, and the hub not wait for it. */
  void stall() {
    server.stall(true);
    retry = new HubTransfer.Retry(3, Duration.ofMillis(1), Duration.ofSeconds(1));
  }

  HubSnapshot download() {
    return download(MODEL);
  }

  HubSnapshot download(HubModel model) {
    return new Hub(HubSettings.of(environment), this, retry).download(model);
  }

  /** A hub whose listener may be called by several threads. */
  Hub silent() {
    return new Hub(HubSettings.of(environment), NONE, retry);
  }

  byte[] writtenWeights() throws IOException {
    return Files.readAllBytes(written.resolve("model.safetensors"));
  }

  List<TensorData> writtenTensors() {
    TensorSource written = ModelDirectory.open(this.written).tensors();
    return written.names().stream().map(name -> TensorData.of(written, name)).toList();
  }

  /** The entries of an index that puts all tensors into one shard. */
  String weightMap(String shard) {
    return ModelDirectory.open(written).tensors().names().stream()
        .map(tensor -> "\"%s\": \"%s\"".formatted(tensor, shard))
        .collect(Collectors.joining(", "));
  }

  Path cache() {
    return home.resolve("hub");
  }

  Path model() {
    return cache().resolve("models--tiny--bert");
  }

  Path blob(String name) {
    return model().resolve("blobs").resolve(server.etag(name));
  }

  /** The weights as an earlier try may have left them. */
  Path partial() {
    return blob("model.safetensors")
        .resolveSibling(blob("model.safetensors").getFileName() + ".graft.incomplete");
  }

  /** The requests since the last call, as METHOD path, with the range if there was one. */
  List<String> asked() {
    List<String> asked =
        server.requests().stream()
            .map(
                r ->
                    (r.isStore() ? "store " : "")
                        + r.method()
                        + " "
                        + r.path().replace(HubServer.COMMIT, "COMMIT")
                        + r.range().map(range -> " " + range).orElse(""))
            .toList();
    server.requests().clear();
    return asked;
  }

  @Override
  public void progressed(HubModel model, long bytes, long total) {
    told.add(bytes + "/" + total);
  }

  @Override
  public void unreachable(HubModel cached, String reason) {
    told.add(cached + " unreachable: " + reason);
  }

  @Override
  public void close() {
    server.close();
  }
}
