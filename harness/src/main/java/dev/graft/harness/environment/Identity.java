package dev.graft.harness.environment;

import dev.graft.GraftException;
import dev.graft.files.Sha256;
import dev.graft.harness.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the names in a trial's spec stand for: contents, not paths. Whatever is kept of a trial, its
 * outcome, its snapshot, its checkpoint, its latency, counts only where all of it is the same.
 *
 * @param base the fingerprint of the host's weights
 * @param configuration a hash of what lies beside them: {@link ConfigurationHash}
 * @param data a hash of the examples
 * @param plugins hashes of what brings the methods of the stack, by their names
 * @param graft its version
 */
public record Identity(
    String base, String configuration, String data, Map<String, String> plugins, String graft) {
  public Identity {
    plugins = Collections.unmodifiableMap(new TreeMap<>(plugins));
  }

  /** The SHA-256 of all of it, in hexadecimal. */
  public String hash() {
    return Sha256.of(Json.line(this));
  }

  /** All of it by name. */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    written.put("base", base);
    written.put("configuration", configuration);
    written.put("data", data);
    plugins.forEach((method, hash) -> written.put("plugin of " + method, hash));
    written.put("graft", graft);
    return written;
  }

  /**
   * Refuses what was found under the same names later.
   *
   * @param found where something was trained or timed
   */
  public void require(Identity found) {
    require("model's weights", base, found.base);
    require("model's configuration or tokenizer", configuration, found.configuration);
    require("task's data", data, found.data);
    require("plugins", plugins, found.plugins);
    require("version of Graft", graft, found.graft);
  }

  private static void require(String what, Object asked, Object found) {
    if (!asked.equals(found)) {
      throw GraftException.input("The %s changed while the study ran.", what)
          .expected("what was there when the study began: %s", asked)
          .found(found)
          .remedy("leave it as it is while a study runs, and start the study again");
    }
  }
}
