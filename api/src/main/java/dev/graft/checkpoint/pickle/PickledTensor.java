package dev.graft.checkpoint.pickle;

import java.util.List;

/**
 * Where a tensor lies in a file. It has been checked that all its elements lie inside one storage,
 * that the storage lies in the file, and that the tensor has no more elements than the storage: a
 * copy is never larger than the file.
 *
 * @param type of its elements, which are little-endian
 * @param begin where its first element is, in bytes from the start of the file
 * @param sizes outermost first
 * @param strides how many elements lie between neighbours, for each size; not negative
 */
public record PickledTensor(StorageType type, long begin, List<Long> sizes, List<Long> strides) {
  /** {@return the number of elements} */
  public long elements() {
    return sizes.stream().reduce(1L, (a, b) -> a * b);
  }

  /** {@return how many bytes of the file there are from its first element to behind its last} */
  public long span() {
    if (elements() == 0) {
      return 0;
    }
    long last = 0;
    for (int i = 0; i < sizes.size(); i++) {
      last += (sizes.get(i) - 1) * strides.get(i);
    }
    return (last + 1) * type.width();
  }

  /** {@return whether its elements follow each other, row by row} */
  public boolean isContiguous() {
    long expected = 1;
    for (int i = sizes.size() - 1; i >= 0; i--) {
      if (sizes.get(i) != 1 && strides.get(i) != expected) {
        return elements() == 0;
      }
      expected *= sizes.get(i);
    }
    return true;
  }
}
