package dev.graft.hub;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the hub is and where its files are kept, as huggingface_hub reads it from the environment.
 *
 * @param endpoint the hub's address, without a slash at its end
 * @param cache the folder of all models
 * @param token sent to the endpoint, and to no other host
 * @param offline whether only the cache is used
 * @param proxies between this machine and the hub
 */
record HubSettings(
    URI endpoint, Path cache, Optional<Secret> token, boolean offline, HubProxies proxies) {
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /**
   * Reads {@code HF_ENDPOINT}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_TOKEN}, {@code
   * HF_TOKEN_PATH} and {@code HF_HUB_OFFLINE}, and the older names that huggingface_hub still knows
   * for them, and the proxies that curl would take. Without them: huggingface.co, {@code
   * ~/.cache/huggingface/hub}, and the token that {@code hf auth login} has stored, if any.
   *
   * @throws GraftException if the endpoint is no address, or the stored token can't be read
   */
  static HubSettings of(Map<String, String> environment) {
    Path home =
        path(environment, "HF_HOME")
            .orElseGet(
                () ->
                    path(environment, "XDG_CACHE_HOME")
                        .orElse(userHome().resolve(".cache"))
                        .resolve("huggingface"));
    Path cache =
        path(environment, "HF_HUB_CACHE")
            .or(() -> path(environment, "HUGGINGFACE_HUB_CACHE"))
            .orElse(home.resolve("hub"));
    boolean offline = isTrue(environment, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE");
    return new HubSettings(
        endpoint(environment),
        cache,
        token(environment, home),
        offline,
        new HubProxies(environment, ProxySelector.getDefault()));
  }

  private static URI endpoint(Map<String, String> environment) {
    String given = value(environment, "HF_ENDPOINT").orElse("https://huggingface.co");
    String text = given.replaceAll("/+$", "");
    if (!text.matches("https?://[A-Za-z0-9.:\\[\\]_-]+(/[A-Za-z0-9._~/-]*)?")) {
      throw GraftException.input("The environment variable HF_ENDPOINT is no address of a hub.")
          .expected("an address such as https://huggingface.co")
          .found("'%s'", HubProxy.shown(given))
          .remedy("correct the variable, or unset it");
    }
    return URI.create(text);
  }

  private static Optional<Secret> token(Map<String, String> environment, Path home) {
    Optional<Secret> given =
        token(environment, "HF_TOKEN").or(() -> token(environment, "HUGGING_FACE_HUB_TOKEN"));
    Path file = path(environment, "HF_TOKEN_PATH").orElse(home.resolve("token"));
    if (isTrue(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    if (given.isPresent() || !Files.isRegularFile(file)) {
      return given;
    }
    try {
      return Optional.of(Files.readString(file).strip())
          .filter(token -> !token.isEmpty())
          .map(token -> Secret.of(file.toString(), token));
    } catch (IOException e) {
      throw GraftException.machine("The token in %s can't be read: %s.", file, Folders.reason(e))
          .remedy("store it again, or set HF_TOKEN")
          .causedBy(e);
    }
  }

  private static Optional<Secret> token(Map<String, String> environment, String name) {
    return value(environment, name)
        .map(token -> Secret.of("the environment variable " + name, token));
  }

  /** A text of another's without the secrets of these settings. */
  String hidden(String text) {
    return Stream.concat(
            token.stream(), proxies.of(endpoint).flatMap(HubProxy::authorization).stream())
        .reduce(text, (shown, secret) -> secret.hiddenIn(shown), (a, b) -> b);
  }

  private static boolean isTrue(Map<String, String> environment, String... names) {
    for (String name : names) {
      Optional<String> value = value(environment, name);
      if (value.isPresent()) {
        return TRUE.contains(value.get().toUpperCase(Locale.ROOT));
      }
    }
    return false;
  }

  private static Optional<Path> path(Map<String, String> environment, String name) {
    return value(environment, name)
        .map(text -> text.startsWith("~/") ? userHome().resolve(text.substring(2)) : Path.of(text));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private static Path userHome() {
    return Path.of(System.getProperty("user.home"));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "HubSettings[endpoint=%s, cache=%s, token %s, offline=%s]"
        .formatted(endpoint, cache, token.isPresent() ? "set" : "not set", offline);
  }
}
