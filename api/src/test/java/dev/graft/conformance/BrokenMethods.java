package dev.graft.conformance;

import static dev.graft.conformance.GivenMethod.at;
import static dev.graft.conformance.GivenMethod.gain;
import static dev.graft.conformance.GivenMethod.output;
import static dev.graft.conformance.GivenMethod.vectors;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.ParameterSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import dev.graft.program.Device;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.transformer.DeclaredGraft;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;

/** Methods that each break one rule, and what the kit must say of them. */
final class BrokenMethods {
  /** One of them. */
  record Broken(String what, String rule, String message, PeftMethod method) {
    @Override
    public String toString() {
      return what;
    }
  }

  private final List<Broken> all = new ArrayList<>();

  private BrokenMethods() {
    declarations();
    settings();
    grafts();
    operators();
    training();
    evaluation();
    merging();
    whatOthersSee();
  }

  static List<Broken> all() {
    return List.copyOf(new BrokenMethods().all);
  }

  private void add(String what, String rule, String message, PeftMethod method) {
    all.add(new Broken(what, rule, message, method));
  }

  private void add(
      String what, String rule, String message, GivenMethod.Grafting grafting, Trait... traits) {
    add(what, rule, message, new GivenMethod(grafting, traits));
  }

  private void whatOthersSee() {
    add(
        "keeps places as real numbers",
        "bfloat16",
        "found: index 264 is out of bounds for dimension 2 with size 264", // 263, rounded
        (host, settings, graft) -> {
          int width = host.width();
          Tensor scale = graft.parameter("scale", Shape.of(width), Initializer.ones());
          Tensor places =
              graft.buffer(
                  "places",
                  Shape.of(width),
                  Initializer.array(
                      (random, shape) -> {
                        double[] turned = new double[width];
                        Arrays.setAll(turned, i -> (i + 1) % width);
                        return turned;
                      }));
          graft.at(
              host.blocks().get(0),
              s -> {
                Tensor y = s.output();
                Tensor at = places.to(Type.INT64).expand(y.shape());
                return y.gather(2, at).times(scale);
              });
        });
    add(
        "looks ahead on decoders",
        "causality",
        "where: what stands before the last token, after block 1",
        at((vector, p) -> p.y().plus(p.y().mean(1).unsqueeze(1).times(vector))));
    add(
        "counts padding in its penalty",
        "rows",
        "where: the loss of a batch with more padding, penalties included",
        at(
            (vector, p) -> {
              p.batch().penalty(p.y().squared().mean());
              return p.y().times(vector);
            }));
    add(
        "declares a penalty where it is at work",
        "training",
        "declares a penalty too late",
        vectors(
            (graft, vector) ->
                output(
                    vector,
                    (v, p) -> {
                      graft.penalty(v.squared().sum());
                      return p.y().times(v);
                    })));
    add(
        "writes into what it reads",
        "training",
        "'torch.relu_' writes into what other operators read",
        at(
            (vector, p) ->
                Tensor.call("torch.relu_", p.y().shape(), p.y().type(), Dim.of(0), p.y())
                    .times(vector)));
  }

  /** A method with another learning rate at every call. */
  private record Wavering(AtomicInteger calls) implements PeftMethod {
    @Override
    public int apiVersion() {
      return API_VERSION;
    }

    @Override
    public MethodSpec spec() {
      return MethodSpec.of("wavering", "").withLearningRate(1.0 / calls.incrementAndGet());
    }

    @Override
    public void graft(Host host, Settings settings, Graft graft) {
      gain().graft(host, settings, graft);
    }
  }

  private void declarations() {
    add(
        "says another thing of itself at every call",
        "declaration",
        "where: spec()\n  expected: the same at every call: ",
        new Wavering(new AtomicInteger()));
    add(
        "another version of the contract",
        "api-version",
        "found: 0",
        new GivenMethod("old", 0, SettingsSpec.of(), Set.of(), gain()));
    add(
        "refuses every host",
        "hosts",
        "refuses bert: not today",
        (host, settings, graft) -> {
          throw GraftException.input("not today");
        });
  }

