package dev.graft.errors;

import dev.graft.api.BufferSpec;
import dev.graft.api.Graft;
import dev.graft.api.Initializer;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.api.settings.Targets;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.program.Activation;
import dev.graft.program.Dim;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Ia3Method;
import dev.graft.transformer.DeclaredGraft;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Methods, their settings, stacks of them, and what they declare on a host. */
final class ContractErrors {
  private static final Setting<Integer> RANK = Setting.integer("rank", 8, 1, 64, "the rank");
  private static final SettingsSpec SPEC =
      SettingsSpec.of(
          RANK,
          Setting.real("dropout", 0, 0, 0.9, "the dropout"),
          Setting.flag("bias", false, "whether biases are trained"),
          Setting.choice("activation", Activation.GELU, "the activation"),
          Setting.targets("targets", Targets.of("query", "value"), "where"),
          Setting.integer("ranks", 8, 1, 64, "ranks").byPath(),
          Setting.integer("layers", 0, 0, 99, "blocks").listed(),
          Setting.names("exclude", "left out"),
          Setting.real("factor", 1, 1, 1000, "a factor").optional());
  private static final Methods METHODS = Methods.of(List.of(new Ia3Method()));

  private final ErrorTexts errors;

  private ContractErrors(ErrorTexts errors) {
    this.errors = errors;
  }

  static void addTo(ErrorTexts errors) {
    ContractErrors all = new ContractErrors(errors);
    all.addSettings();
    all.addCompoundSettings();
    all.addStacks();
    all.addGrafts();
  }

  private void addSettings() {
    setting("A setting that a method does not have", "rnak", "4");
    errors.add(
        "A setting of a method that has none",
        () -> SettingsSpec.of().read("m", Map.of("rank", "4")));
    setting("A whole number that is none", "rank", "four");
    setting("A whole number out of its range", "rank", "0");
    setting("A number that is none", "dropout", "NaN");
    setting("A truth value that is none", "bias", "yes");
    setting("A choice that there is not", "activation", "mish");
  }

  private void addCompoundSettings() {
    setting("Targets that are no regular expression", "targets", "/(/");
    setting("Targets with a word that no name has", "targets", "/" + "x".repeat(512) + "/");
    setting("No targets", "targets", "[]");
    setting("Targets with a comma too many", "targets", "[query,]");
    setting("A pattern without a value", "ranks", "[query]");
    setting("A value without a pattern", "ranks", "[=4]");
    setting("A pattern given twice", "ranks", "[key=4,key=8]");
    setting("A pattern that is no regular expression", "ranks", "[(=4]");
    setting("A pattern whose value is out of its range", "ranks", "[query=4,value=0]");
    setting("A list with a word for a number", "layers", "[0,one]");
    setting("A list of names with a comma too many", "exclude", "[a,]");
    setting("A name that is no regular expression", "exclude", "/(/");
    errors.add(
        "Targets that may be tried for ever",
        () -> Targets.matches("/.*.*.*.*.*.*.*.*!/", "layers.".repeat(12)));
    setting("An optional number that is none", "factor", "half");
  }

  private void setting(String title, String name, String value) {
    errors.add(title, () -> SPEC.read("m", Map.of(name, value)));
  }

  private void addStacks() {
    errors.add("A method that is not installed", () -> METHODS.get("ia4"));
    errors.add("A method where none is installed", () -> Methods.of(List.of()).get("lora"));
    errors.add("A stack with a gap", () -> StackSpec.parse("ia3+", METHODS));
    errors.add("A setting without a value", () -> StackSpec.parse("ia3:rank", METHODS));
    errors.add("A setting given twice", () -> StackSpec.parse("ia3:rank=1,rank=2", METHODS));
  }

  private void addGrafts() {
    graft(
        "A parameter whose shape a batch decides",
        g -> g.parameter("a", Shape.of(Dim.symbol("B"), Dim.of(4)), Initializer.zeros()));
    graft(
        "Two parameters of one name",
        g -> {
          w(g);
          w(g);
        });
    graft(
        "The gradient of a buffer",
        g -> g.gradient(g.buffer("b", Shape.of(2), Initializer.zeros())));
    graft("A number that changes after a step", g -> g.afterStep(g.number("n", 1), w(g).sum()));
    graft(
        "A change after a step of whole numbers to real ones",
        g -> {
          Tensor n = g.buffer("n", Shape.of(2), Type.INT64, Initializer.zeros());
          g.afterStep(n, w(g));
        });
    graft(
        "A change after a step of what is drawn again",
        g -> {
          BufferSpec drawn = BufferSpec.of("b", Shape.of(2), Initializer.zeros()).drawnFrom(1);
          g.afterStep(g.buffer(drawn), w(g));
        });
    graft(
        "A gradient of another shape",
        g -> {
          Tensor w = w(g);
          g.replaceGradient(w, g.gradient(w).sum());
        });
    graft(
        "A gradient that is replaced twice",
        g -> {
          Tensor w = w(g);
          g.replaceGradient(w, g.gradient(w).times(2));
          g.replaceGradient(w, g.gradient(w).times(3));
        });
    graft(
        "A change after a step to another shape",
        g -> {
          Tensor w = w(g);
          g.afterStep(w, w.sum());
        });
    graft(
        "Two changes of one tensor after a step",
        g -> {
          Tensor w = w(g);
          g.afterStep(w, w.times(2));
          g.afterStep(w, w.times(3));
        });
    graft("A penalty that is no scalar", g -> g.penalty(w(g)));
    graft(
        "A buffer of truth values",
        g -> g.buffer("b", Shape.of(2), Type.BOOL, Initializer.zeros()));
    graft(
        "A buffer that is computed and drawn again",
        g -> g.buffer(BufferSpec.of("b", Shape.of(2), Initializer.computed(w(g))).drawnFrom(1)));
  }

  private static Tensor w(Graft graft) {
    return graft.parameter("w", Shape.of(2), Initializer.zeros());
  }

  private void graft(String title, Consumer<Graft> declaring) {
    errors.add(title, () -> declaring.accept(new DeclaredGraft("m")));
  }
}
