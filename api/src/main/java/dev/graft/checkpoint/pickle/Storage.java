package dev.graft.checkpoint.pickle;

/**
 * What a pickle says of the memory that tensors lie in.
 *
 * @param key by which the file finds it; any text, never a path
 * @param elements at least 0, and so few that a long counts their bytes
 */
record Storage(String key, StorageType type, long elements) {
  long bytes() {
    return elements * type.width();
  }
}
