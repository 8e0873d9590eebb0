package dev.graft.harness.cli.options;

import dev.graft.harness.training.Rates;
import dev.graft.harness.training.Recipe;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How is trained. */
public final class RecipeOptions {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Times through the training split (default: ${DEFAULT-VALUE}).")
  private Integer epochs = Recipe.DEFAULT.epochs();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Examples a training step (default: ${DEFAULT-VALUE}).")
  private Integer batchSize = Recipe.DEFAULT.batchSize();

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "For all methods and the head (default: what each method recommends).")
  private Optional<Double> learningRate = Optional.empty();

  @Option(
      names = "--warmup",
      paramLabel = "SHARE",
      description = "Of the steps, in which the learning rate rises (default: ${DEFAULT-VALUE}).")
  private Double warmup = Recipe.DEFAULT.warmup();

  @Option(
      names = "--weight-decay",
      paramLabel = "DECAY",
      description = "AdamW's (default: ${DEFAULT-VALUE}).")
  private Double weightDecay = Recipe.DEFAULT.weightDecay();

  @Mixin private MaxLengthOption maxLength = new MaxLengthOption();

  @Option(
      names = "--host-dropout",
      paramLabel = "P",
      description = "The model's own dropout in training (default: that of its config.json).")
  private Optional<Double> hostDropout = Optional.empty();

  public Recipe recipe() {
    return new Recipe(
        epochs,
        Optional.empty(),
        batchSize,
        warmup,
        weightDecay,
        Recipe.DEFAULT.clipNorm(),
        learningRate.map(Rates::of).orElse(Rates.RECOMMENDED),
        maxLength.value(),
        hostDropout,
        Optional.empty(),
        false);
  }
}