  private void settings() {
    add(
        "default out of its range",
        "settings",
        "where: the setting 'rank'\n  expected: a default that it allows: whole number from 1 to 8\n  found: 0, which it refuses",
        new GivenMethod(Setting.integer("rank", 0, 1, 8, "the rank of the update")));
    add(
        "setting without help",
        "settings",
        "a line of help",
        new GivenMethod(Setting.integer("rank", 4, 1, 8, "rank")));
    add(
        "setting that takes anything",
        "settings",
        "it takes 'NaN'",
        new GivenMethod(
            new Setting<>(
                "rank",
                "whole number",
                4,
                "the rank of the update",
                text -> Double.valueOf(text).intValue())));
    add(
        "setting that is not read as it is written",
        "settings",
        "50, read as 0.5",
        new GivenMethod(
            new Setting<>(
                "share",
                "a share in percent",
                50.0,
                "the share that is dropped",
                text -> Double.parseDouble(text) / 100)));
    Setting<Boolean> flag = Setting.flag("fast", false, "does it in another way");
    add(
        "flag that breaks it",
        "choices",
        "where: fast=true on bert",
        new GivenMethod(
            "flagged",
            PeftMethod.API_VERSION,
            SettingsSpec.of(flag),
            Set.of(),
            (host, settings, graft) -> {
              if (settings.get(flag)) {
                throw new IllegalStateException("not thought of");
              }
              gain().graft(host, settings, graft);
            }));
    add(
        "setting that is not declared",
        "grafting",
        "'fast' is not declared",
        (host, settings, graft) -> settings.get(flag));
  }

  private void grafts() {
    AtomicInteger grafted = new AtomicInteger();
    add(
        "number that counts its grafts",
        "grafting",
        "what it was: NUMBER REAL count",
        (host, settings, graft) -> {
          Tensor count = graft.number("count", grafted.incrementAndGet());
          at((vector, p) -> p.y().times(vector).times(count)).graft(host, settings, graft);
        });
    AtomicInteger sized = new AtomicInteger();
    add(
        "size that depends on what was grafted before",
        "counts",
        "numbers, as planned",
        (host, settings, graft) -> {
          gain().graft(host, settings, graft);
          graft.buffer("more", Shape.of(sized.incrementAndGet()), Initializer.zeros());
        });
    add(
        "claims to be the identity",
        "identity",
        "as IDENTITY_AT_START says",
        at((vector, p) -> p.y().plus(vector)),
        Trait.IDENTITY_AT_START);
    add(
        "reads padding",
        "rows",
        "logits of row 0 in a batch with padding",
        at((vector, p) -> p.y().plus(p.y().mean(1).unsqueeze(1).times(vector))));
    add(
        "mixes the rows of a batch",
        "rows",
        "expected: what the row gives alone",
        at((vector, p) -> p.y().plus(p.y().select(1, 0).mean(0).times(vector))));
    add(
        "draws without a seed",
        "determinism",
        "two attachments of one seed begin equal",
        (host, settings, graft) -> {
          Initializer unseeded = new Initializer.Drawn((random, shape) -> Math.random());
          Tensor noise = graft.buffer("noise", Shape.of(16), unseeded);
          at((vector, p) -> p.y().times(vector).plus(noise)).graft(host, settings, graft);
        });
    AtomicInteger steps = new AtomicInteger();
    add(
        "schedule that all attachments share",
        "determinism",
        "the losses of two trainings of one seed",
        (host, settings, graft) -> {
          Tensor scale = graft.scheduled("scale", 1, step -> steps.incrementAndGet());
          at((vector, p) -> p.y().times(vector).times(scale)).graft(host, settings, graft);
        });
  }

