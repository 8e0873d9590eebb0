package dev.graft.merging;

import dev.graft.api.Batch;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.ProjectionIntervention.Affine;
import dev.graft.api.Site;
import dev.graft.host.TokenBatch;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Dim;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Values;
import dev.graft.transformer.AtProjection;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.GraftIntervention;
import dev.graft.transformer.Grafts;
import dev.graft.transformer.Interventions;
import dev.graft.transformer.MergedSite;
import dev.graft.transformer.RecordedBatch;
import dev.graft.transformer.Side;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Compares merged projections with their unmerged selves, all in one unmerged forward pass. */
public final class MergeErrors {
  private final Grafts grafts;
  private final Map<Site, MergedSite> merged;
  private final Map<Site.Projection, Probe> probes = new LinkedHashMap<>();
  private final Transformer pass;

  /** The sites that are compared, once for each time that the forward pass uses them. */
  private final List<Site.Projection> sites = new ArrayList<>();

  /** For each of those max|merged - unmerged| and max|unmerged|. */
  private final List<Tensor> outputs = new ArrayList<>();

  private MergeErrors(Stack stack, Map<Site, MergedSite> merged) {
    this.grafts = stack.placed();
    this.merged = merged;
    // Two grafts, as one must not act on a fused projection and on its parts.
    DeclaredGraft wholes = new DeclaredGraft("probe of wholes");
    DeclaredGraft parts = new DeclaredGraft("probe of parts");
    List<Site.Projection> projections =
        merged.keySet().stream()
            .filter(Site.Projection.class::isInstance)
            .map(Site.Projection.class::cast)
            .toList();
    for (Site.Projection site : projections) {
      Probe probe = new Probe();
      probes.put(site, probe);
      (grafts.host().owner(site).equals(site) ? wholes : parts).at(site, probe);
    }
    Stack probed = stack.behind(List.of(wholes, parts));
    this.pass = new Transformer(probed.placed());
    new TaskHeadOutput(probed, pass)
        .logits(); // records what the head reads: a pooler, a language-model head
    projections.stream().filter(this::isCompared).forEach(this::compare);
  }

  /** Stands in front of a site's interventions and keeps what they get. */
  private static final class Probe implements ProjectionIntervention {
    private final List<Tensor> inputs = new ArrayList<>();
    private final List<AtProjection> outputs = new ArrayList<>();

    @Override
    public Tensor input(Tensor x, Batch batch) {
      inputs.add(x);
      return x;
    }

    @Override
    public Tensor output(Projected p) {
      outputs.add((AtProjection) p);
      return p.y();
    }
  }

  /**
   * Compares on a batch.
   *
   * @param values of the stack's tensors
   */
  public static List<MergeError> measure(
      MergedWeights merged, Stack stack, Values values, TokenBatch batch) {
    MergeErrors errors = new MergeErrors(stack, merged.maps());
    if (errors.sites.isEmpty()) {
      return List.of();
    }
    BaseWeights bound = merged.bound();
    Program program =
        Program.builder(bound.precision())
            .weights(bound.leaves())
            .values(stack.leaves())
            .inputs(errors.pass.inputs())
            .outputs(errors.outputs)
            .build();
    try (CompiledProgram compiled = program.compile(bound.device(), bound.values());
        Values inputs = Values.owning(batch.onto(bound.device()));
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
   * whole if something stays there and no part holds anything.
   */
  private boolean isCompared(Site.Projection site) {
    Site.Projection owner = grafts.host().owner(site);
    List<Site.Projection> parts = grafts.host().parts(owner);
    boolean inParts =
        left(owner).isEmpty() || parts.stream().anyMatch(part -> !held(part).isEmpty());
    boolean isPart = !owner.equals(site);
    return !grafts(site).isEmpty()
        && (isPart ? inParts && !readsOtherThan(owner, site) : parts.isEmpty() || !inParts);
  }

  /** Whether no one weight stands for a part: it reads other things than the whole's changes. */
  private boolean readsOtherThan(Site.Projection whole, Site.Projection part) {
    return left(part).stream()
            .anyMatch(each -> Side.effect(each, part).changed().contains(Side.INPUT))
        && placed(whole).stream()
            .anyMatch(each -> Side.effect(each, whole).changed().contains(Side.OUTPUT));
  }

  private List<String> grafts(Site.Projection site) {
    Site.Projection owner = grafts.host().owner(site);
    Stream<Site.Projection> all = owner.equals(site) ? Stream.of(site) : Stream.of(owner, site);
    return all.flatMap(each -> held(each).stream()).map(held -> held.graft().name()).toList();
  }

  private List<GraftIntervention<ProjectionIntervention>> held(Site.Projection site) {
    return merged.get(site).held(placed(site));
  }

  private List<GraftIntervention<ProjectionIntervention>> left(Site.Projection site) {
    return merged.get(site).left(placed(site));
  }

  private List<GraftIntervention<ProjectionIntervention>> placed(Site.Projection site) {
    return grafts.at(site, ProjectionIntervention.class);
  }

  private void compare(Site.Projection site) {
    Probe own = probes.get(site);
    Probe first = probes.get(grafts.host().owner(site));
    for (int i = 0; i < own.outputs.size(); i++) {
      RecordedBatch batch = own.outputs.get(i).batch();
      Tensor expected = unmerged(site, own.outputs.get(i)).to(Type.FLOAT32);
      Tensor found = merged(site, first.inputs.get(i), batch).to(Type.FLOAT32);
      sites.add(site);
      outputs.add(largest(found.minus(expected), batch));
      outputs.add(largest(expected, batch));
    }
  }

  private Tensor unmerged(Site.Projection site, AtProjection host) {
    return Interventions.outputs(held(site), site, host);
  }

  private Tensor merged(Site.Projection site, Tensor x, RecordedBatch batch) {
    Site.Projection owner = grafts.host().owner(site);
    Tensor read = Interventions.inputs(left(owner), owner, x, batch);
    if (!owner.equals(site)) {
      read = Interventions.inputs(left(site), site, read, batch);
    }
    Affine map = merged.get(site).map();
    return read.linear(map.weight(), map.bias().orElse(null));
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
    return Tensor.call("torch.max", Shape.SCALAR, Type.FLOAT32, Dim.of(0), sizes);
  }
}
