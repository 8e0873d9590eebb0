package dev.graft.model;

import dev.graft.api.Owned;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The loss that a training makes smaller, penalties included and dropout left out, computed in 64
 * bits: what gradients can be compared with.
 */
public final class ExactLoss implements AutoCloseable {
  private final Training training;
  private final Attachment attachment;
  private final List<Owned> read = new ArrayList<>();
  private final CompiledProgram program;

  ExactLoss(Training training, Attachment attachment, Tensor loss, List<Tensor> inputs) {
    this.training = training;
    this.attachment = attachment;
    // Scheduled numbers are inputs.
    attachment.stack().owned().stream()
        .filter(owned -> !inputs.contains(owned.leaf()))
        .forEach(read::add);
    Model model = attachment.model();
    this.program =
        Program.builder(Precision.FLOAT64)
            .stored(model.precision())
            .weights(model.leaves())
            .values(read.stream().map(Owned::leaf).toList())
            .inputs(inputs)
            .outputs(List.of(loss))
            .build()
            .compile(model.device(), model.weights());
  }

  /**
   * The loss of a batch.
   *
   * @param changed by name what takes the place of the attachment's tensors
   * @param seed of what grafts draw
   */
  public double at(Map<String, float[]> changed, TokenBatch batch, double[] labels, long seed) {
    List<Value> own = new ArrayList<>();
    List<Value> all = new ArrayList<>();
    List<Owned> owned = attachment.stack().owned();
    List<String> names = attachment.stack().names();
    for (int i = 0; i < owned.size(); i++) {
      float[] numbers = changed.get(names.get(i));
      if (numbers != null) {
        own.add(
            attachment
                .model()
                .device()
                .create(names.get(i), numbers, owned.get(i).spec().shape().fixed()));
      }
      if (read.contains(owned.get(i))) {
        all.add(numbers == null ? attachment.values().get(i) : own.get(own.size() - 1));
      }
    }
    try (Values temporary = Values.owning(own);
        Values values = Values.borrowing(all);
        Values inputs = training.inputs(batch, labels, seed);
        Values results = program.run(values, inputs)) {
      return results.get(0).doubles()[0];
    }
  }

  @Override
  public void close() {
    program.close();
  }
}
