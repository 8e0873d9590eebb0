package dev.graft.hub;

import dev.graft.GraftException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy that is spoken to by HTTP.
 *
 * @param authorization what it wants to be sent, if anything
 */
record HubProxy(String host, int port, Optional<Secret> authorization) {
  /** That of curl, where an address has none. */
  private static final int DEFAULT_PORT = 1080;

  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?<scheme>[^:/@]+)://)?(?:(?<user>[^/]*)@)?"
              + "(?<host>[^\\[\\]:/@\\s]+|\\[[0-9A-Fa-f:.]+])(?::(?<port>\\d{1,5}))?(?:/.*)?");

  /**
   * Reads an address as curl does: {@code [http://][user[:password]@]host[:port]}, user and
   * password percent-encoded.
   *
   * @param variable that holds it, for messages
   * @throws GraftException if it is none, or that of a proxy of another kind
   */
  static HubProxy parse(String variable, String address) {
    Matcher parts = ADDRESS.matcher(address);
    try {
      if (parts.matches() && isHttp(parts.group("scheme"))) {
        return new HubProxy(
            parts.group("host"), port(parts.group("port")), authorization(parts.group("user")));
      }
    } catch (IllegalArgumentException e) {
      // The port or a percent sign is wrong: refused below, as other addresses are.
    }
    throw GraftException.input(
            "The environment variable %s names no proxy that can be used.", variable)
        .expected("the address of an HTTP proxy, such as http://user:password@proxy.example:3128")
        .found("'%s'", shown(address))
        .remedy("correct the variable, or name the hub's host in NO_PROXY");
  }

  /** An address without what may be a password: a user and what is asked for. */
  static String shown(String address) {
    int end = address.lastIndexOf('@');
    String scheme = address.replaceFirst("(?s)^([A-Za-z0-9+.-]{1,20}://)?.*", "$1");
    String shown = end < 0 ? address : scheme + "..." + address.substring(end);
    return shown.replaceFirst("(?s)[?#].*", "?...");
  }

  private static boolean isHttp(String scheme) {
    return scheme == null || scheme.equalsIgnoreCase("http");
  }

  private static int port(String text) {
    int port = text == null ? DEFAULT_PORT : Integer.parseInt(text);
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("no port: " + port);
    }
    return port;
  }

  private static Optional<Secret> authorization(String user) {
    if (user == null) {
      return Optional.empty();
    }
    String decoded = URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    byte[] both = (user.contains(":") ? decoded : decoded + ":").getBytes(StandardCharsets.UTF_8);
    return Optional.of(
        Secret.of("the address of a proxy", Base64.getEncoder().encodeToString(both))
            .known(decoded)
            .known(decoded.substring(decoded.indexOf(':') + 1)));
  }

  Proxy toJava() {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }

  /** Without user and password. */
  @Override
  public String toString() {
    return "http://" + host + ":" + port;
  }
}