  private void operators() {
    add(
        "operator declared in another shape",
        "operators",
        "attention.value, recorded at dev.graft.conformance.BrokenMethods",
        at((vector, p) -> p.y().times(vector).plus(same("torch.sum", p.y(), List.of(-1L), true))));
    add(
        "operator declared in another type",
        "operators",
        "expected: as declared, (B, T, 16) of FLOAT32, here (3, 9, 16) of float32\n"
            + "  found: (3, 9, 16) of bfloat16",
        at((vector, p) -> p.y().plus(typed("torch.abs", Type.FLOAT32, p.y()).times(vector))));
    add(
        "one of several results declared in another type",
        "operators",
        "where: result 1 of torch.topk of given at layers.0.attention.value",
        at(
            (vector, p) -> {
              Tensor.Result top = new Tensor.Result(p.y().shape().with(-1, Dim.ONE), Type.REAL);
              List<Tensor> wrong =
                  Tensor.callAll("torch.topk", List.of(top, top), Dim.of(0), p.y(), 1);
              return p.y().times(vector).plus(wrong.get(1).times(0));
            }));
    add(
        "penalty declared in another type",
        "operators",
        "where: torch.to of given, recorded at",
        vectors(
            (graft, vector) -> {
              graft.penalty(same("torch.to", vector.sum(), Type.FLOAT32));
              return output(vector, (v, p) -> p.y().times(v));
            }));
    add(
        "keeps a tensor from one pass to the next",
        "operators",
        "which has no value in it.\n    where: torch.add of given at layers.0.attention.value",
        vectors(
            (graft, vector) -> {
              AtomicReference<Tensor> kept = new AtomicReference<>();
              return output(
                  vector,
                  (v, p) -> {
                    kept.compareAndSet(null, p.y());
                    return p.y().plus(kept.get()).times(v);
                  });
            }));
    add(
        "change after a step declared in another shape",
        "operators",
        "where: torch.sum of given, recorded at",
        vectors(
            (graft, vector) -> {
              graft.afterStep(vector, same("torch.sum", graft.gradient(vector)));
              return output(vector, (v, p) -> p.y().times(v));
            }));
  }

  private static Tensor typed(String function, Type type, Tensor of) {
    return Tensor.call(function, of.shape(), type, Dim.of(0), of);
  }

  private void training() {
    Device its = Device.cpu();
    add(
        "tensor of its own that it never frees",
        "leaks",
        "as many native tensors alive after each round",
        vectors(
            (graft, vector) -> {
              its.create("cache", new float[] {1}, 1);
              return output(vector, (tensor, p) -> p.y().times(tensor));
            }));
    add(
        "parameter that nothing reads",
        "training",
        "where: forgotten\n",
        (host, settings, graft) -> {
          gain().graft(host, settings, graft);
          graft.parameter("forgotten", Shape.of(4), Initializer.ones());
        });
    add(
        "parameter that changes nothing",
        "training",
        "its gradient was zero at every step",
        at((vector, p) -> p.y().plus(vector.times(0))));
    add(
        "frozen tensor that moves",
        "training",
        "where: counter\n  expected: a frozen tensor stays, unless afterStep changes it",
        withBuffer(
            (vector, counter) ->
                output(vector, (v, p) -> p.y().times(v).plus(inPlace(counter).times(0.1)))));
    add(
        "penalty of 0 / 0",
        "training",
        "a finite loss, penalties included",
        vectors(
            (graft, vector) -> {
              Tensor zero = vector.minus(vector).sum();
              graft.penalty(zero.dividedBy(zero));
              return output(vector, (v, p) -> p.y().times(v));
            }));
    add(
        "view of what is not contiguous",
        "training",
        "view",
        at(
            (vector, p) -> {
              Dim all = p.batch().rows().times(p.batch().length()).times(16);
              Tensor flat =
                  Tensor.call(
                      "torch.view",
                      Shape.of(all),
                      Type.REAL,
                      Dim.of(0),
                      p.y().transpose(1, 2),
                      List.of(-1L));
              return p.y().times(vector).plus(flat.sum().times(0));
            }));
    add(
        "writes into a weight of the host",
        "host",
        "attention.value.weight\n  expected: the host's weight is what it was, bit for bit",
        at((vector, p) -> p.y().times(vector).plus(inPlace(p.weight()).sum().times(0))));
    add(
        "gradient cut where it must not be",
        "gradients",
        "a gradient that predicts how the loss changes",
        at((vector, p) -> p.y().times(vector.times(vector.detach()))));
    add(
        "gradient that is said to be cut and is not",
        "gradients",
        "expected: a gradient that is not that of the loss, since it is declared cut (so it says)",
        (host, settings, graft) -> {
          Site.Projection site = host.projections(Targets.of("0.attention.value")).get(0);
          ParameterSpec spec =
              ParameterSpec.of("gain", Shape.of(site.out()), Initializer.ones())
                  .withCutGradient("so it says");
          Tensor vector = graft.parameter(spec);
          graft.at(site, output(vector, (gain, p) -> p.y().times(gain)));
        });
    add(
        "gradient cut for the blocks below",
        "gradients",
        "a gradient that predicts how the loss changes",
        at(
            (vector, p) ->
                p.y()
                    .times(vector)
                    .plus(p.x().detach().sum(2).unsqueeze(2).times(vector))
                    .minus(p.x().sum(2).unsqueeze(2).times(vector.times(0)))));
    add(
        "number that it changes and does not save",
        "resuming",
        "opened answers as what was saved",
        vectors(
            (graft, vector) -> {
              Tensor count =
                  ((DeclaredGraft) graft).find("count").orElseGet(() -> graft.number("count", 1));
              return output(vector, (v, p) -> p.y().times(v).times(inPlace(count).times(1)));
            }));
  }

