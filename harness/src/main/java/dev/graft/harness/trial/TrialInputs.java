package dev.graft.harness.trial;

import dev.graft.GraftException;
import dev.graft.harness.environment.Environment;
import dev.graft.harness.json.Json;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * All that decides how a trial turns out, but for the machine: a stored trial stands for one that
 * is asked for if these are equal.
 *
 * @param base the fingerprint of the host's weights
 * @param data a hash of the examples
 * @param plugins hashes of what brings the methods of the stack, by their names
 * @param graft its version
 */
public record TrialInputs(
    TrialSpec spec, String base, String data, Map<String, String> plugins, String graft) {
  public TrialInputs {
    plugins = Collections.unmodifiableMap(new TreeMap<>(plugins));
  }

  /** The SHA-256 of all of it, in hexadecimal. */
  public String key() {
    return DigestUtils.sha256Hex(Json.line(this));
  }

  /**
   * Refuses a trial that found other data, weights or plugins than were there when it was asked
   * for.
   *
   * @param found in the trial's process
   */
  public void require(Environment found) {
    require("task's data", data, found.data());
    require("model's weights", base, found.base());
    require("plugins", plugins, found.plugins());
    require("version of Graft", graft, found.graft());
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
