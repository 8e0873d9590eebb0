package dev.graft.conformance;

import dev.graft.files.TemporaryFolder;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.saved.Saved;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What goes on after it was saved. */
final class SavingRules {
  private static final int BEFORE = 2;
  private static final int ALL = 4;

  private SavingRules() {}

  /** To save, load and go on is never to have stopped. */
  static void resuming(Bench bench) throws Finding {
    Methods methods =
        Methods.of(bench.spec().items().stream().map(StackSpec.Item::method).toList());
    try (TemporaryFolder folder = TemporaryFolder.make("conformance");
        Attachment through = bench.fresh();
        Attachment stopped = bench.fresh()) {
      List<Float> expected = bench.train(through, ALL);
      List<Float> found = new ArrayList<>();
      Map<String, float[]> state;
      try (Training training = Bench.training(stopped, 0, ALL)) {
        for (int i = 0; i < BEFORE; i++) {
          found.add(bench.step(training, i));
        }
        state = training.state();
      }
      Path saved = folder.path().resolve("saved");
      Saved.save(stopped, saved, Map.of());
      try (Attachment opened = Saved.open(bench.model(), saved, methods, Saved.Base.SAME)) {
        Numbers.requireEqual(opened, stopped, "opened is what was saved");
        Numbers.requireEqual(
            "logits",
            opened.logits(bench.batch()),
            stopped.logits(bench.batch()),
            "opened answers as what was saved");
        try (Training training = Bench.training(opened, BEFORE, ALL)) {
          training.resume(state);
          for (int i = BEFORE; i < ALL; i++) {
            found.add(bench.step(training, i));
          }
        }
        if (!found.equals(expected)) {
          throw new Finding(
              "the losses of a training that was saved, loaded and gone on with",
              expected + ", as if it had not stopped",
              found.toString());
        }
        Numbers.requireEqual(opened, through, "resumed training ends as if it had not stopped");
      }
    }
  }
}
