package dev.graft.checkpoint;

import static dev.graft.checkpoint.HubFixture.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.api.GraftException;
import dev.graft.api.GraftException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubErrorsTest {
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

  private void assertFails(HubModel model, Kind kind, String text) {
    assertThatThrownBy(() -> hub.download(model))
        .isInstanceOfSatisfying(GraftException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessage(text);
  }

  @Test
  void aGatedModelIsAnErrorThatAsksForAToken() {
    hub.server.refuse(
        403,
        Map.of("X-Error-Code", "GatedRepo", "X-Error-Message", "Access to model is restricted."),
        "");

    assertFails(
        MODEL,
        Kind.INPUT,
        """
        hf:tiny/bert may not be read: its authors grant access one by one.
        Expected: a token, which the environment variable HF_TOKEN holds.
        Found: HTTP status 403 (Access to model is restricted.) for \
        %1$s/api/models/tiny/bert/revision/main.
        Ask for access at %1$s/tiny/bert, and set HF_TOKEN to a token that may read the model."""
            .formatted(hub.server.endpoint()));

    hub.set("HF_TOKEN", "hf_secret");
    assertThatThrownBy(hub::download)
        .hasMessageContaining("Expected: a token of an account that has been granted access.\n")
        .hasMessageNotContaining("hf_secret");
  }

  @Test
  void aModelThatNeedsATokenOrDoesNotExistIsAnError() {
    hub.server.refuse(401, Map.of("X-Error-Code", "RepoNotFound"), "");

    assertFails(
        MODEL,
        Kind.INPUT,
        """
        hf:tiny/bert can't be read: there is no such model, or it is private or gated.
        Expected: a public model, or a token in the environment variable HF_TOKEN.
        Found: HTTP status 401 for %s/api/models/tiny/bert/revision/main.
        Check the name, or set HF_TOKEN to a token that may read the model."""
            .formatted(hub.server.endpoint()));

    hub.set("HF_TOKEN", "hf_secret");
    assertThatThrownBy(hub::download)
        .hasMessageContaining("Expected: a valid token that may read the model.\n");
  }

  @Test
  void aRevisionThatDoesNotExistIsAnError() {
    hub.server.refuse(404, Map.of("X-Error-Code", "RevisionNotFound"), "");

    assertFails(
        MODEL.at("v7"),
        Kind.INPUT,
        """
        hf:tiny/bert has no revision 'v7'.
        Expected: a branch, a tag or a whole commit hash.
        Found: HTTP status 404 for %1$s/api/models/tiny/bert/revision/v7.
        See the branches and commits at %1$s/tiny/bert."""
            .formatted(hub.server.endpoint()));
  }

  @Test
  void aModelThatDoesNotExistIsAnErrorThatSaysWhatWasAsked() {
    assertFails(
        HubModel.parse("hf:tiny/none"),
        Kind.INPUT,
        """
        hf:tiny/none was not found on the hub.
        Expected: a model's repository at %1$s/tiny/none.
        Found: HTTP status 404 for %1$s/api/models/tiny/none/revision/main.
        Check the name and the revision."""
            .formatted(hub.server.endpoint()));
  }

  @Test
  void anAnswerOfSomethingElseIsAnError() {
    hub.server.refuse(200, Map.of(), "<html>Please log in</html>\n");

    assertFails(
        MODEL,
        Kind.INPUT,
        """
        %s/api/models/tiny/bert/revision/main is not what a Hugging Face hub answers.
        Expected: a commit and its files.
        Found: <html>Please log in</html>.
        Check HF_ENDPOINT, and that no proxy or login page stands in between."""
            .formatted(hub.server.endpoint()));
  }

  @Test
  void aHubThatCannotBeReachedIsAFailureOfTheMachine() {
    hub.set("HF_ENDPOINT", "http://localhost:1");

    assertFails(
        MODEL,
        Kind.MACHINE,
        """
        The hub can't be reached for hf:tiny/bert.
        Expected: an answer of http://localhost:1, or the model in the cache %s.
        Found: no connection.
        Check the network; behind a proxy, give Java -Dhttps.proxyHost and -Dhttps.proxyPort. \
        Elsewhere downloaded, the cache can be copied here."""
            .formatted(hub.cache()));
  }

  @Test
  void aHostThatHasNoAddressIsAFailureOfTheMachine() {
    hub.set("HF_ENDPOINT", "http://nowhere.invalid");

    assertThatThrownBy(hub::download)
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MACHINE))
        .hasMessageContaining("Found: the host's name is not known.\n");
  }

  @Test
  void redirectsWithoutEndAreAnError() {
    hub.server.refuse(302, Map.of("Location", "/again"), "");

    assertThatThrownBy(hub::download).hasMessageContaining("Found: more than 10 redirects from ");
  }

  @Test
  void offlineAModelThatIsNotCachedIsAnError() {
    hub.set("HF_HUB_OFFLINE", "1");

    assertFails(
        MODEL,
        Kind.INPUT,
        """
        hf:tiny/bert is not in the cache, and HF_HUB_OFFLINE forbids to download it.
        Expected: config.json and all weights of the revision in %s.
        Found: no such folder.
        Unset HF_HUB_OFFLINE, or copy the cache from where the model was downloaded."""
            .formatted(hub.model()));
    assertThat(hub.asked()).isEmpty();
  }

  @Test
  void offlineAModelThatLacksItsWeightsIsNotCached() throws IOException {
    HubSnapshot snapshot = hub.download();
    Files.delete(snapshot.folder().resolve("model.safetensors"));
    hub.set("HF_HUB_OFFLINE", "1");

    assertThatThrownBy(hub::download)
        .hasMessageStartingWith("hf:tiny/bert is not in the cache")
        .hasMessageContaining("Found: not all of them.\n");
  }

  @Test
  void aModelOfPicklesAloneIsRefusedBeforeTheyAreLoaded() {
    hub.server.remove("model.safetensors");
    hub.server.small("config.json", "{\"architectures\": [\"BertForMaskedLM\"]}");

    assertFails(
        MODEL,
        Kind.INPUT,
        """
        hf:tiny/bert has no model.safetensors.
        Expected: a model's repository, with config.json and model.safetensors.
        Found: .gitattributes, README.md, config.json, pytorch_model.bin, tokenizer.json.
        Pickled weights are never read, since they can run code. Convert them once, in Python:
          from transformers import BertForMaskedLM, AutoTokenizer
          BertForMaskedLM.from_pretrained("tiny/bert", revision="main").save_pretrained("bert")
          AutoTokenizer.from_pretrained("tiny/bert", revision="main").save_pretrained("bert")
        Then give the folder bert.""");
    assertThat(hub.asked()).noneMatch(request -> request.contains("pytorch_model"));
  }

  @Test
  void anAdapterIsNoModel() {
    hub.server.remove("config.json");
    hub.server.small("adapter_config.json", "{}");

    assertThatThrownBy(hub::download)
        .hasMessageStartingWith("hf:tiny/bert has no config.json.\n")
        .hasMessageEndingWith("\nIt holds an adapter: give the model that this was made for.");
  }

  @Test
  void aShardThatTheRepositoryLacksIsAnError() {
    hub.server.remove("model.safetensors");
    hub.server.small(
        "model.safetensors.index.json", "{\"weight_map\": {\"a\": \"model-1.safetensors\"}}");

    assertThatThrownBy(hub::download)
        .hasMessageStartingWith("hf:tiny/bert has no model-1.safetensors.\n");
  }

  @Test
  void anIndexThatNamesAPickleIsRefused() {
    hub.server.remove("model.safetensors");
    hub.server.small(
        "model.safetensors.index.json", "{\"weight_map\": {\"a\": \"pytorch_model.bin\"}}");

    assertThatThrownBy(hub::download)
        .hasMessageContaining("Expected: the name of a safetensors file in the same folder.\n");
    assertThat(hub.asked()).noneMatch(request -> request.contains("pytorch_model"));
  }

  @Test
  void aDiskWithoutRoomIsAnErrorBeforeAnythingIsLoaded() {
    hub.server.announce("model.safetensors", 1L << 58);

    assertThatThrownBy(hub::download)
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MACHINE))
        .hasMessageMatching(
            """
            The disk has no room for hf:tiny/bert@\\w{40}\\.
            Expected: 288,230,376,152 MB in %s\\.
            Found: [0-9,]+ MB\\.
            Make room, or choose another folder by the environment variable HF_HOME\\."""
                .formatted(hub.cache()));
    assertThat(hub.asked()).noneMatch(request -> request.startsWith("store"));
  }

  @Test
  void aCacheThatCannotBeWrittenIsAFailureOfTheMachine() throws IOException {
    Files.writeString(hub.home, "a file in the way");

    assertThatThrownBy(hub::download)
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(Kind.MACHINE))
        .hasMessageStartingWith("The hub's cache %s can't be used: ".formatted(hub.cache()))
        .hasMessageEndingWith(
            """
            Check that the folder may be written and the disk has room, or choose another by the \
            environment variable HF_HOME.""");
  }
}
