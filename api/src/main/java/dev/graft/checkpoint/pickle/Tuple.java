package dev.graft.checkpoint.pickle;

import java.util.List;

/** A tuple of a pickle. What is in it is never followed further down than its caller knows. */
record Tuple(List<Object> values) {}
