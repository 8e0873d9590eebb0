package dev.graft.harness.study.declared;

import java.util.Optional;

/**
 * A size that a method is to have.
 *
 * @param parameters that it trains, without the task head
 * @param within the share of them by which it may miss
 * @param by the setting that is chosen for it; if absent the first of the method's that takes whole
 *     numbers and by which its parameters grow
 */
public record SizeMatch(long parameters, double within, Optional<String> by) {}
