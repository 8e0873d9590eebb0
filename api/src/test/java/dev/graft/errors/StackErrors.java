package dev.graft.errors;

import static dev.graft.testing.OnHost.NONE;
import static dev.graft.testing.OnHost.on;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Projected;
import dev.graft.api.Trait;
import dev.graft.api.settings.Targets;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.conformance.TinyHosts;
import dev.graft.host.HostShape;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Dim;
import dev.graft.program.Tensor;
import dev.graft.saved.Saved;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.OnHost;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Stacks that can't be put on a host, and those that can't be exported. */
final class StackErrors {
  private static final PeftMethod BIASES =
      method(
          "biases",
          (host, graft) ->
              host.parameters().stream().filter(p -> p.isBias()).forEach(graft::unfreeze));

  private StackErrors() {}

  private static PeftMethod method(String name, BiConsumer<Host, Graft> grafting) {
    return new TestMethod(name, Set.of(Trait.MERGEABLE), grafting);
  }

  static void addTo(ErrorTexts errors, Path folder) {
    errors.add("Two methods that train one weight", () -> put("bert", BIASES, BIASES));
    errors.add(
        "A method that gives another shape", output(p -> p.y().slice(2, Dim.of(0), Dim.of(4))));
    errors.add("A method that gives nothing", output(p -> null));
    errors.add(
        "A method that multiplies what does not fit",
        output(p -> p.x().matmul(p.weight().select(0, 0).unsqueeze(0))));
    errors.add(
        "A method on a fused projection and on its part",
        () -> {
          ProjectionIntervention nothing = new ProjectionIntervention() {};
          PeftMethod method =
              method(
                  "both",
                  (host, graft) ->
                      host.projections(Targets.of("qkv", "query"))
                          .forEach(site -> graft.at(site, nothing)));
          put("gpt2", method);
        });
    errors.add(
        "A method that fails",
        () ->
            put(
                "bert",
                method(
                    "broken",
                    (host, graft) -> {
                      throw new IndexOutOfBoundsException("block 12 of 2");
                    })));
    exports(errors, folder.resolve("exported"));
  }

  private static void put(String host, PeftMethod... methods) {
    HostShape transformer = HostShape.of(TinyHosts.config(host));
    Stack.of(transformer, TinyHost.only(methods), TaskHead.forHost(transformer, OnHost.LABELS));
  }

  /** Adds to what values' projections give; as a merged map only if it says so. */
  private record Shift(Tensor shift, boolean merges) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(shift);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return merges
          ? Optional.of(
              new Affine(host.weight(), Optional.of(host.bias().map(shift::plus).orElse(shift))))
          : Optional.empty();
    }
  }

  /** Attaching a method whose output is this. */
  private static ErrorTexts.Failing output(Function<Projected, Tensor> recorded) {
    PeftMethod method =
        method(
            "mine",
            TestMethod.atValues(
                "v",
                v ->
                    new ProjectionIntervention() {
                      @Override
                      public Tensor output(Projected p) {
                        return recorded.apply(p);
                      }
                    }));
    return on("bert", TinyHost.only(method), attachment -> attachment.logits(TinyModel.batch(3)));
  }

  private static PeftMethod shift(boolean merges) {
    return method("shift", TestMethod.atValues("shift", v -> new Shift(v, merges)));
  }

  private static void exports(ErrorTexts errors, Path exported) {
    errors.add(
        "An export for transformers of a stack that can't be merged",
        on(
            "bert",
            TinyHost.only(new Ia3Method(), shift(false)),
            host -> Saved.exportHuggingFace(host, exported)));
    errors.add(
        "An export for transformers of a bias that the host does not have",
        on("llama", TinyHost.only(shift(true)), host -> Saved.exportHuggingFace(host, exported)));
    errors.add(
        "An export for transformers of a head that it does not have",
        () -> {
          Path base = TinyModel.write(exported.resolveSibling("poolerless"), false);
          try (Device device = Device.cpu();
              Model model = Model.load(ModelDirectory.open(base), device);
              Attachment host = model.attach(model.stack(NONE, OnHost.LABELS), 1)) {
            Saved.exportHuggingFace(host, exported);
          }
        });
    errors.add(
        "An export over a file that is there",
        on(
            "bert",
            NONE,
            host -> {
              Path taken = exported.resolveSibling("taken.pt");
              Files.writeString(taken, "mine");
              Saved.exportTorchScript(host, taken);
            }));
  }
}
