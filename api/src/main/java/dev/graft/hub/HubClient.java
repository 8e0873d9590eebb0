package dev.graft.hub;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import dev.graft.files.JsonText;
import dev.graft.files.WholeRecords;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** The hub's HTTP interface: what a revision holds, what a file is, and its contents. */
final class HubClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST_REDIRECTS = 10;

  /** Java sends passwords to no proxy on the way to https unless this is empty at its first use. */
  private static final String TUNNELLING = "jdk.http.auth.tunneling.disabledSchemes";

  private static final int PROXY_REFUSES = 407;

  private static final Gson LISTINGS =
      new GsonBuilder().registerTypeAdapterFactory(new WholeRecords()).create();

  private final HubSettings settings;
  private final HubErrors errors;
  private final HttpClient client;

  /** Bytes of a listing: of some hundred thousand files. */
  private static final int MOST_LISTED = 1 << 25;

  private final Duration stall;

  /**
   * A client that asks when it is asked.
   *
   * @param stall how long a listing may take to arrive
   */
  HubClient(HubSettings settings, Duration stall) {
    this.settings = settings;
    this.stall = stall;
    this.errors = new HubErrors(settings);
    if (settings.proxies().havePassword() && System.getProperty(TUNNELLING) == null) {
      System.setProperty(TUNNELLING, "");
    }
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE)
            .proxy(settings.proxies())
            .build();
  }

  /** What a revision is. */
  record Listing(String commit, List<String> files) {}

  private record Raw(String sha, List<Sibling> siblings) {}

  private record Sibling(String rfilename) {}

  /**
   * Resolves a revision.
   *
   * @throws IOException if the hub can't be reached, or can't answer for now
   */
  Listing listing(HubModel model) throws IOException {
    String revision = model.revision().replace("/", "%2F");
    URI uri = uri("/api/models/" + model.id() + "/revision/" + revision);
    String json = listed(send("GET", uri, 0, model, r -> false));
    Raw raw;
    try {
      raw = LISTINGS.fromJson(JsonText.parse(json), Raw.class);
    } catch (JsonParseException e) {
      raw = null;
    }
    if (raw == null || !HubModel.isCommit(raw.sha)) {
      throw errors.noHub(
          uri,
          "a commit and its files, in %s bytes at most".formatted(MOST_LISTED),
          json.lines().findFirst().orElse("nothing"));
    }
    return new Listing(raw.sha, raw.siblings.stream().map(Sibling::rfilename).sorted().toList());
  }

  /** A body that ends, in time and in size. */
  private String listed(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body();
        StallGuard guard = new StallGuard(body, stall)) {
      try {
        return new String(body.readNBytes(MOST_LISTED), StandardCharsets.UTF_8);
      } catch (IOException e) {
        if (guard.hasStalled()) {
          throw new IOException(
              "the list of files did not end in %s s".formatted(stall.toSeconds()), e);
        }
        throw e;
      }
    }
  }

  /** What a file is: large ones say so where the hub redirects to the store that has them. */
  HubFile describe(HubModel pinned, String name) throws IOException {
    URI uri = resolve(pinned, name);
    HttpResponse<InputStream> response =
        send("HEAD", uri, 0, pinned, r -> r.headers().firstValue("X-Linked-Etag").isPresent());
    response.body().close();
    String etag =
        header(response, "X-Linked-Etag", "ETag").replaceFirst("^W/", "").replaceAll("^\"|\"$", "");
    String size = header(response, "X-Linked-Size", "Content-Length");
    if (!HubFile.isChecksum(etag) || !size.matches("\\d{1,18}")) {
      throw errors.noHub(
          uri,
          "an ETag that is a checksum, and a size",
          "ETag '%s', size '%s'".formatted(etag, size));
    }
    return new HubFile(name, etag, Long.parseLong(size));
  }

  /** The contents, or what is left of them: status 200, 206 or 416 says which. */
  HttpResponse<InputStream> contents(HubModel pinned, String name, long from) throws IOException {
    return send("GET", resolve(pinned, name), from, pinned, r -> false);
  }

  private HttpResponse<InputStream> send(
      String method, URI first, long from, HubModel model, Predicate<HttpResponse<?>> suffices)
      throws IOException {
    URI uri = first;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpResponse<InputStream> response = send(request(method, uri, from));
      int status = response.statusCode();
      if (status / 100 == 2
          || (status / 100 == 3 && suffices.test(response))
          || (status == 416 && from > 0)) {
        return response;
      }
      response.body().close();
      if (status / 100 == 3) {
        uri = target(uri, header(response, "Location"));
      } else if (status == 429 || status / 100 == 5 || !isEndpoint(uri)) {
        throw new IOException("HTTP status %s from %s".formatted(status, uri.getHost()));
      } else {
        throw errors.refused(model, first, response);
      }
    }
    throw new IOException("more than %s redirects from %s".formatted(MOST_REDIRECTS, first));
  }

  private HttpRequest request(String method, URI uri, long from) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.noBody())
            .timeout(PATIENCE)
            .setHeader("User-Agent", "graft")
            .setHeader("Accept-Encoding", "identity");
    if (from > 0) {
      request.setHeader("Range", "bytes=" + from + "-");
    }
    if (isEndpoint(uri)) {
      settings
          .token()
          .ifPresent(token -> request.setHeader("Authorization", "Bearer " + token.sent()));
    }
    settings
        .proxies()
        .of(uri)
        .flatMap(HubProxy::authorization)
        .ifPresent(secret -> request.setHeader("Proxy-Authorization", "Basic " + secret.sent()));
    return request.build();
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    HttpResponse<InputStream> response;
    try {
      response = client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      throw HubErrors.interrupted(e);
    } catch (IOException e) {
      String told = settings.hidden(String.valueOf(e.getMessage()));
      if (told.contains(Secret.HIDDEN)) {
        throw new IOException(told); // Without its cause, which holds the secret.
      }
      throw e;
    }
    if (response.statusCode() == PROXY_REFUSES) {
      if (response.body() != null) { // a proxy that opens no tunnel gives none
        response.body().close();
      }
      throw new IOException(
          "the proxy wants a user and a password that it knows (HTTP status 407)");
    }
    return response;
  }

  private URI target(URI from, String location) throws IOException {
    try {
      URI to = from.resolve(location);
      boolean isSafer = "https".equals(to.getScheme());
      if (to.getHost() != null
          && (isSafer || ("http".equals(to.getScheme()) && "http".equals(from.getScheme())))) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // Refused below, as other addresses are.
    }
    throw new IOException(settings.hidden("%s redirects to '%s'".formatted(from, location)));
  }

  private boolean isEndpoint(URI uri) {
    URI endpoint = settings.endpoint();
    return endpoint.getScheme().equals(uri.getScheme())
        && endpoint.getHost().equalsIgnoreCase(uri.getHost())
        && port(endpoint) == port(uri);
  }

  static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }

  private URI resolve(HubModel pinned, String name) {
    return uri("/" + pinned.id() + "/resolve/" + pinned.revision() + "/" + name);
  }

  private URI uri(String path) {
    return URI.create(settings.endpoint() + path);
  }

  private static String header(HttpResponse<?> response, String... names) {
    for (String name : names) {
      if (response.headers().firstValue(name).isPresent()) {
        return response.headers().firstValue(name).get();
      }
    }
    return "";
  }
}
