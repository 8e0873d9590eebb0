package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.harness.curves.Curves;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.phase.Phase;
import dev.graft.harness.measure.phase.PhaseMeter;
import dev.graft.harness.measure.phase.WorkTally;
import dev.graft.harness.objective.Batches;
import dev.graft.harness.objective.Splits;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Plan;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/** The training loop: the one for every method. */
final class Trainer {
  /** In float16 a step that overflows is left out, at half the scale the next time. */
  private static final int OVERFLOWS = 10;

  private final Recipe recipe;
  private final Peaks peaks;
  private final long seed;
  private final Steering steering;
  private final Optional<Integer> until;

  /**
   * A loop.
   *
   * @param seed decides the order of the examples and the dropout
   * @param until the step after which it rests, if that is not its last
   */
  Trainer(Recipe recipe, Peaks peaks, long seed, Steering steering, Optional<Integer> until) {
    this.recipe = recipe;
    this.peaks = peaks;
    this.seed = seed;
    this.steering = steering;
    this.until = until;
  }

  /**
   * Trains an attachment's tensors in place, from a snapshot on if there is one.
   *
   * @param batches of what is trained on
   * @param splits are validated on
   * @param meter in the set-up; in the steps afterwards
   */
  TrainingSteps train(
      Attachment attachment,
      Batches batches,
      Splits splits,
      Trail trail,
      Snapshots snapshots,
      PhaseMeter meter,
      Consumer<Progress> listener) {
    int paddingId = attachment.model().host().config().paddingId();
    int perEpoch = batches.count();
    int planned = recipe.planned(perEpoch);
    int end = Math.min(until.orElse(planned), planned);
    LearningRateSchedule schedule = new LearningRateSchedule(planned, recipe.warmup());
    Optional<Snapshot> snapshot = snapshots.find(attachment, end);
    DoubleSupplier seconds = () -> meter.seconds(Phase.STEPS);
    Course course =
        snapshot
            .map(found -> found.course(planned, seconds))
            .orElseGet(() -> new Course(planned, seconds));
    WorkTally tally = meter.tally(Plan.trainingFlops(attachment.stack()));
    List<int[]> epoch = List.of();
    try (Training training =
            attachment.training(options(attachment.stack()).withSteps(course.taken(), planned));
        Curves curves =
            new Curves(trail.curves(), course.taken(), planned, named(attachment.stack()))) {
      snapshot.ifPresent(found -> found.resume(training));
      meter.enter(Phase.STEPS);
      while (course.taken() < end && !steering.isOver(course.validations())) {
        int step = course.taken();
        if (epoch.isEmpty() || step % perEpoch == 0) {
          long order = SeedMix.ofEpoch(seed, step / perEpoch);
          epoch = meter.batches(() -> batches.epoch(order));
        }
        List<int[]> all = epoch;
        int[] chosen = meter.batches(() -> all.get(step % perEpoch));
        TokenBatch batch = meter.batches(() -> batches.examples().batch(chosen, paddingId));
        double[] targets = meter.batches(() -> batches.examples().targets(chosen));
        float loss =
            training.step(batch, targets, schedule.factor(step), SeedMix.ofStep(seed, step));
        course.took(loss);
        tally.add(batch);
        refuseDivergence(course, attachment.model().precision());
        curves.took(course.taken(), loss, schedule.factor(step));
        listener.accept(new Progress(Progress.Phase.TRAINING, course.taken(), end, loss));
        if (course.taken() % perEpoch == 0 || course.taken() == planned) {
          validate(attachment, splits, course, meter, listener)
              .ifPresent(
                  found ->
                      curves.validated(found.step(), steering.measure().label(), found.value()));
        }
        if (snapshots.isDue()) {
          curves.flush();
          save(snapshots, attachment, training, course, meter);
        }
      }
      if (course.taken() == end && end < planned) {
        curves.flush();
        save(snapshots, attachment, training, course, meter);
        if (end % perEpoch != 0) { // after the snapshot: who goes on does not validate here
          validate(attachment, splits, course, meter, listener);
        }
      }
    }
    TrainingSteps steps = course.kept(keep(attachment, course));
    refuseLostNumbers(attachment);
    return steps;
  }

  private static void save(
      Snapshots snapshots,
      Attachment attachment,
      Training training,
      Course course,
      PhaseMeter meter) {
    meter.during(
        Phase.SAVING,
        () -> {
          snapshots.write(attachment, training, course);
          return course;
        });
  }

  private Optional<Validation> validate(
      Attachment attachment,
      Splits splits,
      Course course,
      PhaseMeter meter,
      Consumer<Progress> listener) {
    if (!steering.isAsked()) {
      return Optional.empty();
    }
    double score =
        meter.during(Phase.EVALUATION, () -> splits.score(attachment, listener).orElseThrow());
    Validation validation = new Validation(course.taken(), score);
    course.validated(validation);
    if (steering.keepBest()
        && steering.best(course.validations()).equals(Optional.of(validation))) {
      course.keep(attachment.stored());
    }
    return Optional.of(validation);
  }

  /** Takes the weights that are asked for, and says of which step they are. */
  private int keep(Attachment attachment, Course course) {
    Optional<Validation> best = steering.best(course.validations());
    if (steering.keepBest() && best.isPresent()) {
      attachment.restore(course.best());
      return best.get().step();
    }
    return course.taken();
  }

  /** What follows would be learnt from nothing but "not a number". */
  private static void refuseDivergence(Course course, Precision precision) {
    if (course.isLost(precision == Precision.FLOAT16 ? OVERFLOWS : 1)) {
      throw diverged(
          "the loss of step %s of %s is %s"
              .formatted(
                  course.taken(),
                  course.planned(),
                  Float.isNaN(course.loss()) ? "not a number" : "infinite"));
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
    Map<DeclaredGraft, Double> rates = new HashMap<>();
    for (int i = 0; i < stack.grafts().size(); i++) {
      rates.put(stack.grafts().get(i), peaks.methods().get(i));
    }
    rates.put(stack.headGraft(), peaks.head());
    AdamW adamW =
        new AdamW(
            AdamW.DEFAULT.beta1(),
            AdamW.DEFAULT.beta2(),
            AdamW.DEFAULT.epsilon(),
            recipe.clipNorm());
    return new Training.Options(adamW, recipe.weightDecay(), rates::get)
        .withCheckpointing(recipe.isCheckpointing());
  }

  /** The peaks by what is trained with them. */
  private Map<String, Double> named(Stack stack) {
    List<StackSpec.Item> items = stack.spec().items();
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      String name = items.get(i).name();
      named.put(items.size() == 1 ? name : (i + 1) + "-" + name, peaks.methods().get(i));
    }
    named.put("head", peaks.head());
    return named;
  }
}
