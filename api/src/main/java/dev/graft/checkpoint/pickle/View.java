package dev.graft.checkpoint.pickle;

import java.util.List;

/**
 * A tensor as a pickle has it: a view of a storage. Its numbers are any that a pickle may hold.
 *
 * @param offset of its first element, in elements
 * @param strides how many elements lie between neighbours, for each size
 */
record View(Storage storage, long offset, List<Long> sizes, List<Long> strides) {
  /** Whether every element is one of the storage's; no sum or product here can wrap around. */
  boolean liesInStorage() {
    if (sizes.stream().anyMatch(size -> size < 0)
        || strides.stream().anyMatch(stride -> stride < 0)
        || offset < 0
        || offset > storage.elements()) {
      return false;
    }
    if (sizes.contains(0L)) {
      return true;
    }
    long behind = storage.elements() - offset - 1;
    for (int i = 0; i < sizes.size() && behind >= 0; i++) {
      long steps = sizes.get(i) - 1;
      if (steps > 0 && strides.get(i) > behind / steps) {
        return false;
      }
      behind -= steps * strides.get(i);
    }
    return behind >= 0;
  }

  /** For messages. */
  String layout() {
    return "%s from element %s on, with strides %s".formatted(sizes, offset, strides);
  }

  /**
   * Whether there are more elements than the storage has, since a stride is zero: a copy of them
   * could be larger than any memory.
   */
  boolean repeats() {
    long most = sizes.contains(0L) ? Long.MAX_VALUE / Long.BYTES : storage.elements();
    long elements = 1;
    for (long size : sizes) {
      if (size > 0 && elements > most / size) {
        return true;
      }
      elements *= Math.max(size, 1);
    }
    return false;
  }
}
