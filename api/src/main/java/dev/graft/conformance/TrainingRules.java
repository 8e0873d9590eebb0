package dev.graft.conformance;

import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.transformer.Owned;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What training and evaluating may change. */
final class TrainingRules {
  private TrainingRules() {}

  /** All that is declared to be trained has a gradient and moves, nothing else does. */
  static void training(Bench bench) throws Finding {
    try (Attachment attachment = bench.fresh();
        Training training = Bench.training(attachment, 0, Bench.STEPS)) {
      Map<String, float[]> before = attachment.tensors();
      Set<String> moved = new HashSet<>();
      Map<String, float[]> last = before;
      for (int step = 0; step < Bench.STEPS; step++) {
        float loss = bench.step(training, step);
        Map<String, float[]> now = attachment.tensors();
        finite(step, loss, now);
        for (Map.Entry<String, float[]> each : now.entrySet()) {
          if (!Arrays.equals(each.getValue(), last.get(each.getKey()))) {
            moved.add(each.getKey());
          }
        }
        last = now;
      }
      Map<String, float[]> state = training.state();
      for (Map.Entry<String, Owned> each : Bench.saved(attachment).entrySet()) {
        Owned owned = each.getValue();
        String name = each.getKey();
        if (mustTrain(owned)) {
          requireGradient(bench, name, state, moved.contains(name));
        } else if (!owned.isTrained()
            && moved.contains(name)
            && !isChangedAfterSteps(attachment, owned)) {
          throw new Finding(
              name, "a frozen tensor stays, unless afterStep changes it", "training moved it");
        }
      }
    }
  }

  static void finite(int step, float loss, Map<String, float[]> tensors) throws Finding {
    if (!Float.isFinite(loss)) {
      throw new Finding("step " + step, "a finite loss, penalties included", "" + loss);
    }
    for (Map.Entry<String, float[]> each : tensors.entrySet()) {
      if (!Numbers.areFinite(each.getValue())) {
        throw new Finding(
            each.getKey() + " after step " + step, "finite numbers", "infinite ones or NaN");
      }
    }
  }

  static boolean mustTrain(Owned owned) {
    return owned.isTrained() && owned.spec().mayBeIdle().isEmpty();
  }

  private static void requireGradient(
      Bench bench, String name, Map<String, float[]> state, boolean hasMoved) throws Finding {
    String rule =
        "a gradient within %s steps, or a parameter that is declared withMayBeIdle"
            .formatted(Bench.STEPS);
    float[] moment = state.get(Training.momentOf(name));
    if (moment == null) {
      throw new Finding(name, rule, "nothing that the loss depends on reads it");
    }
    if (Numbers.largest(moment) == 0) {
      throw new Finding(
          name,
          rule,
          "its gradient was zero at every step, under the loss of " + bench.material().objective());
    }
    if (!hasMoved) {
      throw new Finding(name, "training moves it", "it stayed where it began");
    }
  }

  private static boolean isChangedAfterSteps(Attachment attachment, Owned owned) {
    return attachment.stack().grafts().stream()
        .anyMatch(graft -> graft.updates().containsKey(owned.leaf()));
  }

  /** Weights stay bit-identical, and the host alone answers as before. */
  static void host(Bench bench) throws Finding {
    TokenBatch batch = bench.batch();
    try (Attachment bare = bench.attach(Bench.NOTHING, 1)) {
      Map<String, float[]> weights = bench.model().copyWeights();
      float[][] logits = bare.logits(batch);
      List<float[]> hidden = bare.hiddenStates(batch);
      try (Attachment attachment = bench.fresh()) {
        bench.train(attachment, Bench.STEPS);
        attachment.logits(batch);
        attachment.hiddenStates(batch);
      }
      Numbers.requireEqual(
          bench.model().copyWeights(), weights, "the host's weight is what it was");
      String rule = "the host answers as before it was grafted upon";
      Numbers.requireEqual("logits", bare.logits(batch), logits, rule);
      Numbers.requireEqual("hidden states", bare.hiddenStates(batch), hidden, rule);
    }
  }

  /** Equal seeds begin equal and train equal, and attachments do not see each other. */
  static void determinism(Bench bench) throws Finding {
    TokenBatch batch = bench.batch();
    try (Attachment one = bench.fresh();
        Attachment same = bench.fresh();
        Attachment other = bench.attach(bench.spec(), 9)) {
      Numbers.requireEqual(same, one, "two attachments of one seed begin equal");
      float[][] answers = other.logits(batch);
      Map<String, float[]> values = other.tensors();
      List<Float> losses = bench.train(one, Bench.STEPS);
      List<Float> again = bench.train(same, Bench.STEPS);
      if (!again.equals(losses)) {
        throw new Finding(
            "the losses of two trainings of one seed", losses.toString(), again.toString());
      }
      Numbers.requireEqual(same, one, "two trainings of one seed end equal");
      Numbers.requireEqual(
          other.tensors(), values, "training one attachment leaves another as it is");
      Numbers.requireEqual(
          "logits",
          other.logits(batch),
          answers,
          "training one attachment leaves another as it is");
    }
  }

  /** Answers depend on the batch alone: nothing is drawn and nothing changes. */
  static void evaluation(Bench bench) throws Finding {
    TokenBatch batch = bench.batch();
    double[] labels = bench.material().labels();
    try (Attachment moved = bench.moved()) {
      Map<String, float[]> before = moved.tensors();
      float[][] logits = moved.logits(batch);
      List<float[]> hidden = moved.hiddenStates(batch);
      float loss = moved.loss(batch, labels);
      String rule = "two evaluations give the same";
      for (int i = 0; i < 2; i++) {
        Numbers.requireEqual("logits", moved.logits(batch), logits, rule);
        Numbers.requireEqual("hidden states", moved.hiddenStates(batch), hidden, rule);
        float again = moved.loss(batch, labels);
        if (again != loss) {
          throw new Finding("the loss", rule + ": " + loss, String.valueOf(again));
        }
      }
      Numbers.requireEqual(moved.tensors(), before, "evaluation changes nothing");
    }
  }

  /** Native tensors do not add up. */
  static void leaks(Bench bench) throws Finding {
    List<Integer> alive = new ArrayList<>();
    for (int round = 0; round < 4; round++) {
      try (Attachment attachment = bench.fresh()) {
        bench.train(attachment, 2);
        attachment.logits(bench.batch());
        try (Attachment merged = attachment.merged()) {
          merged.logits(bench.batch());
        }
      }
      alive.add(Device.liveTensorsInAll());
    }
    // Another thread of the process may hold more or fewer, but not so many more each time.
    int growth = alive.get(2) - alive.get(1);
    if (growth > 0 && alive.get(3) - alive.get(2) == growth) {
      throw new Finding(
          "attaching, training, merging and closing again and again",
          "as many native tensors alive after each round",
          alive.toString());
    }
  }
}
