package dev.graft.conformance;

import dev.graft.api.Initializer;
import dev.graft.api.Site;
import dev.graft.api.StoredTensor;
import dev.graft.api.Trait;
import dev.graft.checkpoint.Safetensors;
import dev.graft.files.TemporaryFolder;
import dev.graft.host.HostShape;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.ExactLoss;
import dev.graft.model.Plan;
import dev.graft.model.Training;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.saved.Saved;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.Transformer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What a graft is, and what it makes of a host before any training. */
final class GraftRules {
  /** Of max|a - b| / max|b|: what the order of sums may change in 32 bits. */
  static final double ROUNDING = 2e-5;

  /** So many columns of padding more than a batch needs. */
  private static final int MORE = 3;

  private GraftRules() {}

  /** A graft can be made, and follows from host and settings, whatever was grafted before. */
  static void grafting(Bench bench) throws Finding {
    List<String> first = described(bench, bench.model().host());
    for (String other : List.of("gpt2", "bert")) {
      try {
        Bench.stack(HostShape.of(TinyHosts.config(other)), bench.spec());
      } catch (RuntimeException e) {
        // A rule of its own on that host.
      }
    }
    List<String> again = described(bench, bench.model().host());
    for (int i = 0; i < Math.max(first.size(), again.size()); i++) {
      String expected = i < first.size() ? first.get(i) : "nothing";
      String found = i < again.size() ? again.get(i) : "nothing";
      if (!expected.equals(found)) {
        throw new Finding("the same graft, made again", "what it was: " + expected, found);
      }
    }
  }

  private static List<String> described(Bench bench, HostShape host) {
    List<String> lines = new ArrayList<>();
    Stack stack = Bench.stack(host, bench.spec());
    for (DeclaredGraft graft : stack.grafts()) {
      for (Owned owned : graft.owned()) {
        lines.add(
            "%s %s %s %s, rate %s, decay %s, beginning %s"
                .formatted(
                    owned.role(),
                    owned.leaf().type(),
                    owned.name(),
                    owned.spec().shape(),
                    owned.spec().rateFactor(),
                    owned.spec().weightDecay(),
                    beginning(owned)));
      }
      graft.sites().stream().map(Site::path).forEach(lines::add);
      lines.add("positions moved by " + graft.positionShift());
      lines.add(graft.penalties().size() + " penalties");
      lines.add(graft.replacedGradients().size() + " replaced gradients");
      lines.add(graft.updates().size() + " changes after a step");
    }
    Plan plan = new Plan(stack, Precision.FLOAT32, 3, 9);
    lines.add(plan.forwardFlops() + " operations");
    return lines;
  }

  private static String beginning(Owned owned) {
    SplittableRandom random = new SplittableRandom(1);
    Shape shape = owned.spec().shape();
    if (owned.spec().initializer() instanceof Initializer.Together together) {
      return Arrays.toString(together.draw().of(random, shape));
    }
    return owned.spec().initializer() instanceof Initializer.Drawn drawn
        ? String.valueOf(drawn.draw().next(random, shape))
        : "computed";
  }

  /** What is planned is what there is and what is saved. */
  static void counts(Bench bench) throws Finding {
    HostShape unloaded = HostShape.of(bench.model().directory().config());
    Stack stack = Bench.stack(unloaded, bench.spec());
    Plan plan = new Plan(stack, Precision.FLOAT32, 1, 1);
    long drawn = // again wherever they are attached, and not saved
        stack.owned().stream()
            .filter(owned -> owned.seed().isPresent())
            .mapToLong(Owned::size)
            .sum();
    long planned = plan.methodParameters() + plan.bufferParameters() - drawn;
    try (Attachment fresh = bench.fresh();
        TemporaryFolder folder = TemporaryFolder.make("conformance")) {
      Map<String, StoredTensor> tensors = fresh.stored();
      long actual = tensors.values().stream().mapToLong(StoredTensor::count).sum();
      same("the attachment", planned + plan.headParameters(), actual);
      long frozen = actual;
      for (String name : Bench.trained(fresh)) {
        frozen -= tensors.get(name).count();
      }
      same("the attachment's frozen tensors", plan.bufferParameters() - drawn, frozen);
      Path saved = folder.path().resolve("saved");
      Saved.save(fresh, saved, Map.of());
      String graft = "1-" + bench.method().spec().name();
      same("the saved graft", planned, saved(saved.resolve(graft)));
      same("the saved head", plan.headParameters(), saved(saved.resolve("head")));
    }
  }

