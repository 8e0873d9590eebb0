package dev.graft.harness.study;

import dev.graft.harness.objective.Batches;
import dev.graft.harness.objective.Labelling;
import dev.graft.harness.objective.TokenisedExamples;
import dev.graft.harness.training.Recipe;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Demand;
import dev.graft.host.Tokenizer;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How many steps arms have. Where batches are filled by tokens, only texts that are tokenised tell
 * how many an epoch has, and whether each fits a batch: they are, once for all arms that read them
 * alike.
 */
public final class PlannedSteps {
  /** What decides how many batches there are. */
  private record Filled(
      String model, String task, int length, int tokens, Optional<Integer> multiple, int room) {}

  private final Function<String, Path> folders;
  private final Map<Filled, Integer> batches = new HashMap<>();

  /**
   * Of arms that nothing is known of yet.
   *
   * @param folders where the tokenizer of a model is
   */
  public PlannedSteps(Function<String, Path> folders) {
    this.folders = folders;
  }

  /**
   * How many steps an arm plans.
   *
   * @param stack of the arm on its host
   * @param objective of its task
   * @throws dev.graft.GraftException if a text alone has more tokens than a batch may have
   */
  int of(Arm arm, Stack stack, Labelling objective) {
    Recipe recipe = arm.recipe();
    if (recipe.batchTokens().isEmpty()) {
      int examples = objective.task().train().size();
      return recipe.planned(Batches.count(examples, recipe.batchSize()));
    }
    int room = Demand.room(stack);
    Filled filled =
        new Filled(
            arm.model(),
            arm.task(),
            Math.min(recipe.maxLength(), room),
            recipe.batchTokens().get(),
            recipe.cudaGraphs(),
            room);
    return recipe.planned(
        batches.computeIfAbsent(filled, unread -> read(unread, recipe, stack, objective)));
  }

  private int read(Filled filled, Recipe recipe, Stack stack, Labelling objective) {
    try (Tokenizer tokenizer = Tokenizer.open(folders.apply(filled.model()), filled.length())) {
      TokenisedExamples examples =
          new TokenisedExamples(objective.task().train(), tokenizer, tokens -> {});
      return recipe.batches(examples, stack.head(), filled.room()).count();
    }
  }
}
