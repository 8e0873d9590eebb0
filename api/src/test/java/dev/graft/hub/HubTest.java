package dev.graft.hub;

import static dev.graft.hub.HubFixture.MODEL;
import static dev.graft.testing.HubServer.COMMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.testing.HubServer;
import dev.graft.testing.TorchSave;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads over real connections into a real cache. */
final class HubTest {
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

  @Test
  void aModelIsDownloadedIntoTheLayoutOfHuggingFace() throws IOException {
    HubSnapshot snapshot = hub.download();

    assertThat(snapshot.model()).hasToString("hf:tiny/bert@" + COMMIT);
    assertThat(snapshot.folder()).isEqualTo(hub.model().resolve("snapshots").resolve(COMMIT));
    assertThat(hub.model().resolve("refs/main")).hasContent(COMMIT);
    for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
      Path file = snapshot.folder().resolve(name);
      assertThat(Files.readSymbolicLink(file))
          .isEqualTo(Path.of("..", "..", "blobs", hub.server.etag(name)));
      assertThat(file).hasBinaryContent(hub.server.contents(name));
    }
    assertThat(names(snapshot.folder()))
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    assertThat(names(hub.model())).containsExactly("blobs", "refs", "snapshots");
    assertThat(names(hub.model().resolve("blobs"))).hasSize(3);
    assertThat(names(hub.cache())).containsExactly(".locks", "models--tiny--bert");
    assertThat(ModelDirectory.open(snapshot.folder()).tensors().names())
        .isEqualTo(ModelDirectory.open(hub.written).tensors().names());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void onlyWhatIsNeededIsAskedFor() {
    hub.download();

    assertThat(hub.asked())
        .containsExactly(
            "GET /api/models/tiny/bert/revision/main",
            "HEAD /tiny/bert/resolve/COMMIT/config.json",
            "GET /tiny/bert/resolve/COMMIT/config.json",
            "HEAD /tiny/bert/resolve/COMMIT/tokenizer.json",
            "HEAD /tiny/bert/resolve/COMMIT/model.safetensors",
            "GET /tiny/bert/resolve/COMMIT/tokenizer.json",
            "GET /tiny/bert/resolve/COMMIT/model.safetensors",
            "store GET /model.safetensors");
  }

  @Test
  void theWeightsOfAQuantisedModelAreNotAskedFor() {
    hub.server.small(
        "config.json", "{\"model_type\": \"bert\", \"quantization_config\": {\"bits\": 4}}");

    assertThatThrownBy(() -> hub.download())
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("is quantised");
    assertThat(hub.asked()).noneMatch(request -> request.contains("model.safetensors"));
  }

  @Test
  void picklesAreTakenWhereThereAreNoSafetensors() {
    Path pickle = TorchSave.write(hub.written.resolve("pytorch_model.bin"), hub.writtenTensors());
    hub.server.remove("model.safetensors");
    hub.server.large("pytorch_model.bin", bytes(pickle));

    HubSnapshot snapshot = hub.download();

    assertThat(Fingerprint.of(ModelDirectory.open(snapshot.folder()).tensors()))
        .isEqualTo(Fingerprint.of(ModelDirectory.open(hub.written).tensors()));
    hub.asked();
    assertThat(hub.download(snapshot.model())).isEqualTo(snapshot);
    hub.set("HF_HUB_OFFLINE", "1");
    assertThat(hub.download()).isEqualTo(snapshot);
    assertThat(hub.asked()).isEmpty();
  }

