package dev.graft.harness.training;

import com.google.gson.annotations.JsonAdapter;
import dev.graft.GraftException;
import dev.graft.harness.json.LeftOut;
import dev.graft.harness.objective.Batches;
import dev.graft.harness.objective.Examples;
import dev.graft.harness.objective.PaddedExamples;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.transformer.TaskHead;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a trial trains: AdamW with a learning rate that rises linearly, then falls linearly to zero.
 *
 * @param epochs times through the training split
 * @param steps how many are planned, in the place of epochs, if present
 * @param batchSize examples of a batch
 * @param batchTokens how many a batch has at most, those of padding among them but not the virtual
 *     ones of methods, in the place of the batch size, if present
 * @param warmup the share of the steps in which the learning rate rises
 * @param weightDecay decoupled, for parameters that declare none of their own
 * @param clipNorm the global norm that gradients are clipped to; 0 for none
 * @param maxLength in tokens, special ones included; longer texts are cut
 * @param hostDropout the host's own dropouts; if absent those of its {@code config.json}
 * @param checkpointing true if blocks are computed once more on the way back, to keep less; else
 *     absent
 * @param patience epochs without a better validation after which training ends, if present
 * @param keepBest whether what validated best is kept, of all epochs, and not what was last
 * @param cudaGraphs the number of tokens to whole multiples of which batches are padded, so that
 *     shapes repeat and steps are captured as CUDA graphs; 0 if none is; if absent those are that
 *     repeat as they are
 */