  private static void same(String where, long planned, long found) throws Finding {
    if (planned != found) {
      throw new Finding(where, planned + " numbers, as planned", String.valueOf(found));
    }
  }

  private static long saved(Path folder) {
    Safetensors file = Safetensors.open(folder.resolve("graft.safetensors"));
    return file.names().stream().mapToLong(name -> file.info(name).elements()).sum();
  }

  /** A method that declares it begins as the identity. */
  static void identity(Bench bench) throws Finding {
    if (!bench.method().spec().traits().contains(Trait.IDENTITY_AT_START)) {
      return;
    }
    TokenBatch batch = bench.batch();
    String rule = "a fresh graft changes nothing, as IDENTITY_AT_START says,";
    try (Attachment fresh = bench.fresh();
        Attachment bare = bench.bare(fresh)) {
      List<float[]> expected = bare.hiddenStates(batch);
      List<float[]> found = fresh.hiddenStates(batch);
      for (int i = 0; i < expected.size(); i++) {
        String what = i == 0 ? "what the first block reads" : "after layers." + (i - 1);
        // Padding's rows are nobody's.
        int width = bench.model().host().width();
        Numbers.requireClose(
            what,
            bench.material().realRows(found.get(i), width),
            bench.material().realRows(expected.get(i), width),
            ROUNDING,
            rule);
      }
      Numbers.requireClose("logits", real(bench, fresh), real(bench, bare), ROUNDING, rule);
    }
  }

  private static float[][] real(Bench bench, Attachment attachment) {
    return bench.material().real(attachment.logits(bench.batch()));
  }

  /**
   * On decoders no row depends on what comes after it, or a language model would see its answers.
   */
  static void causality(Bench bench) throws Finding {
    if (!bench.model().host().isCausal()) {
      return;
    }
    Material material = bench.material();
    int width = bench.model().host().width();
    try (Attachment moved = bench.moved()) {
      List<float[]> expected = moved.hiddenStates(material.batch(0));
      List<float[]> found = moved.hiddenStates(material.withOtherEnd(0));
      for (int i = 0; i < expected.size(); i++) {
        Numbers.requireClose(
            "what stands before the last token, after block " + i,
            Arrays.copyOf(found.get(i), found.get(i).length - width),
            Arrays.copyOf(expected.get(i), expected.get(i).length - width),
            ROUNDING,
            "the same whatever the last token is");
      }
    }
  }

  /** A penalty on activations is one on real tokens. */
  private static void penalties(Bench bench, Attachment moved) throws Finding {
    if (new Transformer(moved.stack().placed()).penalties().isEmpty()) {
      return;
    }
    Material material = bench.material();
    try (Training training = Bench.training(moved, 0, 1);
        ExactLoss loss = training.exactLoss()) {
      double expected = loss.at(Map.of(), material.batch(), material.labels(), 1);
      double found = loss.at(Map.of(), material.padded(MORE), material.labels(MORE), 1);
      Numbers.requireClose(
          "the loss of a batch with more padding, penalties included",
          new float[] {(float) found},
          new float[] {(float) expected},
          ROUNDING,
          "what it is with less, since a penalty weighs rows by the batch's mask,");
    }
  }

  /** Neither padding nor the other rows of a batch change what a row gives. */
  static void rows(Bench bench) throws Finding {
    Material material = bench.material();
    try (Attachment moved = bench.moved()) {
      float[][] together = moved.logits(material.batch());
      float[][] reversed = moved.logits(material.batch(2, 1, 0));
      for (int row = 0; row < material.rows(); row++) {
        float[] alone = material.real(moved.logits(material.batch(row))[0], row);
        Numbers.requireClose(
            "logits of row " + row + " in a batch with padding",
            material.real(together[row], row),
            alone,
            ROUNDING,
            "what the row gives alone");
        Numbers.requireClose(
            "logits of row " + row + " at another place in the batch",
            material.real(reversed[material.rows() - 1 - row], row),
            alone,
            ROUNDING,
            "what the row gives alone");
      }
      penalties(bench, moved);
    }
  }
}