  @Test
  void shardsOfPicklesAreFoundByTheirIndex() {
    TorchSave.writeShards(hub.written, List.of(hub.writtenTensors()));
    hub.server.remove("model.safetensors");
    hub.server.remove("pytorch_model.bin");
    hub.server
        .large(
            "pytorch_model-00001-of-00001.bin",
            bytes(hub.written.resolve("pytorch_model-00001-of-00001.bin")))
        .small(
            "pytorch_model.bin.index.json",
            new String(bytes(hub.written.resolve("pytorch_model.bin.index.json")), UTF_8));

    HubSnapshot snapshot = hub.download();

    assertThat(Fingerprint.of(ModelDirectory.open(snapshot.folder()).tensors()))
        .isEqualTo(Fingerprint.of(ModelDirectory.open(hub.written).tensors()));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theConfigurationAloneNeedsNoWeights() {
    hub.server.remove("model.safetensors");

    assertThat(hub.silent().configuration(MODEL).requireString("model_type")).isEqualTo("bert");
    assertThat(hub.asked())
        .containsExactly(
            "GET /api/models/tiny/bert/revision/main",
            "HEAD /tiny/bert/resolve/COMMIT/config.json",
            "GET /tiny/bert/resolve/COMMIT/config.json");

    hub.silent().configuration(MODEL.at(COMMIT));
    assertThat(hub.asked()).isEmpty();

    hub.set("HF_HUB_OFFLINE", "1");
    assertThat(hub.silent().configuration(MODEL).requireString("model_type")).isEqualTo("bert");
    assertThatThrownBy(hub::download)
        .hasMessageStartingWith("hf:tiny/bert is not in the cache, and HF_HUB_OFFLINE forbids");
  }

  @Test
  void aDownloadTellsHowItGetsOn() {
    hub.download();

    int all = 2 + hub.server.contents("model.safetensors").length;
    assertThat(hub.told).startsWith("0/" + all).contains("2/" + all).endsWith(all + "/" + all);
  }

  @Test
  void aModelThatIsThereIsOnlyLookedUp() {
    hub.download();
    hub.asked();
    hub.told.clear();

    hub.download();

    assertThat(hub.asked()).containsExactly("GET /api/models/tiny/bert/revision/main");
    assertThat(hub.told).isEmpty();
  }

  @Test
  void aCommitThatIsThereNeedsNoHub() {
    HubSnapshot first = hub.download();
    hub.asked();

    assertThat(hub.download(first.model())).isEqualTo(first);
    assertThat(hub.asked()).isEmpty();
  }

  @Test
  void aRevisionMayHaveSlashes() {
    hub.download(MODEL.at("refs/pr/1"));

    assertThat(hub.asked()).startsWith("GET /api/models/tiny/bert/revision/refs%2Fpr%2F1");
    assertThat(hub.model().resolve("refs/refs/pr/1")).hasContent(COMMIT);
  }

  @Test
  void offlineTheCacheIsUsedAsItIs() {
    HubSnapshot first = hub.download();
    hub.asked();

    hub.set("HF_HUB_OFFLINE", "1");

    assertThat(hub.download()).isEqualTo(first);
    assertThat(hub.download(MODEL.at(COMMIT))).isEqualTo(first);
    assertThat(hub.asked()).isEmpty();
  }

  @Test
  void aCacheThatHuggingFaceFilledIsUsed() throws IOException {
    Path blobs = Files.createDirectories(hub.model().resolve("blobs"));
    Path shared = Files.createDirectories(hub.cache().resolve("blobs").resolve("ab"));
    Path snapshot = Files.createDirectories(hub.model().resolve("snapshots").resolve(COMMIT));
    Files.createDirectories(hub.model().resolve("refs"));
    Files.createDirectories(hub.model().resolve(".no_exist").resolve(COMMIT));
    Files.writeString(hub.model().resolve("refs/main"), COMMIT);
    for (String name : List.of("config.json", "model.safetensors")) {
      String etag = hub.server.etag(name);
      if (name.equals("config.json")) {
        Files.write(blobs.resolve(etag), hub.server.contents(name));
      } else {
        // Newer versions keep large blobs once for all models.
        Files.write(shared.resolve("abcd"), hub.server.contents(name));
        Files.createSymbolicLink(blobs.resolve(etag), Path.of("..", "..", "blobs", "ab", "abcd"));
      }
      Files.createSymbolicLink(snapshot.resolve(name), Path.of("..", "..", "blobs", etag));
    }

    hub.set("HF_HUB_OFFLINE", "1");
    assertThat(ModelDirectory.open(hub.download().folder()).tensors().names())
        .isEqualTo(ModelDirectory.open(hub.written).tensors().names());
    assertThat(hub.asked()).isEmpty();

    hub.set("HF_HUB_OFFLINE", "0");
    hub.download();
    assertThat(hub.asked())
        .containsExactly(
            "GET /api/models/tiny/bert/revision/main",
            "HEAD /tiny/bert/resolve/COMMIT/tokenizer.json",
            "GET /tiny/bert/resolve/COMMIT/tokenizer.json");
  }

  @Test
  void theHubsTokenGoesToTheHubAlone() {
    hub.set("HF_TOKEN", "hf_secret").download();

    assertThat(hub.server.requests())
        .filteredOn(r -> !r.isStore())
        .hasSize(7)
        .extracting(HubServer.Request::authorization)
        .containsOnly(Optional.of("Bearer hf_secret"));
    assertThat(hub.server.requests())
        .filteredOn(HubServer.Request::isStore)
        .hasSize(1)
        .extracting(HubServer.Request::authorization)
        .containsOnly(Optional.empty());
  }

  @Test
  void aRenamedModelIsFollowedWithTheToken() {
    hub.set("HF_TOKEN", "hf_secret").server.rename("old-bert");

    HubSnapshot snapshot = hub.download(HubModel.parse("hf:old-bert"));

    assertThat(snapshot.folder())
        .isEqualTo(hub.cache().resolve("models--old-bert/snapshots").resolve(COMMIT));
    assertThat(hub.server.requests())
        .filteredOn(r -> !r.isStore())
        .extracting(HubServer.Request::authorization)
        .containsOnly(Optional.of("Bearer hf_secret"));
  }

  @Test
  void ifTheHubIsDownTheCacheIsTakenAndThatIsSaid() {
    hub.download();
    hub.told.clear();
    hub.server.refuse(503, Map.of(), "");

    HubSnapshot snapshot = hub.download();

    assertThat(snapshot.folder()).isEqualTo(hub.model().resolve("snapshots").resolve(COMMIT));
    assertThat(hub.told)
        .containsExactly(
            "hf:tiny/bert@%s unreachable: HTTP status 503 from localhost".formatted(COMMIT));
  }

  @Test
  void shardsAreFoundByTheirIndex() throws IOException {
    hub.server.remove("model.safetensors");
    byte[] weights = hub.writtenWeights();
    hub.server
        .small(
            "model.safetensors.index.json",
            "{\"weight_map\": {%s}}".formatted(hub.weightMap("model-00001-of-00001.safetensors")))
        .large("model-00001-of-00001.safetensors", weights)
        .large("model-00002-of-00002.safetensors", weights);

    HubSnapshot snapshot = hub.download();

    assertThat(ModelDirectory.open(snapshot.folder()).tensors().names())
        .isEqualTo(ModelDirectory.open(hub.written).tensors().names());
    assertThat(snapshot.folder().resolve("model-00002-of-00002.safetensors")).doesNotExist();
    hub.set("HF_HUB_OFFLINE", "1");
    assertThat(hub.download()).isEqualTo(snapshot);
  }
}
