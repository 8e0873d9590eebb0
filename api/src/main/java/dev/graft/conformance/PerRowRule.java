package dev.graft.conformance;

import dev.graft.GraftException;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.tasks.Tasks;
import dev.graft.transformer.Owned.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows of one batch that belong to different attachments: where a method declares that it can, of
 * equal settings and of those that it allows to share a batch. What it does not declare is refused
 * there.
 */
final class PerRowRule {
  private static final List<String> ROWS = List.of("one", "other", "one");

  private PerRowRule() {}

  static void check(Bench bench) throws Finding {
    if (!bench.method().spec().traits().contains(Trait.PER_ROW)) {
      return;
    }
    check(bench, bench.spec(), "two attachments");
    StackSpec.Item own = bench.spec().items().get(0);
    for (Setting<?> setting : bench.method().spec().settings().settings()) {
      for (StackSpec.Item other : others(setting, own)) {
        StackSpec spec = new StackSpec(List.of(other));
        if (own.method().mayShareBatch(own.settings(), other.settings()) && isTaken(bench, spec)) {
          check(bench, spec, "attachments of %s and %s".formatted(own, other));
        }
      }
    }
  }

  private static void check(Bench bench, StackSpec spec, String whose) throws Finding {
    Material material = bench.material();
    try (Tasks tasks = new Tasks(bench.model())) {
      Attachment one = bench.moved(1);
      tasks.add("one", one);
      Attachment other = bench.moved(spec, 2);
      tasks.add("other", other);
      if (trainsWeights(one) || trainsWeights(other)) {
        requireRefused(tasks, material); // the trait leaves unfrozen weights out
        return;
      }
      float[][] mixed = tasks.logits(material.batch(), ROWS);
      for (int row = 0; row < ROWS.size(); row++) {
        tasks.use(ROWS.get(row));
        int own = row;
        float[] alone = tasks.call((Attachment a) -> a.logits(material.batch(own)))[0];
        Numbers.requireClose(
            "logits of row %s in a batch of rows of %s".formatted(row, whose),
            material.real(mixed[row], row),
            material.real(alone, row),
            GraftRules.ROUNDING,
            "what the row gives alone on its own attachment, as PER_ROW says,");
      }
    }
  }

  private static boolean trainsWeights(Attachment attachment) {
    return attachment.stack().owned().stream().anyMatch(owned -> owned.role() == Role.UNFROZEN);
  }

  private static void requireRefused(Tasks tasks, Material material) throws Finding {
    try {
      tasks.logits(material.batch(), ROWS);
    } catch (GraftException e) {
      if (Bench.isRefusal(e)) {
        return;
      }
      throw e;
    }
    throw new Finding(
        "a batch of rows of several attachments", "a refusal of unfrozen weights", "logits");
  }

  private static boolean isTaken(Bench bench, StackSpec spec) {
    try {
      Bench.stack(HostShape.of(TinyHosts.config(bench.hostName())), spec);
      return true;
    } catch (RuntimeException e) {
      return !Bench.isRefusal(e);
    }
  }

  /** The same settings with other values of one: numbers twice and half as large, all choices. */
  private static List<StackSpec.Item> others(Setting<?> setting, StackSpec.Item own) {
    Object value = own.settings().get(setting);
    List<?> values =
        value instanceof Integer whole
            ? List.of(2 * whole, whole / 2)
            : value instanceof Double real
                ? List.of(2 * real, real / 2)
                : MethodRules.values(value);
    List<StackSpec.Item> others = new ArrayList<>();
    for (Object each : values) {
      Map<String, String> texts = new LinkedHashMap<>(own.settings().written());
      texts.put(setting.name(), Setting.written(each));
      try {
        others.add(StackSpec.Item.read(own.method(), texts));
      } catch (GraftException e) {
        // It is out of the setting's range.
      }
    }
    others.removeIf(other -> other.settings().equals(own.settings()));
    return others;
  }
}
