package dev.graft.model;

import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.model.Forward.Merged;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Dim;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Compares merged projections with their unmerged selves, all in one unmerged forward pass. */
final class MergeErrors {
  private static final Shape SCALAR = Shape.of(new long[0]);

  private final Stack stack;
  private final Map<Site.Projection, Merged> merged;
  private final Map<Site.Projection, Probe> probes = new LinkedHashMap<>();
  private final Forward forward;

  /** The sites that are compared, once for each time that the forward pass uses them. */
  private final List<Site.Projection> sites = new ArrayList<>();

  /** For each of those max|merged - unmerged| and max|unmerged|. */
  private final List<Tensor> outputs = new ArrayList<>();

  private MergeErrors(Stack stack, Map<Site.Projection, Merged> merged) {
    this.stack = stack;
    this.merged = merged;
    // Two grafts, as one must not act on a fused projection and on its parts.
    Graft wholes = new Graft("probe of wholes");
    Graft parts = new Graft("probe of parts");
    for (Site.Projection site : merged.keySet()) {
      Probe probe = new Probe();
      probes.put(site, probe);
      (stack.owner(site).equals(site) ? wholes : parts).at(site, probe);
    }
    this.forward = new Forward(stack.behind(List.of(wholes, parts)), Map.of());
    merged.keySet().stream().filter(this::isCompared).forEach(this::compare);
  }

  /** Stands in front of a site's interventions and keeps what they get. */
  private static final class Probe implements ProjectionIntervention {
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<Projected> outputs = new ArrayList<>();

    @Override
    public Tensor input(Tensor x) {
      inputs.add(x);
      return x;
    }

    @Override
    public Tensor output(Projected p) {
      outputs.add(p);
      return p.y();
    }
  }

  static List<MergeError> measure(
      Model model, Stack stack, Values values, Merging merging, TokenBatch batch) {
    MergeErrors errors = new MergeErrors(stack, merging.maps());
    if (errors.sites.isEmpty()) {
      return List.of();
    }
    Program program =
        Program.builder(model.precision())
            .weights(merging.leaves())
            .values(stack.leaves())
            .inputs(errors.forward.inputs())
            .outputs(errors.outputs)
            .build();
    try (CompiledProgram compiled = program.compile(model.device(), merging.bound());
        Values inputs = Values.owning(batch.onto(model.device()));
        Values results = compiled.run(values, inputs)) {
      return errors.read(results);
    }
  }

  private List<MergeError> read(Values results) {
    Map<Site.Projection, MergeError> errors = new LinkedHashMap<>();
    for (int i = 0; i < sites.size(); i++) {
      Site.Projection site = sites.get(i);
      double absolute = results.get(2 * i).number();
      double relative = absolute == 0 ? 0 : absolute / results.get(2 * i + 1).number();
      MergeError error = new MergeError(site.path(), grafts(site), absolute, relative);
      errors.merge(site, error, (a, b) -> a.relative() > b.relative() ? a : b);
    }
    return List.copyOf(errors.values());
  }

  /**
   * A fused projection is compared part by part, each with the whole's interventions; but as a
   * whole if one of those stays, since then no part's are merged.
   */
  private boolean isCompared(Site.Projection site) {
    Site.Projection owner = stack.owner(site);
    boolean inParts = placed(owner).size() == merged.get(owner).count();
    boolean isFused = !stack.host().parts(site).isEmpty();
    boolean isPart = !owner.equals(site);
    return !grafts(site).isEmpty() && (isPart ? inParts : !isFused || !inParts);
  }

  private List<String> grafts(Site.Projection site) {
    Site.Projection owner = stack.owner(site);
    Stream<Site.Projection> all = owner.equals(site) ? Stream.of(site) : Stream.of(owner, site);
    return all.flatMap(each -> placed(each).subList(0, merged.get(each).count()).stream())
        .map(placed -> placed.graft().name())
        .toList();
  }

  private List<Placed<ProjectionIntervention>> placed(Site.Projection site) {
    return stack.interventions(site, ProjectionIntervention.class);
  }

  private void compare(Site.Projection site) {
    Probe own = probes.get(site);
    Probe first = probes.get(stack.owner(site));
    for (int i = 0; i < own.outputs.size(); i++) {
      Batch batch = own.outputs.get(i).batch();
      Tensor expected = unmerged(site, own.outputs.get(i)).to(Type.FLOAT32);
      Tensor found = merged(site, first.inputs.get(i)).to(Type.FLOAT32);
      sites.add(site);
      outputs.add(largest(found.minus(expected), batch));
      outputs.add(largest(expected, batch));
    }
  }

  private Tensor unmerged(Site.Projection site, ProjectionIntervention.Projected host) {
    Tensor y = host.y();
    for (var each : placed(site).subList(0, merged.get(site).count())) {
      y =
          each.intervention()
              .output(
                  new ProjectionIntervention.Projected(
                      host.x(), host.linear(), host.bias(), y, host.weight(), host.batch()));
    }
    return y;
  }

  private Tensor merged(Site.Projection site, Tensor x) {
    Tensor read = x;
    Merged map = merged.get(site);
    for (var each : placed(site).subList(map.count(), placed(site).size())) {
      read = each.intervention().input(read);
    }
    return read.linear(map.map().weight(), map.map().bias().orElse(null));
  }

  /** The largest size, without what stands at padding. */
  private static Tensor largest(Tensor numbers, Batch batch) {
    Tensor real = numbers;
    Dim rows = numbers.shape().rank() == 3 ? numbers.shape().dim(1) : Dim.ONE;
    if (rows.equals(batch.length()) || rows.equals(batch.ids().shape().dim(1))) {
      Tensor mask = batch.mask().slice(1, batch.length().minus(rows), batch.length());
      real = numbers.maskedFill(mask.equalTo(0).unsqueeze(2), 0);
    }
    Tensor sizes = Tensor.call("torch.abs", real.shape(), Type.FLOAT32, Dim.of(0), real);
    return Tensor.call("torch.max", SCALAR, Type.FLOAT32, Dim.of(0), sizes);
  }
}
