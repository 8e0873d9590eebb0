package dev.graft.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A Hugging Face hub with one model, as the real one answers: small files come from the hub, large
 * ones by a redirect from a store, which is another server.
 */
public final class HubServer implements AutoCloseable {
  public static final String ID = "tiny/bert";
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** What a server was asked. */
  public record Request(
      boolean isStore,
      String method,
      String path,
      Optional<String> authorization,
      Optional<String> proxyAuthorization,
      Optional<String> range) {}

  private static final class Stored {
    private final byte[] contents;
    private final long size;
    private final boolean isLarge;
    private final String etag;

    Stored(byte[] contents, long size, boolean isLarge, String etag) {
      this.contents = contents;
      this.size = size;
      this.isLarge = isLarge;
      this.etag = etag;
    }
  }

  private final Map<String, Stored> files = new TreeMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Deque<Integer> breaks = new ConcurrentLinkedDeque<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer hub = server(this::answer);
  private final HttpServer store = server(this::give);
  private volatile Optional<HttpAnswer> refusal = Optional.empty();
  private volatile Optional<String> older = Optional.empty();
  private volatile boolean damaged;
  private volatile boolean stalling;
  private volatile boolean wholeOnly;
  private volatile boolean stallingListing;

  /** An answer to every request to the hub whose path has a part. */
  private record HttpAnswer(String part, int status, Map<String, String> headers, String body) {}

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private HttpServer server(Handler handler) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              handler.handle(exchange);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds a file that Git keeps itself. */
  public HubServer small(String name, String contents) {
    byte[] bytes = contents.getBytes(StandardCharsets.UTF_8);
    byte[] header = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII);
    files.put(name, new Stored(bytes, bytes.length, false, digest("SHA-1", header, bytes)));
    return this;
  }

  /** Adds a file that lies in the store. */
  public HubServer large(String name, byte[] contents) {
    files.put(name, new Stored(contents, contents.length, true, digest("SHA-256", contents)));
    return this;
  }

  public void remove(String name) {
    files.remove(name);
  }

  /** Announces another size than the contents have. */
  public void announce(String name, long size) {
    Stored file = files.get(name);
    files.put(name, new Stored(file.contents, size, file.isLarge, file.etag));
  }

  /** Announces another checksum than the contents have. */
  public void misname(String name) {
    Stored file = files.get(name);
    String etag = "0".repeat(file.etag.length());
    files.put(name, new Stored(file.contents, file.size, file.isLarge, etag));
  }

  /** Redirects an older id of the model to its own. */
  public void rename(String id) {
    older = Optional.of(id);
  }

  private static String digest(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The checksum under which a file is announced. */
  public String etag(String name) {
    return files.get(name).etag;
  }

  public byte[] contents(String name) {
    return files.get(name).contents;
  }

  /** Lets the store's next answers end after so many bytes, one answer each. */
  public void breakAfter(Integer... bytes) {
    breaks.addAll(List.of(bytes));
  }

  /** Whether broken answers stop without the connection being closed. */
  public void stall(boolean isStalling) {
    stalling = isStalling;
  }

  /** Lets the list of files stop after its beginning. */
  public void stallListing() {
    stallingListing = true;
  }

  /** Whether the store alters what it gives. */
  public void damage(boolean isDamaged) {
    damaged = isDamaged;
  }

  /** Whether the store knows no ranges. */
  public void giveWhole(boolean isWholeOnly) {
    wholeOnly = isWholeOnly;
  }

  /** Lets the hub answer everything so. */
  public void refuse(int status, Map<String, String> headers, String body) {
    refuse("", status, headers, body);
  }

  /** Lets the hub answer so whatever has a part in its path. */
  public void refuse(String part, int status, Map<String, String> headers, String body) {
    refusal = Optional.of(new HttpAnswer(part, status, headers, body));
  }

  public List<Request> requests() {
    return requests;
  }

  public String endpoint() {
    return "http://localhost:" + hub.getAddress().getPort();
  }

  /** What a process needs in its environment to use this hub and a cache of its own. */
  public Map<String, String> environment(Path home) {
    return Map.of(
        "HF_ENDPOINT",
        endpoint(),
        "HF_HOME",
        home.toString(),
        "NO_PROXY",
        "localhost,127.0.0.1",
        "no_proxy",
        "");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = log(exchange, false);
    if (refusal.filter(answer -> path.contains(answer.part)).isPresent()) {
      HttpAnswer answer = refusal.get();
      answer.headers.forEach(exchange.getResponseHeaders()::set);
      send(exchange, answer.status, answer.body.getBytes(StandardCharsets.UTF_8));
      return;
    }
    if (older.isPresent() && path.contains("/" + older.get() + "/")) {
      String newer = path.replace("/" + older.get() + "/", "/" + ID + "/");
      exchange.getResponseHeaders().set("Location", newer);
      send(exchange, 307, new byte[0]);
      return;
    }
    if (stallingListing && path.startsWith("/api/")) {
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write("{\"siblings\": [".getBytes(StandardCharsets.UTF_8));
      exchange.getResponseBody().flush();
      awaitClosing();
      return;
    }
    String api = "/api/models/" + ID + "/revision/";
    if (path.startsWith(api)) {
      String siblings =
          files.keySet().stream()
              .map("{\"rfilename\": \"%s\"}"::formatted)
              .collect(Collectors.joining(","));
      String json = "{\"id\": \"%s\", \"sha\": \"%s\", \"siblings\": [%s]}";
      send(exchange, 200, json.formatted(ID, COMMIT, siblings).getBytes(StandardCharsets.UTF_8));
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
    String name = path.substring(path.lastIndexOf('/') + 1);
    Stored file = files.get(name);
    if (file == null || !path.startsWith("/" + ID + "/resolve/")) {
      exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
      send(exchange, 404, new byte[0]);
    } else if (file.isLarge) {
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + file.etag + "\"");
      exchange.getResponseHeaders().set("X-Linked-Size", "" + file.size);
      exchange
          .getResponseHeaders()
          .set("Location", "http://127.0.0.1:%s/%s".formatted(store.getAddress().getPort(), name));
      send(exchange, 302, new byte[0]);
    } else {
      exchange.getResponseHeaders().set("ETag", "W/\"" + file.etag + "\"");
      send(exchange, 200, file.contents);
    }
  }

  private void give(HttpExchange exchange) throws IOException {
    byte[] contents = files.get(log(exchange, true).substring(1)).contents.clone();
    if (damaged) {
      contents[contents.length / 2] ^= 1;
    }
    Optional<String> range = header(exchange, "Range").filter(r -> !wholeOnly);
    int from = range.map(r -> Integer.parseInt(r.replaceAll("\\D", ""))).orElse(0);
    exchange.getResponseHeaders().set("ETag", "\"the store's own\"");
    range.ifPresent(
        r ->
            exchange
                .getResponseHeaders()
                .set(
                    "Content-Range",
                    "bytes %s-%s/%s".formatted(from, contents.length - 1, contents.length)));
    exchange.sendResponseHeaders(range.isPresent() ? 206 : 200, contents.length - from);
    Integer breaking = breaks.poll();
    OutputStream out = exchange.getResponseBody();
    out.write(contents, from, breaking == null ? contents.length - from : breaking);
    out.flush();
    if (breaking != null) {
      if (stalling) {
        awaitClosing();
      }
      throw new IOException("broken on purpose");
    }
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String log(HttpExchange exchange, boolean isStore) {
    URI uri = exchange.getRequestURI();
    requests.add(
        new Request(
            isStore,
            exchange.getRequestMethod(),
            uri.getRawPath(),
            header(exchange, "Authorization"),
            header(exchange, "Proxy-Authorization"),
            header(exchange, "Range")));
    return uri.getRawPath();
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + body.length);
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    hub.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
