package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubSettingsTest {
  @TempDir Path folder;

  @Test
  void withoutVariablesTheHubIsTheRealOneAndTheCacheLiesInTheHome() {
    HubSettings settings = HubSettings.of(Map.of());

    assertThat(settings.endpoint()).hasToString("https://huggingface.co");
    assertThat(settings.cache())
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache", "huggingface", "hub"));
    assertThat(settings.offline()).isFalse();
  }

  @Test
  void theCacheIsTheMostParticularOfWhatIsSet() {
    assertThat(cache("XDG_CACHE_HOME", "/x")).isEqualTo(Path.of("/x/huggingface/hub"));
    assertThat(cache("XDG_CACHE_HOME", "/x", "HF_HOME", "/h")).isEqualTo(Path.of("/h/hub"));
    assertThat(cache("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/o")).isEqualTo(Path.of("/o"));
    assertThat(cache("HUGGINGFACE_HUB_CACHE", "/o", "HF_HUB_CACHE", "/c")).isEqualTo(Path.of("/c"));
    assertThat(cache("HF_HOME", "~/h"))
        .isEqualTo(Path.of(System.getProperty("user.home"), "h", "hub"));
  }

  private static Path cache(String name, String value) {
    return HubSettings.of(Map.of(name, value)).cache();
  }

  private static Path cache(String name, String value, String other, String otherValue) {
    return HubSettings.of(Map.of(name, value, other, otherValue)).cache();
  }

  @Test
  void theTokenOfTheEnvironmentComesBeforeTheStoredOne() throws IOException {
    Map<String, String> home = Map.of("HF_HOME", folder.toString());
    assertThat(HubSettings.of(home).token()).isEmpty();

    Files.writeString(folder.resolve("token"), "hf_stored\n");
    assertThat(HubSettings.of(home).token().map(Secret::sent)).contains("hf_stored");

    Map<String, String> both = Map.of("HF_HOME", folder.toString(), "HF_TOKEN", " hf_given\n");
    assertThat(HubSettings.of(both).token().map(Secret::sent)).contains("hf_given");
    assertThat(HubSettings.of(both)).asString().doesNotContain("hf_given").contains("token set");
  }

  @Test
  void aStoredTokenIsNotSentIfTheUserForbidsIt() throws IOException {
    Files.writeString(folder.resolve("token"), "hf_stored");

    assertThat(
            HubSettings.of(
                    Map.of("HF_HOME", folder.toString(), "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"))
                .token())
        .isEmpty();
  }

  @Test
  void offlineIsWrittenAsHuggingFaceDoes() {
    for (String yes : new String[] {"1", "true", "YES", "On"}) {
      assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", yes)).offline()).as(yes).isTrue();
    }
    for (String no : new String[] {"0", "false", "", "2"}) {
      assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", no)).offline()).as(no).isFalse();
    }
    assertThat(HubSettings.of(Map.of("TRANSFORMERS_OFFLINE", "1")).offline()).isTrue();
  }

  @Test
  void anEndpointLosesTheSlashAtItsEnd() {
    assertThat(HubSettings.of(Map.of("HF_ENDPOINT", "http://mirror:8080/hub/")).endpoint())
        .hasToString("http://mirror:8080/hub");
  }
}
