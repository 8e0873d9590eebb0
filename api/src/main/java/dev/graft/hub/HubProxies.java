package dev.graft.hub;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which proxy a request takes: one that Java was told of by its own properties, or that of the
 * environment, as curl reads it.
 */
final class HubProxies extends ProxySelector {
  private final Map<String, String> environment;
  private final ProxySelector javas;

  /**
   * Those of an environment: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code ALL_PROXY}, and
   * {@code NO_PROXY} with the hosts that need none. Names in lower case come before those.
   *
   * @param javas the choice by Java's properties
   */
  HubProxies(Map<String, String> environment, ProxySelector javas) {
    this.environment = Map.copyOf(environment);
    this.javas = javas;
  }

  @Override
  public List<Proxy> select(URI uri) {
    List<Proxy> chosen = javas.select(uri);
    if (chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
      return chosen;
    }
    return List.of(of(uri).map(HubProxy::toJava).orElse(Proxy.NO_PROXY));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    javas.connectFailed(uri, address, e);
  }

  /**
   * The environment's proxy for an address, if it names one.
   *
   * @throws dev.graft.GraftException if that can't be used
   */
  Optional<HubProxy> of(URI uri) {
    if (isExempt(uri)) {
      return Optional.empty();
    }
    return variable(uri.getScheme() + "_proxy")
        .or(() -> variable("all_proxy"))
        .map(found -> HubProxy.parse(found.getKey(), found.getValue()));
  }

  /** A variable that is set, in lower or upper case. */
  private Optional<Map.Entry<String, String>> variable(String name) {
    return Stream.of(name, name.toUpperCase(Locale.ROOT))
        .filter(each -> !environment.getOrDefault(each, "").isBlank())
        .findFirst()
        .map(each -> Map.entry(each, environment.get(each).strip()));
  }

  private boolean isExempt(URI uri) {
    String host = bare(uri.getHost());
    int port = HubClient.port(uri);
    String list = variable("no_proxy").map(Map.Entry::getValue).orElse("");
    return Stream.of(list.split("[\\s,]+"))
        .filter(entry -> !entry.isEmpty())
        .anyMatch(entry -> exempts(entry, host, port));
  }

  /**
   * Whether an entry means a host: all are meant by an asterisk, a name means itself and what ends
   * in it behind a dot, and an address itself alone; a port behind either restricts it.
   */
  private static boolean exempts(String entry, String host, int port) {
    boolean hasPort = entry.matches("(\\[.*]|[^:]*):\\d+");
    int colon = entry.lastIndexOf(':');
    if (hasPort && !entry.substring(colon + 1).equals(String.valueOf(port))) {
      return false;
    }
    String name = bare(hasPort ? entry.substring(0, colon) : entry).replaceFirst("^\\.", "");
    boolean isAddress = host.matches("[0-9.]+|.*:.*");
    return name.equals("*") || host.equals(name) || (!isAddress && host.endsWith("." + name));
  }

  /** A host without the brackets of IPv6 and the dot that may end a name. */
  private static String bare(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("^\\[|]$|\\.$", "");
  }

  /** Whether one of the environment's proxies has a password. */
  boolean havePassword() {
    return Stream.of("http_proxy", "https_proxy", "all_proxy")
        .anyMatch(name -> variable(name).filter(each -> each.getValue().contains("@")).isPresent());
  }
}
