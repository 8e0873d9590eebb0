package dev.graft.harness.model;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.data.Example;
import dev.graft.harness.objective.Answers;
import dev.graft.harness.objective.Split;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import dev.graft.methods.Methods;
import dev.graft.model.Answer;
import dev.graft.program.Device;
import dev.graft.transformer.TaskHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Texts are put to a model that has an adapter, a few at a time. */
public final class TextPredictor implements AutoCloseable {
  private final AdaptedModel adapted;
  private final Tokenizer tokenizer;

  private TextPredictor(AdaptedModel adapted, Tokenizer tokenizer) {
    this.adapted = adapted;
    this.tokenizer = tokenizer;
  }

  /**
   * Opens a model to ask.
   *
   * @param methods that are installed, asked for once the model's folder is found
   * @param maxLength tokens at which longer texts are cut
   * @throws GraftException as {@link AdaptedModel#open} and {@link Tokenizer#open}, or if the
   *     adapter predicts tokens and not labels
   */
  public static TextPredictor open(
      AdaptedModel.Spec spec, Supplier<Methods> methods, int maxLength) {
    ModelDirectory directory = ModelDirectory.of(spec.model());
    // Now: the folder could have been refused, and its reading has called the native methods that
    // the plugins' and the tokenizer's need, which would wait.
    Device.preload();
    Methods installed = methods.get();
    Tokenizer tokenizer = Tokenizer.open(directory.path(), maxLength);
    try {
      AdaptedModel adapted = AdaptedModel.open(spec, directory, installed);
      try {
        requireLabels(adapted.attachment().stack().head());
        return new TextPredictor(adapted, tokenizer);
      } catch (RuntimeException | Error e) {
        adapted.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  private static void requireLabels(TaskHead head) {
    if (head.isLanguageModel()) {
      throw GraftException.input("The task head predicts the next token, not a label.")
          .expected("one that was trained on labels or scores")
          .remedy("graft evaluate tells its perplexity on texts");
    }
  }

  /**
   * Reads a text, or two with a tab between them.
   *
   * @param where it stands, for the error that two tabs are
   */
  public static Example example(String line, String where) {
    String[] texts = line.split("\t", -1);
    if (texts.length > 2) {
      throw GraftException.input("This is neither a text nor a pair of texts.")
          .in(where)
          .expected("at most one tab, which separates the texts of a pair")
          .found("%d tabs", texts.length - 1);
    }
    return new Example(
        texts[0], texts.length == 2 ? Optional.of(texts[1]) : Optional.empty(), Double.NaN);
  }

  /**
   * The answers to texts and pairs, in their order.
   *
   * @param where each of them stands, for the error that one without tokens is
   */
  public List<Answer> answers(List<Example> examples, IntFunction<String> where) {
    List<Tokens> tokens =
        examples.stream()
            .map(
                e ->
                    e.pair().isPresent()
                        ? tokenizer.encode(e.text(), e.pair().get())
                        : tokenizer.encode(e.text()))
            .toList();
    Split.requireTokens(tokens, where);
    double[] unknown = new double[examples.size()];
    TaskHead head = adapted.attachment().stack().head();
    Answers answers = Answers.of(adapted.attachment(), new Split(tokens, unknown), progress -> {});
    return Arrays.stream(answers.logits()).map(logits -> Answer.of(logits, head)).toList();
  }

  @Override
  public void close() {
    tokenizer.close();
    adapted.close();
  }
}
