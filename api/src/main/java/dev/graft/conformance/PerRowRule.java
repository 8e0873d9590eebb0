package dev.graft.conformance;

import dev.graft.GraftException;
import dev.graft.api.Trait;
import dev.graft.model.Attachment;
import dev.graft.tasks.Tasks;
import dev.graft.transformer.Owned.Role;
import java.util.List;

/**
 * Rows of one batch that belong to different attachments: where a method declares that it can. What
 * does not declare it is refused there.
 */
final class PerRowRule {
  private static final List<String> ROWS = List.of("one", "other", "one");

  private PerRowRule() {}

  private static void requireRefused(Tasks tasks, Material material) throws Finding {
    try {
      tasks.logits(material.batch(), List.of("one", "one", "one"));
    } catch (GraftException e) {
      if (Bench.isRefusal(e)) {
        return;
      }
      throw e;
    }
    throw new Finding(
        "a batch of rows of several attachments", "a refusal of unfrozen weights", "logits");
  }

  static void check(Bench bench) throws Finding {
    if (!bench.method().spec().traits().contains(Trait.PER_ROW)) {
      return;
    }
    Material material = bench.material();
    try (Tasks tasks = new Tasks(bench.model())) {
      Attachment one = bench.moved(1);
      tasks.add("one", one);
      if (one.stack().owned().stream().anyMatch(owned -> owned.role() == Role.UNFROZEN)) {
        requireRefused(tasks, material); // the trait leaves unfrozen weights out
        return;
      }
      tasks.add("other", bench.moved(2));
      float[][] mixed = tasks.logits(material.batch(), ROWS);
      for (int row = 0; row < ROWS.size(); row++) {
        tasks.use(ROWS.get(row));
        int own = row;
        float[] alone = tasks.call((Attachment a) -> a.logits(material.batch(own)))[0];
        Numbers.requireClose(
            "logits of row " + row + " in a batch of rows of two attachments",
            material.real(mixed[row], row),
            material.real(alone, row),
            GraftRules.ROUNDING,
            "what the row gives alone on its own attachment, as PER_ROW says,");
      }
    }
  }
}
