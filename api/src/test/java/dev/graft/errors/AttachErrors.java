package dev.graft.errors;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.conformance.TinyHosts;
import dev.graft.host.HostShape;
import dev.graft.host.HostShapes;
import dev.graft.host.TaskHeadLayout;
import dev.graft.methods.StackSpec;
import dev.graft.model.Plan;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.OnHost;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.List;
import java.util.Set;

/** What stands between a method and its first step: heads, costs, initial values. */
final class AttachErrors {
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
    TestMethod undrawn = new TestMethod("undrawn", Set.of(), AttachErrors::undrawn);
    errors.add(
        "Initial values that can't be drawn",
        OnHost.on("bert", TinyHost.only(undrawn), attachment -> {}));
  }

  private static Stack stack(String host, TaskHead head) {
    return Stack.of(HostShape.of(TinyHosts.config(host)), new StackSpec(List.of()), head);
  }

  private static void countTooMuch() {
    HostShape host = HostShapes.named("gpt3-175b");
    Stack stack = Stack.of(host, new StackSpec(List.of()), TaskHead.languageModel(host));
    new Plan(stack, Precision.FLOAT32, Integer.MAX_VALUE, 1000).forwardFlops();
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
