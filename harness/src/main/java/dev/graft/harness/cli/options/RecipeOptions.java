package dev.graft.harness.cli.options;

import dev.graft.GraftException;
import dev.graft.harness.training.Rates;
import dev.graft.harness.training.Recipe;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How is trained. */
public final class RecipeOptions {
  /** Whose weights a training keeps. */
  public enum Kept {
    /** Those of the epoch that validates best. */
    BEST,
    /** Those after the last step. */
    LAST
  }

  /**
   * When steps are captured.
   *
   * @param multiple as {@link Recipe#cudaGraphs()} has it
   */
  public record GraphLengths(Optional<Integer> multiple) {
    /** Reads a word, or a number of tokens. */
    public static GraphLengths parse(String text) {
      return new GraphLengths(
          switch (text) {
            case "auto" -> Optional.empty();
            case "off" -> Optional.of(0);
            case "on" -> Optional.of(Recipe.GRAPH_LENGTHS);
            default -> {
              if (!text.matches("[1-9]\\d*")) {
                throw Converters.wrong("auto, on, off or a number of tokens", text);
              }
              yield Optional.of(Converters.whole(text));
            }
          });
    }
  }

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Times through the training split (default: 1).")
  private Optional<Integer> epochs = Optional.empty();

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Training steps, in the place of epochs.")
  private Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Examples a training step (default: 16).")
  private Optional<Integer> batchSize = Optional.empty();

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description = "Tokens a step at most, with padding, in the place of examples.")
  private Optional<Integer> batchTokens = Optional.empty();

  @Option(
      names = "--learning-rate",
      paramLabel = "RATES",
      description = "One for all, or one a method, by commas (default: each one's own).")
  private Optional<LearningRates> learningRates = Optional.empty();

  @Option(
      names = "--head-rate",
      paramLabel = "RATE",
      description = "The learning rate of the task head.")
  private Optional<Double> headRate = Optional.empty();

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

  @Option(
      names = "--checkpointing",
      description = "Gradient checkpointing: blocks are computed twice, to keep less.")
  private boolean checkpointing;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after so many epochs that validate no better.")
  private Optional<Integer> patience = Optional.empty();

  @Option(
      names = "--keep",
      paramLabel = "WHICH",
      description = "Whose weights: best (in validation) or last (the default).")
  private Kept kept = Kept.LAST;

  @Option(
      names = "--cuda-graphs",
      paramLabel = "WHEN",
      description = "On a GPU, replay steps: auto (the default), off, or on, with padding.")
  private GraphLengths cudaGraphs = new GraphLengths(Optional.empty());

  public Recipe recipe() {
    if (epochs.isPresent() && steps.isPresent()) {
      throw GraftException.input("The training is as long as its epochs or as its steps.")
          .expected("--epochs or --steps")
          .found("--epochs %s --steps %s", epochs.get(), steps.get())
          .remedy("leave one of them out");
    }
    if (batchSize.isPresent() && batchTokens.isPresent()) {
      throw GraftException.input("A batch is as large as its examples or as its tokens say.")
          .expected("--batch-size or --batch-tokens")
          .found("--batch-size %s --batch-tokens %s", batchSize.get(), batchTokens.get())
          .remedy("leave one of them out");
    }
    return new Recipe(
        epochs.orElse(Recipe.DEFAULT.epochs()),
        steps,
        batchSize.orElse(Recipe.DEFAULT.batchSize()),
        batchTokens,
        warmup,
        weightDecay,
        Recipe.DEFAULT.clipNorm(),
        new Rates(learningRates.map(LearningRates::values).orElse(List.of()), headRate),
        maxLength.value(),
        hostDropout,
        Optional.of(checkpointing),
        patience,
        kept == Kept.BEST,
        cudaGraphs.multiple());
  }
}
