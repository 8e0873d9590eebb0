package dev.graft.merging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.host.HostShape;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.transformer.MergedSite;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Merging computes what the pass does, in whatever order inputs and outputs stand in a stack, can
 * be merged or not, and act on a fused projection, on its parts, or on overlapping targets. In 64
 * bits, where nothing but a mistake is seen.
 */
class MergeOrderTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  /** What an intervention does. */
  private enum Does {
    SCALE_OUTPUT,
    UPDATE,
    /** Adds what depends on the input and is no affine map. */
    BEND_OUTPUT,
    SCALE_INPUT,
    MIX_INPUT,
    BEND_INPUT,
    SCALE_BOTH,
    NOTHING;

    ProjectionIntervention with(Tensor in, Tensor out, Tensor a, Tensor b) {
      return switch (this) {
        case SCALE_OUTPUT -> of(null, p -> p.y().times(out), m -> scaled(m, out));
        case UPDATE -> // reads what all inputs gave
            of(null, p -> p.y().plus(p.x().linear(a).linear(b)), m -> m.plusWeight(b.matmul(a)));
        case BEND_OUTPUT -> of(null, p -> p.y().plus(p.x().linear(a).tanh().linear(b)), null);
        case SCALE_INPUT ->
            of(x -> x.times(in), null, m -> new Affine(m.weight().times(in), m.bias()));
        case MIX_INPUT -> // x + v (v x): any linear map that commutes with none of the others
            of(
                x -> x.plus(x.times(in).sum(-1).unsqueeze(-1).times(in)),
                null,
                m ->
                    new Affine(
                        m.weight().plus(m.weight().times(in).sum(-1).unsqueeze(-1).times(in)),
                        m.bias()));
        case BEND_INPUT -> of(x -> x.plus(x.times(in).tanh()), null, null);
        case SCALE_BOTH ->
            of(
                x -> x.times(in),
                p -> p.y().times(out),
                m -> scaled(new Affine(m.weight().times(in), m.bias()), out));
        case NOTHING -> of(null, null, null);
      };
    }

    private static Affine scaled(Affine map, Tensor by) {
      return new Affine(map.weight().times(by.unsqueeze(1)), map.bias().map(by::times));
    }

    private static ProjectionIntervention of(
        UnaryOperator<Tensor> input,
        Function<ProjectionIntervention.Projected, Tensor> output,
        UnaryOperator<Affine> merged) {
      return new ProjectionIntervention() {
        @Override
        public Tensor input(Tensor x, Batch batch) {
          return input == null ? x : input.apply(x);
        }

        @Override
        public Tensor output(Projected p) {
          return output == null ? p.y() : output.apply(p);
        }

        @Override
        public Optional<Affine> merged(Affine host) {
          return Optional.ofNullable(merged).map(m -> m.apply(host));
        }
      };
    }
  }

  private static TestMethod method(Does does, String... targets) {
    String name = does.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return new TestMethod(name, Set.of(), (host, graft) -> put(does, host, graft, targets));
  }

  private static void put(Does does, Host host, Graft graft, String... targets) {
    for (Site.Projection site : host.projections(Targets.of(targets))) {
      String path = site.path();
      Initializer near = Initializer.normal(0.3);
      Tensor in = graft.parameter(path + ".in", Shape.of(site.in()), near);
      Tensor out = graft.parameter(path + ".out", Shape.of(site.out()), near);
      Tensor a = graft.parameter(path + ".a", Shape.of(2, site.in()), near);
      Tensor b = graft.parameter(path + ".b", Shape.of(site.out(), 2), near);
      graft.at(site, does.with(in.plus(1), out.plus(1), a, b));
    }
  }

  @ParameterizedTest
  @CsvSource({"bert, 2, 80", "gpt2, 2, 120", "bert, 3, 80", "gpt2, 3, 160"})
  void stacksOfAllKindsAndOrders(String architecture, int size, int stacks) {
    Model model = cpu.load(architecture);
    List<String[]> targets =
        architecture.equals("gpt2")
            ? List.of(
                new String[] {"qkv"},
                new String[] {"query"},
                new String[] {"key", "value", "down"},
                new String[] {"query", "value"},
                new String[] {"qkv", "down"})
            : List.of(
                new String[] {"down"},
                new String[] {"query", "down"},
                new String[] {"query", "value", "up"});
    SplittableRandom random = new SplittableRandom(size);
    int held = 0;
    for (int i = 0; i < stacks; i++) {
      List<TestMethod> methods = new ArrayList<>();
      List<String> described = new ArrayList<>();
      for (int k = 0; k < size; k++) {
        Does does = Does.values()[random.nextInt(Does.values().length)];
        String[] at = targets.get(random.nextInt(targets.size()));
        methods.add(method(does, at));
        described.add(does + " at " + Arrays.toString(at));
      }
      held += check(model, TinyHost.only(methods.toArray(TestMethod[]::new)), described);
    }
    assertThat(held).isGreaterThan(stacks);
  }

  private int check(Model model, StackSpec spec, List<String> described) {
    Stack stack = model.stack(spec, List.of("no", "yes"));
    MergePlan plan = new MergePlan(stack.placed());
    try (Attachment attachment = model.attach(stack, 3)) {
      double[] expected = logits(model, attachment, Map.of());
      double[] found = logits(model, attachment, recorded(plan, model.host()));
      assertThat(distance(found, expected)).as(described.toString()).isLessThan(1e-12);
    }
    return plan.maps().values().stream().mapToInt(map -> map.held().size()).sum();
  }

  /** The merged maps as what is computed into them, and not the leaves that stand for it. */
  private static Map<Site, MergedSite> recorded(MergePlan plan, HostShape host) {
    Map<Tensor, Tensor> results = new LinkedHashMap<>();
    for (int i = 0; i < plan.leaves().size(); i++) {
      results.put(plan.leaves().get(i), plan.results().get(i));
    }
    Map<Site, MergedSite> maps = new LinkedHashMap<>();
    plan.maps()
        .forEach(
            (each, merged) -> {
              Site.Projection site = (Site.Projection) each;
              Affine whole = plan.maps().get(host.owner(site)).map();
              Affine computed =
                  new Affine(
                      results.getOrDefault(whole.weight(), whole.weight()),
                      whole.bias().map(bias -> results.getOrDefault(bias, bias)));
              Affine own = host.slice(site).map(slice -> slice.of(computed)).orElse(computed);
              maps.put(site, new MergedSite(own, merged.held()));
            });
    return maps;
  }

  private double[] logits(Model model, Attachment attachment, Map<Site, MergedSite> merged) {
    Stack stack = attachment.stack();
    Transformer pass = new Transformer(stack.placed(), merged);
    Program program =
        Program.builder(Precision.FLOAT64)
            .stored(Precision.FLOAT32)
            .weights(model.base().leaves())
            .values(stack.leaves())
            .inputs(pass.inputs())
            .outputs(List.of(new TaskHeadOutput(stack, pass).logits()))
            .build();
    List<Value> given = batch.onto(model.device());
    try (CompiledProgram compiled = program.compile(model.device(), model.base().values());
        Values inputs = Values.owning(given);
        Values results = compiled.run(attachment.values(), inputs)) {
      return results.get(0).doubles();
    }
  }

  /** max|a - b| / max|b|. */
  private static double distance(double[] a, double[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < b.length; i++) {
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
      size = Math.max(size, Math.abs(b[i]));
    }
    return difference / size;
  }
}