public record Recipe(
    int epochs,
    Optional<Integer> steps,
    int batchSize,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<Integer> batchTokens,
    double warmup,
    double weightDecay,
    double clipNorm,
    Rates rates,
    int maxLength,
    Optional<Double> hostDropout,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<Boolean> checkpointing,
    Optional<Integer> patience,
    boolean keepBest,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<Integer> cudaGraphs) {
  /** To whole multiples of so many tokens batches are padded where nothing is said. */
  public static final int GRAPH_LENGTHS = 32;

  private static final double MOST = 1000;

  public static final Recipe DEFAULT =
      new Recipe(
          1,
          Optional.empty(),
          16,
          Optional.empty(),
          0.06,
          0.01,
          1.0,
          Rates.RECOMMENDED,
          128,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());

  public Recipe {
    checkpointing = checkpointing.filter(isOn -> isOn);
    check("epochs", epochs, epochs >= 1 && epochs <= 10_000, "a whole number from 1 to 10000");
    steps.ifPresent(n -> check("steps", n, n >= 1, "a whole number from 1"));
    check("batch size", batchSize, batchSize >= 1, "a whole number from 1");
    batchTokens.ifPresent(n -> check("tokens of a batch", n, n >= 1, "a whole number from 1"));
    check("warm-up", warmup, warmup >= 0 && warmup < 1, "a share of the steps, from 0 to below 1");
    check(
        "weight decay",
        weightDecay,
        weightDecay >= 0 && weightDecay <= MOST,
        "a number from 0 to 1000");
    if (!(clipNorm >= 0)) {
      throw new IllegalArgumentException("no norm to clip to: " + clipNorm);
    }
    check("maximum length", maxLength, maxLength >= 4, "a whole number of tokens from 4");
    hostDropout.ifPresent(
        p -> check("dropout of the host", p, p >= 0 && p < 1, "a probability from 0 to below 1"));
    patience.ifPresent(n -> check("patience", n, n >= 1, "a whole number of epochs from 1"));
    cudaGraphs.ifPresent(
        n -> check("lengths for CUDA graphs", n, n >= 0, "multiples of a whole number from 0"));
  }

  /** One whose batches have so many examples, without gradient checkpointing. */
  public Recipe(
      int epochs,
      Optional<Integer> steps,
      int batchSize,
      double warmup,
      double weightDecay,
      double clipNorm,
      Rates rates,
      int maxLength,
      Optional<Double> hostDropout,
      Optional<Integer> patience,
      boolean keepBest,
      Optional<Integer> cudaGraphs) {
    this(
        epochs,
        steps,
        batchSize,
        Optional.empty(),
        warmup,
        weightDecay,
        clipNorm,
        rates,
        maxLength,
        hostDropout,
        Optional.empty(),
        patience,
        keepBest,
        cudaGraphs);
  }

  private static void check(String what, Number found, boolean isRight, String expected) {
    if (!isRight) {
      throw GraftException.input("The %s can't be %s.", what, found).expected(expected);
    }
  }

  /**
   * The batches that examples are trained on in.
   *
   * @param examples as a stack reads them
   * @param head that is trained
   * @param room for how many tokens there is in a row
   * @throws GraftException if one of them has more tokens than a batch may have
   */
  public Batches batches(Examples examples, TaskHead head, int room) {
    Examples padded =
        lengths()
            .<Examples>map(
                multiple -> new PaddedExamples(examples, multiple, room, head.isLanguageModel()))
            .orElse(examples);
    return batchTokens
        .map(tokens -> Batches.ofTokens(padded, tokens))
        .orElseGet(() -> Batches.ofRows(padded, batchSize));
  }

  /**
   * How many steps are planned.
   *
   * @param batches of an epoch
   */
  public int planned(int batches) {
    return steps.orElseGet(() -> Math.multiplyExact(epochs, batches));
  }

  /** Whether blocks are computed once more on the way back. */
  public boolean isCheckpointing() {
    return checkpointing.isPresent();
  }

  /**
   * How many tokens a row of the longest texts has.
   *
   * @param room for how many there is
   */
  public int longest(int room) {
    int length = Math.min(maxLength, room);
    return lengths().map(multiple -> PaddedExamples.padded(length, multiple, room)).orElse(length);
  }

  /**
   * How many examples a batch has of texts of one length.
   *
   * @param length in tokens, with their padding
   */
  public int rows(int length) {
    return batchTokens.map(tokens -> Math.max(1, tokens / length)).orElse(batchSize);
  }

  /** To whole multiples of how many tokens batches are padded, if they are. */
  private Optional<Integer> lengths() {
    return cudaGraphs.filter(lengths -> lengths > 0);
  }

  /** When programs are captured as CUDA graphs. */
  public Device.Capture capture() {
    if (cudaGraphs.isEmpty()) {
      return Device.Capture.AUTO;
    }
    return lengths().isPresent() ? Device.Capture.ON : Device.Capture.OFF;
  }

  /** How the host of such a training is loaded. */
  Model.Options options(Precision precision) {
    Model.Options options = Model.Options.DEFAULT.withPrecision(precision);
    return hostDropout.map(options::withDropout).orElse(options);
  }

  /** All of it by the names that the command line has for it. */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    written.put("epochs", steps.isPresent() ? "of the steps" : String.valueOf(epochs));
    written.put("planned-steps", steps.map(String::valueOf).orElse("of the epochs"));
    written.put(
        "batch-size", batchTokens.isPresent() ? "of the tokens" : String.valueOf(batchSize));
    batchTokens.ifPresent(tokens -> written.put("batch-tokens", String.valueOf(tokens)));
    written.put("warmup", String.valueOf(warmup));
    written.put("weight-decay", String.valueOf(weightDecay));
    written.put("clip-norm", String.valueOf(clipNorm));
    written.put("learning-rate", rates.toString());
    written.put("head-rate", String.valueOf(rates.ofHead()));
    written.put("max-length", String.valueOf(maxLength));
    written.put("host-dropout", hostDropout.map(String::valueOf).orElse("of config.json"));
    if (isCheckpointing()) { // else as before there was a choice
      written.put("checkpointing", "true");
    }
    written.put("patience", patience.map(String::valueOf).orElse("none"));
    written.put("keep", keepBest ? "best" : "last");
    cudaGraphs.ifPresent(lengths -> written.put("cuda-graphs", String.valueOf(lengths)));
    return written;
  }

  public Recipe withMaxLength(int tokens) {
    return with(steps, batchTokens, rates, tokens, patience, keepBest);
  }

  public Recipe withRates(Rates others) {
    return with(steps, batchTokens, others, maxLength, patience, keepBest);
  }

  /** As many steps, whose weights are kept as they are after the last. */
  public Recipe withSteps(int number) {
    return with(Optional.of(number), batchTokens, rates, maxLength, Optional.empty(), false);
  }

  /** With batches of so many tokens. */
  public Recipe withBatchTokens(int number) {
    return with(steps, Optional.of(number), rates, maxLength, patience, keepBest);
  }

  private Recipe with(
      Optional<Integer> otherSteps,
      Optional<Integer> otherTokens,
      Rates otherRates,
      int otherLength,
      Optional<Integer> otherPatience,
      boolean keepsBest) {
    return new Recipe(
        epochs,
        otherSteps,
        batchSize,
        otherTokens,
        warmup,
        weightDecay,
        clipNorm,
        otherRates,
        otherLength,
        hostDropout,
        checkpointing,
        otherPatience,
        keepsBest,
        cudaGraphs);
  }
}
