package dev.graft.hub;

import dev.graft.GraftException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model of the Hugging Face hub, written {@code hf:org/name} or {@code hf:org/name@revision}.
 *
 * @param id {@code org/name}, or {@code name} alone as the oldest models have it
 * @param revision a branch, a tag or a commit
 */
public record HubModel(String id, String revision) {
  private static final String PREFIX = "hf:";
  private static final String MAIN = "main";
  private static final String WORD = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
  private static final Pattern NAME =
      Pattern.compile(PREFIX + "((?:%1$s/)?%1$s)(?:@(%1$s(?:/%1$s)*))?".formatted(WORD));
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /**
   * {@return whether a text names a model of the hub, and not a folder}
   *
   * @param text any, such as an argument of a command
   */
  public static boolean isNamedBy(String text) {
    return text.startsWith(PREFIX);
  }

  /**
   * {@return the model of a name; without a revision the name means the branch {@code main}}
   *
   * @param text {@code hf:org/name} or {@code hf:org/name@revision}
   * @throws GraftException if it is none
   */
  public static HubModel parse(String text) {
    Matcher name = NAME.matcher(text);
    if (!name.matches() || text.contains("..") || name.group(1).contains("--")) {
      throw GraftException.input("'%s' names no model of the Hugging Face hub.", text)
          .expected("hf:org/name or hf:org/name@revision, as in hf:google-bert/bert-base-uncased")
          .found("'%s'", text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text)
          .remedy("copy the name from the model's page");
    }
    return new HubModel(name.group(1), name.group(2) == null ? MAIN : name.group(2));
  }

  /** The same model at another revision. */
  HubModel at(String other) {
    return new HubModel(id, other);
  }

  /** Whether the revision is a whole commit hash, so that what it names never changes. */
  boolean isPinned() {
    return isCommit(revision);
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return PREFIX + id + (revision.equals(MAIN) ? "" : "@" + revision);
  }
}
