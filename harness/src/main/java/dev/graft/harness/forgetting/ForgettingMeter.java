package dev.graft.harness.forgetting;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.job.Progress;
import dev.graft.harness.measure.Numbers;
import dev.graft.host.HostShape;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Pretraining;
import dev.graft.transformer.Stack;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Measures what one training makes a model forget of one text. */
public final class ForgettingMeter {
  private static final StackSpec NO_METHOD = new StackSpec(List.of());

  private final List<Questions> questions;

  private ForgettingMeter(List<Questions> questions) {
    this.questions = questions;
  }

  /**
   * Refuses a model whose checkpoint has no head for what it was pretrained to do.
   *
   * @return what that is
   */
  public static Pretraining.Objective require(ForgettingSpec spec, ModelDirectory model) {
    try {
      return Pretraining.check(model);
    } catch (GraftException e) {
      GraftException failure =
          e.line("wanted for", "forgetting, the loss on %s".formatted(spec.text()))
              .remedy("or leave forgetting out");
      throw failure;
    }
  }

  /** Refuses a stack that takes positions which passages need. */
  public static void require(ForgettingSpec spec, Stack stack) {
    HostShape host = stack.host();
    int virtual = new Transformer(stack.placed()).virtualPositions();
    int length = length(spec, host);
    if (length > host.config().room() - virtual) {
      throw GraftException.input(
              "The stack '%s' leaves no room for the passages that forgetting is measured on.",
              stack)
          .in(spec.text())
          .expected(
              "a length of at most %s tokens, the same for all arms",
              Math.max(0, host.config().room() - virtual))
          .found(length)
          .remedy(
              "choose a smaller length in the file of a study: forgetting: {text: ..., length: %s}",
              Math.max(ForgettingSpec.SHORTEST, host.config().room() - virtual));
    }
  }

  /** What the host alone can read, so that all stacks are asked the same. */
  private static int length(ForgettingSpec spec, HostShape host) {
    return Math.min(spec.length(), host.config().room());
  }

  /**
   * Reads a text as a model does.
   *
   * @param attachment that is to be trained
   * @throws GraftException if the model can't be asked of it
   */
  public static ForgettingMeter of(GeneralText text, Attachment attachment) {
    Model model = attachment.model();
    Pretraining.Objective objective = require(text.spec(), model.directory());
    require(text.spec(), attachment.stack());
    List<Questions> questions = new ArrayList<>();
    try (Tokenizer tokenizer =
        Tokenizer.open(model.directory().path(), length(text.spec(), model.host()))) {
      for (GeneralText.Passage passage : text.passages()) {
        Questions asked = questions(passage, objective, tokenizer, model);
        if (asked.count() > 0) {
          check(asked.tokens(), attachment, text.spec(), passage);
          questions.add(asked);
        }
      }
    }
    GeneralText.requireEnough(text.spec(), questions.size());
    return new ForgettingMeter(questions);
  }

  private static Questions questions(
      GeneralText.Passage passage,
      Pretraining.Objective objective,
      Tokenizer tokenizer,
      Model model) {
    Tokens tokens = tokenizer.encode(passage.text());
    boolean[] added = tokenizer.areAdded(passage.text());
    if (objective == Pretraining.Objective.NEXT_TOKEN) {
      return Questions.next(tokens, added);
    }
    OptionalLong mask = tokenizer.maskId();
    if (mask.isEmpty()) {
      throw GraftException.input("The tokenizer has no token for masks.")
          .in(model.directory().path())
          .expected("'mask_token' in tokenizer_config.json, or [MASK] or <mask> in the vocabulary")
          .remedy("take the tokenizer's files from the model's source again");
    }
    return Questions.masked(
        tokens, added, mask.getAsLong(), model.host().config().vocabulary(), passage.line());
  }

  private static void check(
      Tokens tokens, Attachment attachment, ForgettingSpec spec, GeneralText.Passage passage) {
    try {
      attachment.check(
          Arrays.stream(tokens.ids()).min().orElse(0),
          Arrays.stream(tokens.ids()).max().orElse(0),
          tokens.length());
    } catch (GraftException e) {
      GraftException failure = e.in("%s, line %s".formatted(spec.text(), passage.line()));
      throw failure;
    }
  }

  /** Asks the base without any method, and what was trained. */
  public Forgetting of(Attachment trained, Consumer<Progress> listener) {
    Model model = trained.model();
    Stack alone = Stack.of(model.host(), NO_METHOD, trained.stack().head());
    try (Pretraining pretraining = Pretraining.of(model);
        Attachment base = model.attach(alone, 0)) {
      double[] tokens = questions.stream().mapToDouble(Questions::count).toArray();
      double[] before = new double[tokens.length];
      double[] after = new double[tokens.length];
      for (int i = 0; i < tokens.length; i++) {
        before[i] = loss(pretraining, base, questions.get(i));
        after[i] = loss(pretraining, trained, questions.get(i));
        listener.accept(new Progress(Progress.Phase.EVALUATING, i + 1, tokens.length, Double.NaN));
      }
      return new Forgetting(
          pretraining.objective(), Numbers.of(tokens), Numbers.of(before), Numbers.of(after));
    }
  }

  /** A passage alone, so that none is padded. */
  private static double loss(Pretraining pretraining, Attachment attachment, Questions asked) {
    return pretraining.loss(attachment, TokenBatch.of(List.of(asked.tokens()), 0), asked.labels());
  }
}
