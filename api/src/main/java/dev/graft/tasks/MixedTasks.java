package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.StoredTensor;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Answer;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.tasks.MixedStack.Member;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Several tasks in one program: each row of a batch is answered by the stack of its own task, or by
 * the base alone. Holds copies of the tasks' tensors, all in tables as large as the largest of them
 * needs.
 *
 * <p>Several threads may ask at a time.
 */
public final class MixedTasks implements AutoCloseable {
  /** The name of rows without any stack. */
  public static final String BASE = "base";

  private final Model model;

  /** The base comes first. */
  private final List<Member> members;

  private final boolean answersAsBase;
  private final Values values;
  private final CompiledProgram logits;

  private MixedTasks(Model model, List<Member> members, boolean answersAsBase) {
    this.model = model;
    this.members = List.copyOf(members);
    this.answersAsBase = answersAsBase;
    RowTables tables = new RowTables(members.size());
    Stack stack = MixedStack.of(model.host(), members, tables);
    Transformer pass = new Transformer(stack.placed());
    Tensor logits = new TaskHeadOutput(stack, pass).logits(); // it may ask for tables, too
    List<Tensor> inputs = new ArrayList<>(pass.inputs());
    inputs.add(tables.taskOfRow());
    this.logits =
        model.compiled(
            Program.builder(model.precision())
                .weights(model.base().leaves())
                .values(tables.leaves())
                .inputs(inputs)
                .outputs(List.of(logits))
                .returned(Precision.FLOAT32)
                .build());
    this.values = tables.onto(model.device());
  }

  /**
   * {@return one program of tasks on one model, with copies of what their tensors hold now; the
   * caller closes it}
   *
   * @param tasks by name; they stay the caller's
   * @throws GraftException if a method lacks {@link dev.graft.api.Trait#PER_ROW}, a task has
   *     trained weights of the host, or heads are built differently
   */
  public static MixedTasks of(Map<String, Attachment> tasks) {
    if (tasks.isEmpty()) {
      throw GraftException.input("There is no task to answer rows of a batch.")
          .expected("at least one")
          .remedy("add one first");
    }
    Attachment first = tasks.values().iterator().next();
    String nameOfFirst = tasks.keySet().iterator().next();
    TaskHeadLayout layout = first.stack().head().layout();
    List<Member> members = new ArrayList<>();
    tasks.forEach(
        (name, task) -> {
          requireFit(name, task, first.model());
          TaskHeadLayout own = task.stack().head().layout();
          if (own != layout) {
            throw GraftException.input(
                    "The tasks '%s' and '%s' can't share a batch: their heads are built differently.",
                    nameOfFirst, name)
                .line("'%s'".formatted(nameOfFirst), layout)
                .line("'%s'".formatted(name), own)
                .remedy("put their rows into batches of their own");
          }
          members.add(Member.of(name, task));
        });
    Optional<Member> base = base(first.model(), layout);
    // Rows of the base are zeros of the tables; it needs a head to answer.
    members.add(0, base.orElseGet(() -> withoutStack(first)));
    return new MixedTasks(first.model(), members, base.isPresent());
  }

  /** Refuses a name that stands for the base, and tasks of another model. */
  static void requireFit(String name, Attachment task, Model model) {
    if (name.equals(BASE)) {
      throw GraftException.input(
              "A task can't be named '%s', which stands for the base alone.", BASE)
          .remedy("choose another name");
    }
    if (task.model() != model) {
      throw GraftException.input("The task '%s' is attached to another model.", name)
          .expected(
              "one that was opened by, or attached to, the model in %s", model.directory().path())
          .found("the model in %s", task.model().directory().path());
    }
  }

  /** The base with the checkpoint's own head, if it has one. */
  private static Optional<Member> base(Model model, TaskHeadLayout layout) {
    TaskHead head =
        layout == TaskHeadLayout.LANGUAGE_MODEL
            ? TaskHead.languageModel(model.host())
            : model.head(layout);
    Stack stack = Stack.of(model.host(), new StackSpec(List.of()), head);
    var stored = model.storedHead(stack);
    List<StoredTensor> values = List.copyOf(stored.values());
    return values.size() == stack.owned().size()
        ? Optional.of(new Member(BASE, stack, values))
        : Optional.empty();
  }

  private static Member withoutStack(Attachment task) {
    TaskHead head = task.stack().head();
    Stack stack = Stack.of(task.model().host(), new StackSpec(List.of()), head);
    List<StoredTensor> zeros = new ArrayList<>();
    stack
        .owned()
        .forEach(
            owned ->
                zeros.add(
                    new StoredTensor(
                        owned.spec().shape(), new float[Math.toIntExact(owned.size())])));
    return new Member(BASE, stack, zeros);
  }

  /**
   * {@return the logits of a batch, each row by its own task: one number for each label of that
   * task, or T x vocabulary numbers}
   *
   * @param batch rows of any tasks
   * @param tasks for each row the name of its task, or {@link #BASE}
   * @throws GraftException if there is no such task, or rows of the base are to be classified and
   *     its checkpoint has no head, or what comes out is not a number
   */
  public float[][] logits(TokenBatch batch, List<String> tasks) {
    if (tasks.size() != batch.rows()) {
      throw new IllegalArgumentException(
          tasks.size() + " names of tasks for " + batch.rows() + " rows");
    }
    long[] numbers = tasks.stream().mapToLong(this::number).toArray();
    model.host().config().requireFit(batch.smallestId(), batch.largestId(), batch.length(), 0);
    List<Value> given = new ArrayList<>(batch.onto(model.device()));
    given.add(model.device().input("rows", numbers, numbers.length));
    try (Values inputs = Values.owning(given);
        Values results = logits.run(values, inputs)) {
      float[][] rows = batch.perRow(results.get(0).floats());
      for (int row = 0; row < rows.length; row++) {
        TaskHead head = members.get((int) numbers[row]).stack().head();
        if (!head.isLanguageModel()) {
          rows[row] = Arrays.copyOf(rows[row], head.outputs());
        }
      }
      Answer.requireFinite(rows);
      return rows;
    }
  }

  private int number(String task) {
    List<String> names = members.stream().map(Member::name).toList();
    int number = names.indexOf(task);
    if (number < 0) {
      throw unknown(task, names.subList(1, names.size()));
    }
    if (number == 0 && !answersAsBase) {
      throw GraftException.input(
              "The base can't answer rows of its own: its checkpoint has no head for them.")
          .in(model.directory().path())
          .expected(
              "a head of the layout %s with a row for each label of config.json",
              members.get(0).stack().head().layout())
          .remedy("give its rows a task");
    }
    return number;
  }

  static GraftException unknown(String task, List<String> names) {
    return GraftException.input("There is no task '%s'.%s", task, Names.didYouMean(task, names))
        .line(
            "there are",
            names.isEmpty() ? "none" : names.stream().collect(Collectors.joining(", ")));
  }

  @Override
  public void close() {
    values.close();
  }
}
