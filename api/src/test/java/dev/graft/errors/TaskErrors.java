package dev.graft.errors;

import static dev.graft.testing.OnHost.LABELS;
import static dev.graft.testing.OnHost.NONE;
import static dev.graft.testing.OnHost.on;

import dev.graft.api.PeftMethod;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Shape;
import dev.graft.tasks.Tasks;
import dev.graft.testing.EmbeddingLoraMethod;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.MixedRows;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Switching between tasks, and adding them up. */
final class TaskErrors {
  private static final StackSpec IA3 = TinyHost.only(new Ia3Method());
  private static final StackSpec OUTSIDER = adding(Map.of());

  private TaskErrors() {}

  /** Something that fails with the tasks 'reviews' and 'news'. */
  @FunctionalInterface
  private interface WithTasks {
    void run(Tasks tasks) throws Exception;
  }

  private static ErrorTexts.Failing with(StackSpec reviews, StackSpec news, WithTasks failing) {
    return on(
        "bert",
        model -> {
          try (Tasks tasks = new Tasks(model)) {
            tasks.add("reviews", attached(model, reviews, 1));
            tasks.add("news", attached(model, news, 2));
            failing.run(tasks);
          }
        });
  }

  private static Attachment attached(Model model, StackSpec stack, long seed) {
    return MixedRows.moved(model, stack, LABELS, seed);
  }

  static void addTo(ErrorTexts errors, Path folder) {
    switching(errors, folder);
    combining(errors);
    sums(errors);
  }

  private static void switching(ErrorTexts errors, Path folder) {
    errors.add("No task in use", with(IA3, IA3, tasks -> tasks.logits(MixedRows.BATCH)));
    errors.add("A task that is not there", with(IA3, IA3, tasks -> tasks.use("review")));
    errors.add(
        "The removal of the task in use",
        with(
            IA3,
            IA3,
            tasks -> {
              tasks.use("news");
              tasks.remove("news");
            }));
    errors.add("A second task of one name", adding("bert", "news"));
    errors.add("A task with the name of the base", adding("bert", "base"));
    errors.add(
        "A task of another model",
        () -> {
          Path other = TinyModel.write(folder.resolve("other"), true);
          Path host = TinyModel.write(folder.resolve("host"), true);
          try (TestDevice cpu = new TestDevice();
              Attachment stranger = cpu.host(ModelDirectory.open(other)).attach(IA3);
              Tasks tasks = new Tasks(cpu.load(ModelDirectory.open(host)))) {
            tasks.add("news", stranger);
          }
        });
  }

  /** Adds a task beside one that is called 'news'. */
  private static ErrorTexts.Failing adding(String host, String name) {
    return on(
        host,
        model -> {
          try (Tasks tasks = new Tasks(model);
              Attachment second = attached(model, IA3, 2)) {
            tasks.add("news", attached(model, IA3, 1));
            tasks.add(name, second);
          }
        });
  }

  private static void combining(ErrorTexts errors) {
    errors.add("A sum of no tasks", with(IA3, IA3, tasks -> tasks.combined(Map.of())));
    errors.add(
        "A sum with a task that is not there",
        with(IA3, IA3, tasks -> tasks.combined(Map.of("new", 1.0))));
    errors.add(
        "A sum at a weight that is no number",
        with(IA3, IA3, tasks -> tasks.combined(Map.of("news", Double.NaN))));
    errors.add(
        "A sum with a task that has no method",
        with(IA3, NONE, tasks -> tasks.combined(Map.of("news", 1.0))));
    errors.add(
        "A sum with a task of two methods",
        with(
            IA3,
            TinyHost.only(new Ia3Method(), new Ia3Method()),
            tasks -> tasks.combined(Map.of("news", 1.0))));
    errors.add(
        "A sum of tasks of different methods",
        with(IA3, TinyHost.only(new EmbeddingLoraMethod()), tasks -> tasks.combined(half())));
    errors.add(
        "A sum of tasks of a method that can't be added up",
        with(IA3, IA3, tasks -> tasks.combined(half())));
    errors.add(
        "A sum of tasks with heads of their own",
        with(OUTSIDER, OUTSIDER, tasks -> tasks.combined(half())));
  }

  private static Map<String, Double> half() {
    Map<String, Double> half = new LinkedHashMap<>();
    half.put("reviews", 0.5);
    half.put("news", 0.5);
    return half;
  }

  private static void sums(ErrorTexts errors) {
    errors.add(
        "A sum that lacks a tensor", sum(Map.of("gian", new StoredTensor(Shape.of(2L), 1, 1))));
    errors.add(
        "A sum with a tensor of another size",
        sum(Map.of("gain", new StoredTensor(Shape.of(3L), 1, 1, 1))));
    errors.add(
        "A sum with a tensor too many",
        sum(
            Map.of(
                "gain",
                new StoredTensor(Shape.of(2L), 1, 1),
                "loss",
                new StoredTensor(Shape.of(1L), 1))));
  }

  private static ErrorTexts.Failing sum(Map<String, StoredTensor> given) {
    return with(adding(given), adding(given), tasks -> tasks.combined(half(), "news"));
  }

  private static StackSpec adding(Map<String, StoredTensor> given) {
    PeftMethod method = new Outsider(given);
    return TinyHost.only(method);
  }
}
