package dev.graft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Batch;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.ProjectionIntervention;
import dev.graft.api.Site;
import dev.graft.api.SublayerIntervention;
import dev.graft.api.Trait;
import dev.graft.api.settings.Targets;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.tasks.Tasks;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What interventions of one pass leave for one another, and add to the loss. */
class SharedTensorsTest {
  private static final Training.Options OPTIONS = new Training.Options(AdamW.DEFAULT, 0);

  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 9, 3);

  private static StackSpec only(BiConsumer<Host, Graft> grafting) {
    return TinyHost.only(method(grafting));
  }

  private static PeftMethod method(BiConsumer<Host, Graft> grafting) {
    return new TestMethod("test", Set.of(Trait.PER_ROW, Trait.MERGEABLE), grafting);
  }

  /** Each block's queries leave what they gave, and its values add it times a vector. */
  private static void sharing(Host host, Graft graft) {
    for (Site.Projection site : host.projections(Targets.of("query"))) {
      graft.at(site, new Leaving("of block " + site.layer().orElseThrow()));
    }
    for (Site.Projection site : host.projections(Targets.of("value"))) {
      graft.at(site, new Adding("of block " + site.layer().orElseThrow(), vector(graft, site)));
    }
  }

  private static Tensor vector(Graft graft, Site.Projection site) {
    return graft.parameter(site.path() + ".v", Shape.of(site.out()), Initializer.normal(1));
  }

  private record Leaving(String key) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      p.batch().share(key, p.y());
      return p.y();
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(host);
    }
  }

  private record Adding(String key, Tensor vector) implements ProjectionIntervention {
    @Override
    public Tensor output(Projected p) {
      return p.y().plus(p.batch().shared(key).times(vector));
    }

    @Override
    public Optional<Affine> merged(Affine host) {
      return Optional.of(host);
    }
  }

  /** The same without sharing: queries and values read the same. */
  private static void computing(Host host, Graft graft) {
    List<Site.Projection> queries = host.projections(Targets.of("query"));
    for (Site.Projection site : host.projections(Targets.of("value"))) {
      Tensor vector = vector(graft, site);
      Site.Projection query = queries.get(site.layer().orElseThrow());
      graft.at(
          site,
          new ProjectionIntervention() {
            @Override
            public Tensor output(Projected p) {
              Tensor y = p.x().linear(query.weight(), query.bias().orElse(null));
              return p.y().plus(y.times(vector));
            }
          });
    }
  }

  @Test
  void aLaterSiteReadsWhatAnEarlierOneLeft() {
    for (String name : List.of("bert", "gpt2", "deberta-v2")) {
      TinyHost host = cpu.host(name);
      try (Attachment shared = host.attach(only(SharedTensorsTest::sharing));
          Attachment computed = host.attach(only(SharedTensorsTest::computing))) {
        NumbersAssert.assertThat(NumbersAssert.flat(shared.logits(batch)))
            .as(name)
            .isCloseTo(NumbersAssert.flat(computed.logits(batch)), 1e-6);
      }
    }
  }

  @Test
  void eachGraftOfAStackHasKeysOfItsOwn() {
    // The second one's values would add what the first one's queries left.
    PeftMethod doubling =
        new TestMethod(
            "other",
            Set.of(),
            (host, graft) -> {
              for (Site.Projection site : host.projections(Targets.of("query"))) {
                graft.at(
                    site,
                    new ProjectionIntervention() {
                      @Override
                      public Tensor output(Projected p) {
                        p.batch().share("of block " + site.layer().orElseThrow(), p.y().times(2));
                        return p.y();
                      }
                    });
              }
            });
    TinyHost host = cpu.host();
    PeftMethod sharing = method(SharedTensorsTest::sharing);
    try (Attachment alone = host.attach(TinyHost.only(sharing));
        Attachment beside = host.attach(TinyHost.only(sharing, doubling))) {
      assertThat(beside.logits(batch)).isDeepEqualTo(alone.logits(batch));
    }
  }

  @Test
  void whatIsSharedIsNotMerged() {
    try (Attachment shared = cpu.host().attach(only(SharedTensorsTest::sharing));
        Attachment merged = shared.merged()) {
      assertThat(merged.unmerged())
          .hasSize(4)
          .allSatisfy(
              each ->
                  assertThat(each.reason())
                      .isEqualTo("it shares tensors with other sites, which weights can't"));
      assertThat(merged.logits(batch)).isDeepEqualTo(shared.logits(batch));
    }
  }

  @Test
  void rowsOfSeveralTasksReadWhatTheirOwnTaskLeft() {
    TinyHost host = cpu.host();
    StackSpec spec = only(SharedTensorsTest::sharing);
    try (Tasks tasks = new Tasks(host.model())) {
      for (String name : List.of("a", "b")) {
        try (Attachment fresh = host.attach(spec)) {
          var tensors = fresh.tensors();
          SplittableRandom random = new SplittableRandom(name.hashCode());
          tensors.values().forEach(v -> v[0] += (float) random.nextGaussian());
          tasks.add(name, fresh.with(tensors));
        }
      }
      float[][] mixed = tasks.logits(batch, List.of("a", "b", "a"));
      for (int row = 0; row < 3; row++) {
        tasks.use(row == 1 ? "b" : "a");
        NumbersAssert.assertThat(mixed[row]).isCloseTo(tasks.logits(batch)[row], 1e-6);
      }
    }
  }

  /** A penalty that one scalar parameter makes, and a projection that it does nothing at. */
  private static StackSpec penalty(String site, boolean atSite) {
    return only(
        (host, graft) -> {
          Tensor w = graft.parameter("w", Shape.of(2), Initializer.constant(3));
          if (!atSite) {
            graft.penalty(w.squared().sum());
          }
          graft.at(
              host.projections(Targets.of(site)).get(0),
              new ProjectionIntervention() {
                @Override
                public Tensor output(Projected p) {
                  if (atSite) {
                    p.batch().penalty(w.squared().sum());
                  }
                  return p.y();
                }
              });
        });
  }

  @Test
  void aPenaltyAtASiteJoinsTheLossOnce() {
    for (String site : List.of("query", "lm_head")) {
      TinyHost host = cpu.host("llama");
      double[] labels = new double[3 * 9];
      for (boolean atSite : List.of(true, false)) {
        try (Attachment attachment =
                host.model().attach(host.model().languageModel(penalty(site, atSite)), 1);
            Training training = attachment.training(OPTIONS)) {
          var gradients = training.gradients(batch, labels, 0);
          assertThat(gradients.get("w")).containsExactly(6, 6);
          assertThat(gradients.get("loss")[0])
              .isCloseTo(attachment.loss(batch, labels) + 18, within(1e-5f));
        }
      }
    }
  }

  @Test
  void aPenaltyMayDependOnActivations() {
    StackSpec spec =
        only(
            (host, graft) -> {
              Site.Block last = host.blocks().get(host.layers() - 1);
              Tensor w = graft.parameter("w", Shape.SCALAR, Initializer.ones());
              graft.at(
                  last,
                  state -> {
                    Tensor mean = state.output().mean();
                    state.batch().penalty(mean.detach().times(w));
                    return state.output();
                  });
            });
    try (Attachment attachment = cpu.host().attach(spec);
        Training training = attachment.training(OPTIONS)) {
      float[] stream = attachment.hiddenStates(batch).get(2);
      double mean = 0;
      for (float number : stream) {
        mean += number / stream.length;
      }
      assertThat((double) training.gradients(batch, new double[] {0, 1, 1}, 0).get("w")[0])
          .isCloseTo(mean, within(1e-6));
    }
  }

  /** Multiplies what a sublayer or block reads. */
  private record ReadTimes(Tensor gain) implements SublayerIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      return x.times(gain);
    }

    @Override
    public Tensor output(State state) {
      return state.output();
    }
  }

  /** Multiplies what a projection reads. */
  private record InputTimes(Tensor gain) implements ProjectionIntervention {
    @Override
    public Tensor input(Tensor x, Batch batch) {
      return x.times(gain);
    }
  }

  private static Tensor gain(Host host, Graft graft) {
    return graft.parameter("gain", Shape.of(host.width()), Initializer.normal(1));
  }

  private void assertEqual(
      String name, BiConsumer<Host, Graft> one, BiConsumer<Host, Graft> other) {
    TinyHost host = cpu.host(name);
    try (Attachment first = host.attach(only(one));
        Attachment second = host.attach(only(other))) {
      NumbersAssert.assertThat(NumbersAssert.flat(first.logits(batch)))
          .isCloseTo(NumbersAssert.flat(second.logits(batch)), 1e-6);
    }
  }

  @Test
  void whatASublayerReadsIsWhatItsFirstProjectionsRead() {
    for (String name : List.of("bert", "llama")) {
      assertEqual(
          name,
          (host, graft) -> {
            Tensor gain = gain(host, graft);
            host.sublayers().stream()
                .filter(site -> site.part() == Site.Sublayer.Part.MLP)
                .forEach(site -> graft.at(site, new ReadTimes(gain)));
          },
          (host, graft) -> {
            Tensor gain = gain(host, graft);
            Targets targets =
                name.equals("bert") ? Targets.of("mlp.up") : Targets.of("mlp.up", "mlp.gate");
            host.projections(targets).forEach(site -> graft.at(site, new InputTimes(gain)));
          });
    }
  }

  @Test
  void whatABlockReadsIsWhatTheOneBeforeItGives() {
    assertEqual(
        "llama",
        (host, graft) -> graft.at(host.blocks().get(1), new ReadTimes(gain(host, graft))),
        (host, graft) -> {
          Tensor gain = gain(host, graft);
          graft.at(host.blocks().get(0), state -> state.output().times(gain));
        });
  }
}
