package dev.graft.errors;

import dev.graft.api.Batch;
import dev.graft.api.EmbeddingIntervention;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.conformance.TinyHosts;
import dev.graft.host.HostShape;
import dev.graft.host.HostShapes;
import dev.graft.host.TaskHeadLayout;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Plan;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.Type;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.OnHost;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** What stands between a method and its first step: heads, costs, initial values. */
final class AttachErrors {
  private static final Shape TWO = Shape.of(2);
  private static final List<String> LABELS = List.of("no", "yes");

  private AttachErrors() {}

  static void addTo(ErrorTexts errors) {
    errors.add(
        "A head that reads a pooler, on a host without one",
        () -> stack("gpt2", new TaskHead(TaskHeadLayout.POOLED, LABELS)));
    errors.add(
        "A language-model head on an encoder",
        () -> stack("bert", new TaskHead(TaskHeadLayout.LANGUAGE_MODEL, List.of())));
    errors.add("A batch beyond counting", AttachErrors::countTooMuch);
    errors.add("A stack without anything to train", OnHost.on("gpt2", AttachErrors::trainNothing));
    TestMethod undrawn = new TestMethod("undrawn", Set.of(), AttachErrors::undrawn);
    errors.add(
        "Initial values that can't be drawn",
        OnHost.on("bert", TinyHost.only(undrawn), attachment -> {}));
    buffer(
        errors,
        "Initial values of whole numbers that are not whole",
        (host, graft) -> graft.buffer("n", TWO, Type.INT64, Initializer.constant(0.5)));
    buffer(
        errors,
        "Initial values that are too few",
        (host, graft) ->
            graft.buffer("n", TWO, Initializer.array((random, shape) -> new double[] {1})));
    buffer(
        errors,
        "Initial values of whole numbers that are computed from weights",
        (host, graft) -> {
          Tensor table = host.embeddings().table();
          Initializer sum = Initializer.computed(table.sum());
          graft.buffer("n", Shape.SCALAR, Type.INT64, sum);
        });
    buffer(
        errors,
        "A tensor that nothing has shared",
        (host, graft) ->
            graft.at(
                host.blocks().get(0),
                state -> state.output().plus(state.batch().shared("router"))));
    buffer(
        errors,
        "A tensor that is shared later",
        (host, graft) -> {
          graft.at(host.blocks().get(0), state -> state.batch().shared("router"));
          graft.at(
              host.embeddings(),
              new EmbeddingIntervention() {
                @Override
                public Tensor output(Tensor embedded, Batch batch) {
                  batch.share("mask", batch.mask());
                  return embedded;
                }
              });
        });
    buffer(
        errors,
        "A penalty that is declared where a method is at work",
        (host, graft) ->
            graft.at(
                host.blocks().get(0),
                state -> {
                  graft.penalty(state.output().sum());
                  return state.output();
                }));
    buffer(
        errors,
        "A penalty of activations that is no scalar",
        (host, graft) ->
            graft.at(
                host.blocks().get(0),
                state -> {
                  state.batch().penalty(state.output());
                  return state.output();
                }));
  }

  private static void buffer(ErrorTexts errors, String title, BiConsumer<Host, Graft> grafting) {
    TestMethod method = new TestMethod("m", Set.of(), grafting);
    errors.add(title, OnHost.on("bert", TinyHost.only(method), attachment -> {}));
  }

  private static Stack stack(String host, TaskHead head) {
    return Stack.of(HostShape.of(TinyHosts.config(host)), new StackSpec(List.of()), head);
  }

  private static void countTooMuch() {
    HostShape host = HostShapes.named("gpt3-175b");
    Stack stack = Stack.of(host, new StackSpec(List.of()), TaskHead.languageModel(host));
    new Plan(stack, Precision.FLOAT32, Integer.MAX_VALUE, 1000).forwardFlops();
  }

  private static void trainNothing(Model model) {
    Stack stack = Stack.of(model.host(), OnHost.NONE, TaskHead.languageModel(model.host()));
    try (Attachment attachment = model.attach(stack, 1)) {
      attachment.training(new Training.Options(AdamW.DEFAULT, 0));
    }
  }

  /** A method whose parameter has no values to begin from. */
  private static void undrawn(Host host, Graft graft) {
    Initializer none =
        new Initializer.Drawn(
            (random, shape) -> {
              throw new IllegalStateException("no distribution for " + shape);
            });
    graft.parameter("scale", Shape.of(2), none);
  }
}
