package dev.graft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Utils;
import dev.graft.testing.HubServer;
import dev.graft.testing.JavaProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies of the environment. The server of the hub is the proxy: the hub's name is unknown. */
final class HubProxyTest {
  private static final String UNKNOWN = "http://hub.test";
  private static final ProxySelector NO_PROPERTIES = ProxySelector.of(null);

  @TempDir private Path folder;
  private HubFixture hub;

  @BeforeEach
  void open() throws IOException {
    hub = new HubFixture(folder).set("HF_ENDPOINT", UNKNOWN);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @ParameterizedTest
  @CsvSource({"HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"})
  void theHubIsAskedThroughAProxyAndWhatNeedsNoneIsNot(String variable) {
    hub.set(variable, hub.server.endpoint().replace("http://", "http://joe:p%40ss+w%3Ard@"));

    assertThat(hub.download().folder().resolve("model.safetensors")).isNotEmptyFile();

    String password = "Basic " + base64("joe:p@ss+w:rd");
    assertThat(hub.server.requests())
        .allSatisfy(
            request -> {
              assertThat(request.authorization()).isEmpty();
              if (request.isStore()) {
                assertThat(request.proxyAuthorization()).isEmpty();
              } else {
                assertThat(request.proxyAuthorization()).contains(password);
              }
            })
        .extracting(HubServer.Request::isStore)
        .contains(true, false);
  }

  /** In a process of its own: Java reads once whether passwords may go through a tunnel. */
  @Test
  void anHttpsHubIsAskedThroughATunnelWithThePassword() throws Exception {
    try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ProcessBuilder builder = JavaProcess.of(HubTransferTest.Downloading.class);
      builder.environment().putAll(hub.server.environment(hub.home));
      builder.environment().put("HF_ENDPOINT", "https://hub.test");
      builder.environment().put("https_proxy", "joe:secret@localhost:" + proxy.getLocalPort());
      Process process = builder.redirectErrorStream(true).start();
      try (Socket client = proxy.accept()) {
        BufferedReader request =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        List<String> lines = request.lines().takeWhile(line -> !line.isEmpty()).toList();
        assertThat(lines.get(0)).isEqualTo("CONNECT hub.test:443 HTTP/1.1");
        assertThat(lines).contains("Proxy-Authorization: Basic " + base64("joe:secret"));
        client
            .getOutputStream()
            .write(
                "HTTP/1.1 407 Wrong\r\nProxy-Authenticate: Basic realm=a\r\nContent-Length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said)
          .contains("found: the proxy wants a user and a password that it knows (HTTP status 407)")
          .contains("through: the proxy http://localhost:" + proxy.getLocalPort())
          .doesNotContain("secret");
      assertThat(process.waitFor()).isNotZero();
    }
  }

  /** DJL opens addresses so where it loads the libraries of PyTorch. */
  @Test
  void whatDjlLoadsTakesTheSameProxies() throws IOException {
    ProxySelector before = ProxySelector.getDefault();
    ProxySelector.setDefault(
        new HubProxies(Map.of("http_proxy", hub.server.endpoint()), NO_PROPERTIES));
    try {
      assertThatThrownBy(() -> Utils.openUrl("http://djl.test/libtorch.so").close())
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(UnknownHostException.class);
    } finally {
      ProxySelector.setDefault(before);
    }
    assertThat(hub.server.requests()).hasSize(1);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://hub.example.com | hub.example.com             | true",
        "https://hub.example.com | HUB.Example.com.            | true",
        "https://hub.example.com | example.com                 | true",
        "https://hub.example.com | .example.com                | true",
        "https://example.com     | .example.com                | true",
        "https://myexample.com   | example.com                 | false",
        "https://example.com     | hub.example.com             | false",
        "https://hub.example.com | other, .example.com         | true",
        "https://hub.example.com | other .example.com          | true",
        "https://hub.example.com | *                           | true",
        "https://hub.example.com | hub.example.com:443         | true",
        "https://hub.example.com | example.com:8443            | false",
        "http://hub.example.com:8443 | .example.com:8443       | true",
        "http://127.0.0.1:80     | 127.0.0.1                   | true",
        "http://127.0.0.1        | 0.0.1                       | false",
        "http://[::1]:80         | ::1                         | true",
        "http://[::1]:80         | [::1]:80                    | true",
        "http://[::1]:80         | [::1]:81                    | false",
        "http://localhost        | ''                          | false",
      })
  void whatNeedsNoProxyIsNamedAsForCurl(String uri, String noProxy, boolean isExempt) {
    Map<String, String> environment = Map.of("ALL_PROXY", "proxy:3128", "NO_PROXY", noProxy);
    assertThat(proxy(environment, uri).isEmpty()).isEqualTo(isExempt);
  }

  @ParameterizedTest
  @CsvSource({
    "proxy, http://proxy:1080",
    "http://proxy.example:3128, http://proxy.example:3128",
    "HTTP://proxy:80/, http://proxy:80",
    "user:secret@proxy:80, http://proxy:80",
    "http://[::1]:3128, http://[::1]:3128",
  })
  void anAddressIsReadAsByCurl(String address, String read) {
    assertThat(proxy(Map.of("HTTPS_PROXY", address), "https://hub.test")).isEqualTo(read);
  }

  @Test
  void theNameInLowerCaseAndThatOfTheSchemeComeFirst() {
    Map<String, String> environment = new HashMap<>();
    environment.put("ALL_PROXY", "last");
    assertThat(proxy(environment, "https://hub.test")).isEqualTo("http://last:1080");
    environment.put("HTTPS_PROXY", "second");
    assertThat(proxy(environment, "https://hub.test")).isEqualTo("http://second:1080");
    environment.put("https_proxy", "first");
    assertThat(proxy(environment, "https://hub.test")).isEqualTo("http://first:1080");
    assertThat(proxy(environment, "http://hub.test")).isEqualTo("http://last:1080");
    environment.put("https_proxy", " ");
    assertThat(proxy(environment, "https://hub.test")).isEqualTo("http://second:1080");
  }

  @Test
  void whatJavaWasToldComesBeforeTheEnvironment() {
    ProxySelector told = ProxySelector.of(InetSocketAddress.createUnresolved("told", 1));
    HubProxies proxies = new HubProxies(Map.of("HTTPS_PROXY", "proxy"), told);

    assertThat(proxies.select(URI.create("https://hub.test")))
        .extracting(Proxy::address)
        .asString()
        .contains("told");
  }

  /** Its address, or nothing. */
  private static String proxy(Map<String, String> environment, String uri) {
    return new HubProxies(environment, NO_PROPERTIES)
        .of(URI.create(uri))
        .map(HubProxy::toString)
        .orElse("");
  }
}
