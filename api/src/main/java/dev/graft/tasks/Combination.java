package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.api.GraftSum;
import dev.graft.api.GraftSum.Term;
import dev.graft.api.PeftMethod;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Attachments of one method added up to one. */
final class Combination {
  private final Map<String, Attachment> tasks;

  private Combination(Map<String, Attachment> tasks) {
    this.tasks = tasks;
  }

  /**
   * Adds attachments up.
   *
   * @param weights from some of the tasks' names to weights
   * @param head the task whose head the sum has; null if the heads are equal
   */
  static Attachment of(Map<String, Attachment> tasks, Map<String, Double> weights, String head) {
    return new Combination(tasks).sum(weights, head);
  }

  private Attachment sum(Map<String, Double> weights, String headOf) {
    if (weights.isEmpty()) {
      throw GraftException.input("There is no task to be combined.")
          .expected("the name of at least one, with its weight");
    }
    List<Term> terms = new ArrayList<>();
    weights.forEach((name, weight) -> terms.add(term(name, weight)));
    String first = terms.get(0).name();
    PeftMethod method = only(first);
    for (Term term : terms) {
      if (!only(term.name()).spec().name().equals(method.spec().name())) {
        throw GraftException.input(
                "The tasks '%s' and '%s' can't be combined: their methods differ.",
                first, term.name())
            .expected("tasks of one method")
            .line("'%s'".formatted(first), task(first).stack())
            .line("'%s'".formatted(term.name()), task(term.name()).stack());
      }
    }
    GraftSum sum =
        method
            .sum()
            .orElseThrow(
                () ->
                    GraftException.input(
                            "Tasks of the method '%s' can't be combined: what it changes can't be added up.",
                            method.spec().name())
                        .expected("tasks of a method whose changes can be, such as LoRA"));
    Attachment head = task(headOf == null ? sharedHead(weights.keySet()) : headOf);
    Model model = head.model();
    StoredGraft graft = sum.of(terms, model.host());
    StackSpec.Item item = new StackSpec.Item(method, graft.settings());
    Stack stack = Stack.of(model.host(), new StackSpec(List.of(item)), head.stack().head());
    Map<Owned, StoredTensor> values = new HashMap<>();
    fill(stack, graft, values);
    List<StoredTensor> ofHead = head(head);
    for (int i = 0; i < ofHead.size(); i++) {
      values.put(stack.headGraft().owned().get(i), ofHead.get(i));
    }
    return model.attach(stack, values, 0);
  }

  private static void fill(Stack stack, StoredGraft sum, Map<Owned, StoredTensor> into) {
    Set<String> left = new HashSet<>(sum.tensors().keySet());
    for (Owned owned : stack.grafts().get(0).owned()) {
      StoredTensor numbers = sum.tensors().get(owned.name());
      if (owned.isSaved() && (numbers == null || !owned.isLike(numbers))) {
        throw GraftException.plugin(
                "The sum that '%s' makes of tasks does not hold what its settings need.",
                stack.grafts().get(0).name())
            .expected("%s of the shape %s", owned.name(), owned.spec().shape().dims())
            .found(numbers == null ? "no such tensor" : "the shape " + numbers.shape().dims())
            .remedy("tell the author of the plugin");
      }
      if (owned.isSaved()) {
        left.remove(owned.name());
        into.put(owned, numbers);
      }
    }
    if (!left.isEmpty()) {
      throw GraftException.plugin(
              "The sum that '%s' makes of tasks holds tensors that its settings don't need.",
              stack.grafts().get(0).name())
          .line("left over", String.join(", ", new TreeSet<>(left)))
          .remedy("tell the author of the plugin");
    }
  }

  private Attachment task(String name) {
    Attachment task = tasks.get(name);
    if (task == null) {
      throw MixedTasks.unknown(name, List.copyOf(tasks.keySet()));
    }
    return task;
  }

  private PeftMethod only(String name) {
    List<StackSpec.Item> items = task(name).stack().spec().items();
    if (items.size() != 1) {
      throw GraftException.input("The task '%s' can't be combined with others.", name)
          .expected("a stack of one method")
          .found(items.isEmpty() ? "none" : task(name).stack());
    }
    return items.get(0).method();
  }

  private Term term(String name, double weight) {
    if (!Double.isFinite(weight)) {
      throw GraftException.input("The task '%s' can't be combined at the weight %s.", name, weight)
          .expected("a finite number");
    }
    only(name);
    Attachment task = task(name);
    Stack stack = task.stack();
    StoredGraft graft =
        new StoredGraft(stack.spec().items().get(0).settings(), task.stored(stack.grafts().get(0)));
    return new Term(name, graft, weight);
  }

  private String sharedHead(Set<String> names) {
    String first = names.iterator().next();
    for (String name : names) {
      TaskHead one = task(first).stack().head();
      TaskHead other = task(name).stack().head();
      if (!one.equals(other) || !head(task(name)).equals(head(task(first)))) {
        throw GraftException.input(
                "The tasks '%s' and '%s' have heads of their own, and a sum has one.", first, name)
            .remedy("name the task whose head it shall have");
      }
    }
    return first;
  }

  private static List<StoredTensor> head(Attachment task) {
    return task.stack().headGraft().owned().stream().map(task::stored).toList();
  }
}
