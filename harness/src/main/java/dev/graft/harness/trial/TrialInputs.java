package dev.graft.harness.trial;

import dev.graft.files.Sha256;
import dev.graft.harness.environment.Identity;
import dev.graft.harness.json.Json;

/**
 * All that decides how a trial turns out, but for the machine: a stored trial stands for one that
 * is asked for if these are equal.
 *
 * @param spec what was asked for, by names
 * @param identity what these stand for
 */
public record TrialInputs(TrialSpec spec, Identity identity) {
  /** The SHA-256 of all of it, in hexadecimal. */
  public String key() {
    return Sha256.of(Json.line(this));
  }

  /** What is run: so bound, nothing that is kept of it is taken for another's. */
  public TrialSpec bound() {
    return spec.bound(identity.hash());
  }
}
