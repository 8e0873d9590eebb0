package dev.graft.harness.model;

import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.checkpoint.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tensors that differ in the numbers in their names only.
 *
 * @param name with stars for the numbers
 * @param elements of all of them
 */
public record TensorGroup(
    String name, DType type, List<Long> shape, int tensors, long elements, long bytes) {
  private record Kind(String name, DType type, List<Long> shape) {}

  static List<TensorGroup> of(TensorSource source) {
    Map<Kind, List<TensorInfo>> kinds = new LinkedHashMap<>();
    for (String name : source.names()) {
      TensorInfo info = source.info(name);
      kinds
          .computeIfAbsent(
              new Kind(Patterns.of(name), info.type(), sizes(info)), k -> new ArrayList<>())
          .add(info);
    }
    return kinds.entrySet().stream()
        .map(
            entry ->
                new TensorGroup(
                    entry.getKey().name(),
                    entry.getKey().type(),
                    entry.getKey().shape(),
                    entry.getValue().size(),
                    entry.getValue().stream().mapToLong(TensorInfo::elements).sum(),
                    entry.getValue().stream().mapToLong(TensorInfo::bytes).sum()))
        .toList();
  }

  private static List<Long> sizes(TensorInfo info) {
    return Arrays.stream(info.shape().fixed()).boxed().toList();
  }
}
