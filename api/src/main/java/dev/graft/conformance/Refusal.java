package dev.graft.conformance;

/**
 * A host, or a stack on a host, that a method says it is not for. It is told, and no failure.
 *
 * @param what the host, or the stack and the host
 * @param reason the method's message
 */
public record Refusal(String what, String reason) {
  @Override
  public String toString() {
    return "refuses " + what + ": " + reason;
  }
}
