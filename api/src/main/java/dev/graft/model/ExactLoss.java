package dev.graft.model;

import dev.graft.host.TokenBatch;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
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
            .weights(model.base().leaves())
            .values(read.stream().map(Owned::leaf).toList())
            .inputs(inputs)
            .outputs(List.of(loss))
            .build()
            .compile(model.device(), model.base().values());
  }

  /**
   * {@return the loss of a batch}
   *
   * @param changed by name what takes the place of the attachment's tensors, row by row
   * @param batch rows of any lengths, padded
   * @param labels as {@link Training#step} takes them
   * @param seed of what grafts draw
   */
  public double at(Map<String, float[]> changed, TokenBatch batch, double[] labels, long seed) {
    List<Value> own = new ArrayList<>();
    try (Values values = Values.borrowing(values(changed, own));
        Values inputs = training.inputs(batch, labels, seed);
        Values results = program.run(values, inputs)) {
      return results.get(0).doubles()[0];
    } finally {
      own.forEach(Value::close);
    }
  }

  private List<Value> values(Map<String, float[]> changed, List<Value> own) {
    List<Value> values = new ArrayList<>();
    Stack stack = attachment.stack();
    for (Owned owned : read) {
      int index = stack.owned().indexOf(owned);
      String name = stack.names().get(index);
      float[] numbers = changed.get(name);
      if (numbers == null) {
        values.add(attachment.values().get(index));
      } else {
        long[] shape = owned.spec().shape().fixed();
        own.add(attachment.model().device().create(name, numbers, shape));
        values.add(own.get(own.size() - 1));
      }
    }
    return values;
  }

  @Override
  public void close() {
    program.close();
  }
}