  private void evaluation() {
    add(
        "dropout in evaluation",
        "evaluation",
        "two evaluations give the same",
        at((vector, p) -> same("torch.alpha_dropout", p.y().times(vector), 0.5, true)));
    add(
        "computes in 32 bits whatever the host does",
        "bfloat16",
        "found:",
        at(
            (vector, p) ->
                p.y()
                    .plus(
                        same("torch.to", p.x(), Type.FLOAT32)
                            .linear(vector.unsqueeze(0).expand(Shape.of(16, 16))))));
    add(
        "drops what came before it",
        "stacking",
        "ia3_l\n  expected: the loss depends on it, as it does where ia3 is alone",
        at(
            (vector, p) ->
                (p.bias().isPresent() ? p.linear().plus(p.bias().get()) : p.linear())
                    .times(vector)));
  }

  private void merging() {
    add(
        "claims that rows may have their own",
        "per-row",
        "as PER_ROW says,",
        at((vector, p) -> p.y().times(vector.plus(vector.sum().times(0.01)))),
        Trait.PER_ROW);
    add(
        "another scale when merged",
        "merging",
        "attention.value\n  expected: merged gives what unmerged gives",
        vectors((graft, vector) -> new Scale(vector, 1.1)),
        Trait.MERGEABLE);
    add(
        "claims to merge at projections",
        "merging",
        "all of it merges, as MERGEABLE says",
        gain(),
        Trait.MERGEABLE);
    add(
        "claims to merge at sublayers",
        "merging",
        "it does not act on a projection",
        (host, settings, graft) -> {
          Tensor vector = graft.parameter("vector", Shape.of(host.width()), Initializer.ones());
          host.sublayers().forEach(site -> graft.at(site, s -> s.output().times(vector)));
        },
        Trait.MERGEABLE);
    add(
        "merges and does not say so",
        "merging",
        "where: spec().traits()\n  expected: MERGEABLE, since all of it merges",
        vectors((graft, vector) -> new Scale(vector, 1)));
    add(
        "merges by chance",
        "unmerging",
        "merging again gives the same",
        vectors((graft, vector) -> new Scale(vector.times(same("torch.rand_like", vector)), 1)),
        Trait.MERGEABLE);
  }

  /** With a frozen vector at each site. */
  private static GivenMethod.Grafting withBuffer(
      BiFunction<Tensor, Tensor, ProjectionIntervention> made) {
    return vectors(
        (graft, vector) ->
            made.apply(
                vector,
                ((DeclaredGraft) graft)
                    .find("counter")
                    .orElseGet(() -> graft.buffer("counter", Shape.of(1), Initializer.zeros()))));
  }

  /** Adds a little to a tensor itself. */
  private static Tensor inPlace(Tensor tensor) {
    return same("torch.add_", tensor, 0.001);
  }

  private static Tensor same(String function, Tensor tensor, Object... others) {
    List<Object> arguments = new ArrayList<>(List.of(tensor));
    arguments.addAll(List.of(others));
    return Tensor.call(
        function, tensor.shape(), tensor.type(), Dim.of(0), arguments, java.util.Map.of());
  }

  /** {@code l * (W x + b)}, merged with a factor. */
  private record Scale(Tensor l, double factor) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().times(l);
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      Tensor weight = host.weight().times(l.unsqueeze(1)).times(factor);
      return Optional.of(new Affine(weight, host.bias().map(l::times)));
    }
  }
}
