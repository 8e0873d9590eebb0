package dev.graft.model;

import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.host.HostWeights;
import dev.graft.program.Shape;
import dev.graft.transformer.Owned;
import dev.graft.transformer.TaskHead;
import java.util.LinkedHashMap;
import java.util.List;
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

  /** For each label of the head the row that it has in the checkpoint; none if names differ. */
  private final List<Integer> rows;

  private final Map<Owned, StoredTensor> values = new LinkedHashMap<>();
  private final Map<Owned, String> lacking = new LinkedHashMap<>();

  /**
   * Looks for tensors of a stack's head.
   *
   * @param wanted of the head's
   * @param labels what {@code config.json} calls the rows; none if it does not say
   */
  StoredHead(HostWeights stored, List<String> labels, TaskHead head, List<Owned> wanted) {
    this.stored = stored;
    this.head = head;
    this.theirs = List.copyOf(labels);
    this.rows = head.rowsIn(theirs);
    wanted.forEach(this::look);
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
          "the model's has %s rows, and the task %s".formatted(found.dim(0), outputs()));
    }
    if (!found.equals(expected)) {
      return Optional.of("the model's has the shape %s, not %s".formatted(found, expected));
    }
    return isOutput(owned) && rows.isEmpty()
        ? Optional.of("the model's has other labels: " + String.join(", ", theirs))
        : Optional.empty();
  }

  private String outputs() {
    if (!head.isRegression()) {
      return head.outputs() + " classes";
    }
    return head.outputs() == 1 ? "a score" : head.outputs() + " scores";
  }

  private boolean isOutput(Owned owned) {
    return owned.name().startsWith(head.layout().output() + ".");
  }

  private float[] inOrder(float[] numbers) {
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
