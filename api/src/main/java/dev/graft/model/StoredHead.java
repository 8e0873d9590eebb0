package dev.graft.model;

import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.host.HostWeights;
import dev.graft.program.Shape;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint holds of a stack's head, tensor by tensor. The rows of the outputs are those of
 * its labels, which are found by their names.
 */
final class StoredHead {
  private final HostWeights stored;
  private final TaskHead head;
  private final List<String> theirs;
  private final Map<Owned, StoredTensor> values = new LinkedHashMap<>();
  private final Map<Owned, String> lacking = new LinkedHashMap<>();

  /**
   * Looks for all tensors of a head.
   *
   * @param labels what {@code config.json} calls the rows; none if it does not say
   */
  StoredHead(HostWeights stored, List<String> labels, Stack stack) {
    this.stored = stored;
    this.head = stack.head();
    this.theirs = List.copyOf(labels);
    stack.headGraft().owned().forEach(this::look);
  }

  private void look(Owned owned) {
    Optional<String> reason = reason(owned);
    if (reason.isPresent()) {
      lacking.put(owned, reason.get());
      return;
    }
    Shape shape = owned.spec().shape();
    float[] numbers = stored.floats(owned.name());
    values.put(owned, new StoredTensor(shape, isOutput(owned) ? inOrder(numbers) : numbers));
  }

  /** Why a tensor can't be the checkpoint's. */
  private Optional<String> reason(Owned owned) {
    Optional<TensorInfo> info = stored.find(owned.name());
    if (info.isEmpty()) {
      return Optional.of("the model has none");
    }
    Shape found = info.get().shape();
    Shape expected = owned.spec().shape();
    if (isOutput(owned)
        && found.rank() == expected.rank()
        && !found.dim(0).equals(expected.dim(0))) {
      return Optional.of(
          "the model's has %s rows, and the task %s"
              .formatted(
                  found.dim(0), head.isRegression() ? "a score" : head.outputs() + " classes"));
    }
    if (!found.equals(expected)) {
      return Optional.of("the model's has the shape %s, not %s".formatted(found, expected));
    }
    return isOutput(owned) && rows().isEmpty()
        ? Optional.of("the model's has other labels: " + String.join(", ", theirs))
        : Optional.empty();
  }

  private boolean isOutput(Owned owned) {
    return owned.name().startsWith(head.layout().output() + ".");
  }

  /** For each label of the head the row that it has in the checkpoint; none if names differ. */
  private List<Integer> rows() {
    List<Integer> rows = new ArrayList<>();
    List<String> own = head.labels();
    boolean isByNumber =
        head.isRegression() || areNumbers(own) || areNumbers(theirs) || own.size() != theirs.size();
    List<String> known = folded(theirs);
    for (int i = 0; i < head.outputs(); i++) {
      int row = isByNumber ? i : known.indexOf(folded(own).get(i));
      if (row < 0) {
        return List.of();
      }
      rows.add(row);
    }
    return rows;
  }

  /** Names that somebody made up to have some, or none at all. */
  private static boolean areNumbers(List<String> labels) {
    return labels.stream().allMatch(label -> label.matches("LABEL_\\d+"));
  }

  private static List<String> folded(List<String> labels) {
    return labels.stream().map(label -> label.toLowerCase(Locale.ROOT)).toList();
  }

  private float[] inOrder(float[] numbers) {
    List<Integer> rows = rows();
    int width = numbers.length / rows.size();
    float[] ordered = new float[numbers.length];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(numbers, rows.get(i) * width, ordered, i * width, width);
    }
    return ordered;
  }

  /** Those that the checkpoint has. */
  Map<Owned, StoredTensor> values() {
    return values;
  }

  /** Those that it has not, and why. */
  Map<Owned, String> lacking() {
    return lacking;
  }
}
