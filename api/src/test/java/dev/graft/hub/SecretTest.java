package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No text that is made of a request or its failure holds a token or a password. */
final class SecretTest {
  private static final String TOKEN = "hf_t0ken";

  /** user:p4ssword, as it is sent. */
  private static final String SENT = "dXNlcjpwNHNzd29yZA==";

  @TempDir Path folder;
  private HubFixture hub;

  @BeforeEach
  void start() throws IOException {
    hub = new HubFixture(folder);
    hub.set("HF_TOKEN", TOKEN);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {200, 201, 206, 300, 302, 308, 400, 401, 403, 404, 407, 416, 429, 451, 500, 503})
  void aHubThatTellsThemIsNotRepeated(int status) {
    for (String part : List.of("/api/", "/resolve/")) {
      for (String location : List.of("ftp://localhost/", "http://[/")) {
        Map<String, String> headers =
            Map.of(
                "X-Error-Code",
                status % 2 == 0 ? "GatedRepo" : TOKEN,
                "X-Error-Message",
                "not for " + TOKEN,
                "Location",
                location + TOKEN,
                "ETag",
                TOKEN,
                "Content-Range",
                TOKEN);
        hub.server.refuse(part, status, headers, TOKEN);
        assertHidden(hub::download);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 404, 407, 500})
  void aProxyThatTellsThemIsNotRepeated(int status) {
    hub.set("HF_ENDPOINT", "http://hub.test");
    hub.set("HTTP_PROXY", hub.server.endpoint().replace("//", "//user:p4ssword@"));
    hub.server.refuse(
        status,
        Map.of("Location", "ftp://x/" + SENT, "X-Error-Message", "no user:p4ssword " + SENT),
        "p4ssword");

    assertHidden(hub::download);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf_t0ken\nhf_t0ken",
        "hf_t0ken\r\n X: y",
        "\u201chf_t0ken\u201d",
        "hf_t0ken hf_t0ken",
        "hf_t0ken\u00e9",
        "hf_t0ken\0x",
        "Bearer hf_t0ken"
      })
  void oneThatCannotBeSentIsNotShown(String token) {
    hub.set("HF_TOKEN", token);

    assertHidden(hub::download);
    assertThat(hub.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socks5://user:p4ssword@localhost:1", "http://user:p4ss/p4ssword@localhost:1",
        "user:p4ssword@@localhost:99999", "http://user:p4ssword@host name:1",
        "http://user:%zzp4ssword@x:1", "http://user:p4ssword@localhost:1"
      })
  void aProxysAddressIsShownWithoutThem(String proxy) {
    hub.set("HF_ENDPOINT", "http://hub.test").set("HTTP_PROXY", proxy);

    assertHidden(hub::download);
  }

  @Test
  void theEndpointIsShownWithoutThem() {
    hub.set("HF_ENDPOINT", "https://user:p4ssword@hub.test/x?token=hf_t0ken");

    assertHidden(hub::download);
  }

  @Test
  void aTokenIsSentToItsHubAlone() {
    hub.download();

    assertThat(hub.server.requests()).anyMatch(request -> request.isStore());
    assertThat(hub.server.requests())
        .allMatch(request -> request.isStore() == request.authorization().isEmpty());
  }

  @Test
  void settingsDoNotShowThem() {
    HubSettings settings =
        HubSettings.of(Map.of("HF_TOKEN", TOKEN, "HTTP_PROXY", "http://user:p4ssword@localhost:1"));

    assertThat(settings.toString()).doesNotContain(TOKEN, "p4ssword");
    assertThat(settings.token().toString()).doesNotContain(TOKEN);
  }

  private static void assertHidden(Runnable download) {
    StringWriter trace = new StringWriter();
    try {
      download.run();
    } catch (RuntimeException e) {
      e.printStackTrace(new PrintWriter(trace));
    }
    assertThat(trace.toString())
        .contains("GraftException")
        .doesNotContain("t0ken", "p4ssword", SENT);
  }
}
