package dev.graft.harness.report.comparison;

import dev.graft.files.Folders;
import dev.graft.harness.report.Units;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.hub.HubModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was compared, in two lines.
 *
 * @param title task and model
 * @param facts sizes and settings that all trials share
 */
public record Headline(String title, String facts) {
  static Headline of(StudyResult study) {
    Arm spec = study.study().arms().values().iterator().next();
    Recipe recipe = spec.recipe();
    List<String> facts = new ArrayList<>();
    study.results().stream()
        .findFirst()
        .map(trial -> trial.answers().examples())
        .ifPresent(examples -> facts.add(Units.count(examples) + " test examples"));
    facts.add(several(study.study().seeds().size(), "seed"));
    facts.add(
        recipe
            .steps()
            .map(steps -> several(steps, "step"))
            .orElseGet(() -> several(recipe.epochs(), "epoch")));
    facts.add(
        "batches of "
            + recipe
                .batchTokens()
                .map(tokens -> several(tokens, "token"))
                .orElseGet(() -> String.valueOf(recipe.batchSize())));
    if (!recipe.rates().methods().isEmpty()) {
      facts.add("learning rate " + recipe.rates());
    }
    facts.add("device " + spec.device());
    facts.add(spec.precision().toString());
    return new Headline(
        "%s on %s".formatted(name(spec.task()), model(spec.model())), String.join(", ", facts));
  }

  private static String several(long count, String what) {
    return Units.count(count) + " " + what + (count == 1 ? "" : "s");
  }

  private static String model(String name) {
    return HubModel.isNamedBy(name) ? HubModel.parse(name).id() : name(name);
  }

  private static String name(String folder) {
    Path last = Folders.named(folder).getFileName();
    return last == null ? folder : last.toString();
  }
}
