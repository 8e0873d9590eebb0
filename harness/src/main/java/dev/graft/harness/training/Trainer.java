package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.harness.job.Progress;
import dev.graft.harness.objective.Batches;
import dev.graft.harness.objective.Examples;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The training loop: the one for every method. */
final class Trainer {
  /** In float16 a step that overflows is left out, at half the scale the next time. */
  private static final int OVERFLOWS = 10;

  private final Recipe recipe;
  private final long seed;

  /**
   * A loop.
   *
   * @param seed decides the order of the examples and the dropout
   */
  Trainer(Recipe recipe, long seed) {
    this.recipe = recipe;
    this.seed = seed;
  }

  /** Trains an attachment's tensors in place. */
  TrainingSteps train(Attachment attachment, Examples examples, Consumer<Progress> listener) {
    int paddingId = attachment.model().host().config().paddingId();
    int perEpoch = Batches.count(examples.size(), recipe.batchSize());
    int steps = recipe.steps().orElseGet(() -> Math.multiplyExact(recipe.epochs(), perEpoch));
    List<int[]> batches = List.of();
    int patience = attachment.model().precision() == Precision.FLOAT16 ? OVERFLOWS : 1;
    LearningRateSchedule schedule = new LearningRateSchedule(steps, recipe.warmup());
    double[] losses = new double[steps];
    long start = System.nanoTime();
    Training.Options options = options(attachment.stack()).withSteps(0, losses.length);
    try (Training training = attachment.training(options)) {
      for (int step = 0; step < losses.length; step++) {
        if (step % perEpoch == 0) {
          long order = SeedMix.ofEpoch(seed, step / perEpoch);
          batches = Batches.epoch(examples, recipe.batchSize(), order);
        }
        int[] batch = batches.get(step % perEpoch);
        losses[step] =
            training.step(
                examples.batch(batch, paddingId),
                examples.targets(batch),
                schedule.factor(step),
                SeedMix.ofStep(seed, step));
        refuseDivergence(losses, step, patience);
        listener.accept(
            new Progress(Progress.Phase.TRAINING, step + 1, losses.length, losses[step]));
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    refuseLostNumbers(attachment);
    return new TrainingSteps(
        seconds, Arrays.stream(losses).boxed().toList(), List.of(), losses.length);
  }

  /** What follows would be learnt from nothing but "not a number". */
  private static void refuseDivergence(double[] losses, int step, int patience) {
    if (step + 1 >= patience
        && Arrays.stream(losses, step + 1 - patience, step + 1).noneMatch(Double::isFinite)) {
      throw diverged(
          "the loss of step %s of %s is %s"
              .formatted(
                  step + 1,
                  losses.length,
                  Double.isNaN(losses[step]) ? "not a number" : "infinite"));
    }
  }

  /** The loss of a step says nothing of what the step itself did. */
  private static void refuseLostNumbers(Attachment attachment) {
    for (String name : attachment.lost()) {
      for (float number : attachment.tensors().get(name)) {
        if (!Float.isFinite(number)) {
          throw diverged("its last steps left %s in %s".formatted(number, name));
        }
      }
    }
  }

  private static GraftException diverged(String how) {
    return GraftException.input("The training diverges: %s.", how)
        .expected("numbers")
        .line("try", "a lower learning rate, or --precision float32 if it was another");
  }

  private Training.Options options(Stack stack) {
    recipe.rates().require(stack.grafts().size());
    Map<DeclaredGraft, Double> rates = new HashMap<>();
    for (int i = 0; i < stack.grafts().size(); i++) {
      StackSpec.Item item = stack.spec().items().get(i);
      double recommended = item.method().spec().learningRate();
      rates.put(stack.grafts().get(i), recipe.rates().of(i, recommended));
    }
    rates.put(stack.headGraft(), recipe.rates().ofHead());
    AdamW adamW =
        new AdamW(
            AdamW.DEFAULT.beta1(),
            AdamW.DEFAULT.beta2(),
            AdamW.DEFAULT.epsilon(),
            recipe.clipNorm());
    return new Training.Options(adamW, recipe.weightDecay(), rates::get);
  }
}
