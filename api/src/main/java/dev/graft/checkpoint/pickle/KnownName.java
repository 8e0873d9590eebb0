package dev.graft.checkpoint.pickle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names that a pickle may call, all of them: plain tensors need no other. Nothing is called;
 * each makes a value of ours from the arguments, or none if they are not what PyTorch gives.
 */
enum KnownName {
  TENSOR("torch._utils._rebuild_tensor_v2"),
  OLD_TENSOR("torch._utils._rebuild_tensor"),
  PARAMETER("torch._utils._rebuild_parameter"),
  SIZE("torch.Size"),
  ORDERED_DICT("collections.OrderedDict");

  /** The most sizes of a tensor, as in PyTorch. */
  private static final int MOST_SIZES = 64;

  private final String pythonName;

  KnownName(String pythonName) {
    this.pythonName = pythonName;
  }

  /** What a name stands for: one of these, or a type of storages. */
  static Optional<Object> of(String pythonName) {
    return Stream.<Object>concat(
            Stream.of(values()).filter(each -> each.pythonName.equals(pythonName)),
            Stream.of(StorageType.values()).filter(each -> each.pythonName().equals(pythonName)))
        .findFirst();
  }

  /** The value that a call makes; none if the arguments are wrong. */
  Optional<Object> of(Tuple arguments) {
    List<Object> given = arguments.values();
    return switch (this) {
      case TENSOR -> tensor(given);
      case OLD_TENSOR -> view(given);
      case PARAMETER -> parameter(given);
      case SIZE -> size(given);
      case ORDERED_DICT -> dict(given);
    };
  }

  @Override
  public String toString() {
    return pythonName;
  }

  /**
   * Storage, offset, sizes, strides, whether gradients are required, hooks, and since 1.13 marks.
   * Hooks would be code, and the marks say that numbers are to be negated or conjugated.
   */
  private static Optional<Object> tensor(List<Object> given) {
    boolean fits =
        (given.size() == 6 || given.size() == 7)
            && given.get(4) instanceof Boolean
            && given.subList(5, given.size()).stream().allMatch(KnownName::isNothing);
    return fits ? view(given.subList(0, 4)) : Optional.empty();
  }

  private static boolean isNothing(Object value) {
    return value == Unpickler.NONE || (value instanceof Map<?, ?> map && map.isEmpty());
  }

  private static Optional<Object> view(List<Object> given) {
    if (given.size() == 4
        && given.get(0) instanceof Storage storage
        && given.get(1) instanceof Long offset
        && given.get(2) instanceof Tuple sizes
        && given.get(3) instanceof Tuple strides
        && sizes.values().size() == strides.values().size()
        && sizes.values().size() <= MOST_SIZES) {
      List<Long> heights = wholes(sizes);
      List<Long> steps = wholes(strides);
      if (heights.size() == steps.size() && heights.size() == sizes.values().size()) {
        return Optional.of(new View(storage, offset, heights, steps));
      }
    }
    return Optional.empty();
  }

  private static List<Long> wholes(Tuple tuple) {
    return tuple.values().stream()
        .filter(value -> value instanceof Long)
        .map(value -> (Long) value)
        .toList();
  }

  private static Optional<Object> parameter(List<Object> given) {
    return given.size() == 3
            && given.get(0) instanceof View
            && given.get(1) instanceof Boolean
            && isNothing(given.get(2))
        ? Optional.of(given.get(0))
        : Optional.empty();
  }

  private static Optional<Object> size(List<Object> given) {
    return given.size() == 1 && given.get(0) instanceof Tuple
        ? Optional.of(given.get(0))
        : Optional.empty();
  }

  /** Empty, to be filled; Python 2 gives pairs at once. */
  private static Optional<Object> dict(List<Object> given) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (given.isEmpty()) {
      return Optional.of(dict);
    }
    if (given.size() != 1 || !(given.get(0) instanceof List<?> pairs)) {
      return Optional.empty();
    }
    for (Object each : pairs) {
      List<?> pair =
          each instanceof Tuple tuple
              ? tuple.values()
              : each instanceof List<?> list ? list : new ArrayList<>();
      if (pair.size() != 2
          || !(pair.get(0) instanceof String name)
          || dict.put(name, pair.get(1)) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(dict);
  }
}
