package dev.graft.model;

import dev.graft.api.Graft;
import dev.graft.api.Owned;
import dev.graft.program.Device;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import dev.graft.program.Value;
import dev.graft.program.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The training of one attachment: changes its tensors in place, a step at a time. */
public final class Training implements AutoCloseable {
  /**
   * How steps are taken.
   *
   * @param weightDecay for parameters that declare none of their own
   * @param rates by which the learning rate of a step is multiplied for each graft
   */
  public record Options(AdamW adamW, double weightDecay, ToDoubleFunction<Graft> rates) {
    /** The same rate for all. */
    public Options(AdamW adamW, double weightDecay) {
      this(adamW, weightDecay, graft -> 1);
    }
  }

  private final Attachment attachment;
  private final TrainingStep step;

  Training(Attachment attachment, Options options) {
    if (attachment.mergedSites() > 0) {
      throw new IllegalStateException("a merged attachment can't be trained");
    }
    this.attachment = attachment;
    Stack stack = attachment.stack();
    Forward forward = attachment.forward();
    Tensor labels = stack.head().labelsLeaf();
    Tensor loss = stack.head().loss(forward.logits(), labels);
    for (Graft graft : stack.grafts()) {
      for (Tensor penalty : graft.penalties()) {
        loss = loss.plus(penalty);
      }
    }
    List<Tensor> inputs = new ArrayList<>(forward.inputs());
    inputs.add(labels);
    List<Trained> trained = new ArrayList<>();
    stack
        .all()
        .forEach(
            graft ->
                graft.owned().stream()
                    .filter(Owned::isTrained)
                    .forEach(owned -> trained.add(trained(owned, graft, options))));
    Model model = attachment.model();
    this.step =
        TrainingStep.builder(model.device(), model.precision())
            .weights(model.leaves(), model.weights())
            .values(stack.leaves(), attachment.values())
            .inputs(inputs)
            .trained(trained)
            .loss(loss)
            .optimizer(options.adamW())
            .build();
  }

  private static Trained trained(Owned owned, Graft graft, Options options) {
    double rate = owned.spec().rateFactor() * options.rates().applyAsDouble(graft);
    double decay = owned.spec().weightDecay().orElse(options.weightDecay());
    return new Trained(owned.leaf(), rate, decay);
  }

  /**
   * Takes a step.
   *
   * @param labels for each row the number of its class, or the number to predict; for a language
   *     model row by row each token, or -100 for one that is not to be predicted
   * @param seed of this step's dropout
   * @return the batch's loss before the step
   */
  public float step(TokenBatch batch, double[] labels, double learningRate, long seed) {
    try (Values inputs = inputs(batch, labels)) {
      return step.step(inputs, learningRate, seed)[0];
    }
  }

  /** The gradients of the trained tensors by name, and the loss under "loss"; no step is taken. */
  public Map<String, float[]> gradients(TokenBatch batch, double[] labels, long seed) {
    try (Values inputs = inputs(batch, labels)) {
      return step.gradients(inputs, seed);
    }
  }

  private Values inputs(TokenBatch batch, double[] labels) {
    attachment.checkLength(batch);
    Device device = attachment.model().device();
    List<Value> values = new ArrayList<>(batch.onto(device));
    values.add(attachment.stack().head().labels(labels, batch, device));
    return Values.owning(values);
  }

  @Override
  public void close() {
    step.close();
  }
}
