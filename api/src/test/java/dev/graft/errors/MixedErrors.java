package dev.graft.errors;

import static dev.graft.testing.OnHost.LABELS;
import static dev.graft.testing.OnHost.on;

import dev.graft.api.AttentionIntervention;
import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.Trait;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.tasks.MixedTasks;
import dev.graft.tasks.Tasks;
import dev.graft.testing.EmbeddingLoraMethod;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.MixedRows;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Batches whose rows belong to different tasks. */
final class MixedErrors {
  private MixedErrors() {}

  static void addTo(ErrorTexts errors) {
    errors.add(
        "A batch of mixed tasks where there are none",
        on(
            "llama",
            model -> {
              try (Tasks tasks = new Tasks(model)) {
                tasks.logits(MixedRows.BATCH, MixedRows.ROWS);
              }
            }));
    errors.add(
        "A task whose head was never trained",
        on(
            "bert",
            model -> {
              try (Tasks tasks = new Tasks(model);
                  Attachment drawn = new TinyHost(model).attach(TinyHost.only(new Ia3Method()))) {
                tasks.add("news", drawn);
              }
            }));
    errors.add("A row of a task that is not there", rows("bert", new Ia3Method(), "new"));
    errors.add(
        "A row of the base where the checkpoint has no head for it",
        rows("bert", new Ia3Method(), MixedTasks.BASE));
    errors.add(
        "A batch of tasks with different heads",
        on(
            "llama",
            model -> {
              StackSpec ia3 = TinyHost.only(new Ia3Method());
              Map<String, Attachment> tasks = new LinkedHashMap<>();
              try (Attachment classes = MixedRows.moved(model, ia3, LABELS, 1);
                  Attachment tokens = MixedRows.moved(model, ia3, List.of(), 1)) {
                tasks.put("news", classes);
                tasks.put("stories", tokens);
                MixedTasks.of(tasks).close();
              }
            }));
    errors.add(
        "A batch of tasks of a method without parameters of each row",
        rows("bert", new EmbeddingLoraMethod(), "news"));
    errors.add(
        "A batch of tasks that trained the host's weights",
        promising(
            (host, graft) ->
                host.parameters().stream()
                    .filter(p -> p.name().equals("norm.weight"))
                    .forEach(graft::unfreeze)));
    errors.add("A batch of tasks with other settings", sized(new Sized(false)));
    errors.add("A method that can't say which settings share a batch", sized(new Sized(true)));
    broken(errors);
  }

  /** Two sizes of a method share no batch. */
  private static ErrorTexts.Failing sized(Sized method) {
    return on(
        "llama",
        model -> {
          try (Tasks tasks = new Tasks(model)) {
            for (int size : List.of(2, 4)) {
              StackSpec.Item item =
                  StackSpec.Item.read(method, Map.of("size", Integer.toString(size)));
              StackSpec spec = new StackSpec(List.of(item));
              tasks.add("size " + size, MixedRows.moved(model, spec, LABELS, 1));
            }
            List<String> rows = Collections.nCopies(MixedRows.BATCH.rows(), "size 2");
            tasks.logits(MixedRows.BATCH, rows);
          }
        });
  }

  /** A method of one setting. */
  private record Sized(boolean isBroken) implements PeftMethod {
    private static final Setting<Integer> SIZE = Setting.integer("size", 2, 1, 8, "the size");

    @Override
    public int apiVersion() {
      return API_VERSION;
    }

    @Override
    public MethodSpec spec() {
      return MethodSpec.of("sized", "")
          .withTraits(Trait.PER_ROW)
          .withSettings(SettingsSpec.of(SIZE));
    }

    @Override
    public void graft(Host host, Settings settings, Graft graft) {
      graft.parameter("w", Shape.of(settings.get(SIZE)), Initializer.ones());
    }

    @Override
    public boolean mayShareBatch(Settings one, Settings other) {
      if (isBroken) {
        throw new IllegalStateException("no idea");
      }
      return false;
    }
  }

  /** Methods that promise parameters of each row and can't have them. */
  private static void broken(ErrorTexts errors) {
    errors.add(
        "Parameters of each row of a shape that rows don't fit",
        promising(
            (host, graft) -> {
              Tensor a = graft.parameter("a", Shape.of(16, 16), Initializer.zeros());
              graft.at(host.blocks().get(1), state -> state.output().linear(a.transpose(0, 1)));
            }));
    errors.add(
        "Parameters of each row inside attention",
        promising(
            (host, graft) -> graft.at(host.attentions().get(0), new AttentionIntervention() {})));
    errors.add(
        "Parameters of each row and other positions",
        promising((host, graft) -> graft.shiftPositions(1)));
    errors.add(
        "Parameters of each row with three dimensions",
        promising(
            (host, graft) -> graft.parameter("cube", Shape.of(2, 2, 2), Initializer.zeros())));
  }

  private static ErrorTexts.Failing promising(BiConsumer<Host, Graft> grafting) {
    return rows("llama", new TestMethod("promising", Set.of(Trait.PER_ROW), grafting), "news");
  }

  /** Asks for rows of a task where there is only one, 'news'. */
  private static ErrorTexts.Failing rows(String host, PeftMethod method, String task) {
    return on(
        host,
        model -> {
          try (Tasks tasks = new Tasks(model)) {
            tasks.add("news", MixedRows.moved(model, TinyHost.only(method), LABELS, 1));
            tasks.logits(MixedRows.BATCH, Collections.nCopies(MixedRows.BATCH.rows(), task));
          }
        });
  }
}
