package dev.graft.tasks;

import dev.graft.GraftException;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.sharing.Shared;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Many tasks on one base: attachments by name, one of which is in use. Switching replaces one
 * reference, and tasks of equal structure share a program, so that a task costs the memory of its
 * own tensors and nothing else (Hu et al. 2021, section 4.2). Only the one in use holds what it
 * computes from these.
 *
 * <p>Any number of threads may answer, switch, add and remove at a time. A call ends with the task
 * it began with; what is removed meanwhile is closed when its last call has ended.
 */
public final class Tasks implements AutoCloseable {
  private final Model model;
  private final Map<String, Shared<Attachment>> tasks = new LinkedHashMap<>();
  private final Object mixing = new Object();
  private volatile Use use;
  private Mixed mixed;

  private record Use(String name, Shared<Attachment> task) {}

  private record Mixed(Map<String, Shared<Attachment>> of, Shared<MixedTasks> tasks) {}

  /**
   * No task yet.
   *
   * @param model which must outlive this
   */
  public Tasks(Model model) {
    this.model = model;
  }

  /**
   * Adds a task, which belongs to this from now on. It is not in use yet.
   *
   * @param name any but {@link MixedTasks#BASE}
   * @param attachment of this model; it is closed with this
   * @throws GraftException if there is one of that name, it belongs to another model, its head was
   *     drawn and never trained, or its name is {@link MixedTasks#BASE}
   */
  public synchronized void add(String name, Attachment attachment) {
    MixedTasks.requireFit(name, attachment, model);
    attachment.requireHead();
    if (tasks.putIfAbsent(name, new Shared<>(attachment, attachment::close)) != null) {
      throw GraftException.input("There is a task '%s' already.", name)
          .remedy("remove it first, or choose another name");
    }
    attachment.letGo();
  }

  /** {@return the names, in the order in which they were added} */
  public synchronized List<String> names() {
    return List.copyOf(tasks.keySet());
  }

  /**
   * Switches to a task.
   *
   * @param name of a task that was added
   * @throws GraftException if there is none of that name
   */
  public synchronized void use(String name) {
    Use before = use;
    use = new Use(name, find(name));
    if (before != null) {
      letGoUnlessInUse(before.task());
    }
  }

  /** Only the task in use keeps what it computes from its tensors. */
  private void letGoUnlessInUse(Shared<Attachment> task) {
    Use now = use;
    if (now == null || now.task() != task) {
      task.get().letGo();
    }
  }

  /** {@return the name of the task in use, if one is} */
  public Optional<String> current() {
    return Optional.ofNullable(use).map(Use::name);
  }

  private Shared<Attachment> find(String name) {
    Shared<Attachment> task = tasks.get(name);
    if (task == null) {
      throw MixedTasks.unknown(name, names());
    }
    return task;
  }

  /**
   * Takes a task away. It is closed, once no call uses it.
   *
   * @param name of a task that is not in use
   * @throws GraftException if there is none of that name, or it is in use
   */
  public void remove(String name) {
    Shared<Attachment> removed;
    synchronized (this) {
      removed = find(name);
      if (use != null && use.name().equals(name)) {
        throw GraftException.input("The task '%s' is in use.", name)
            .remedy("use another one before it is removed");
      }
      tasks.remove(name);
    }
    removed.release();
    forgetMixed();
  }

  /**
   * Calls something with the task in use, which stays open until that has ended.
   *
   * @param <R> what it gives
   * @param function must not keep or close the attachment
   * @return what the function gave
   * @throws GraftException if none is in use
   */
  public <R> R call(Function<Attachment, R> function) {
    while (true) {
      Use now = use;
      if (now == null) {
        throw GraftException.input("No task is in use.")
            .line("there are", names().isEmpty() ? "none" : String.join(", ", names()))
            .remedy("choose one of them with use");
      }
      if (now.task().acquire()) {
        return now.task()
            .call(
                task -> {
                  try {
                    return function.apply(task);
                  } finally {
                    letGoUnlessInUse(now.task());
                  }
                });
      }
    }
  }

  /**
   * {@return the logits of a batch, by the task in use, as {@link Attachment#logits(TokenBatch)}}
   *
   * @param batch rows of one task
   * @throws GraftException if none is in use
   */
  public float[][] logits(TokenBatch batch) {
    return call(task -> task.logits(batch));
  }

  /**
   * {@return the logits of a batch whose rows belong to different tasks, as {@link
   * MixedTasks#logits}} The first call after a task was added or removed makes the program and the
   * tables for all tasks.
   *
   * @param batch rows of any tasks
   * @param taskOfEachRow names of tasks, or {@link MixedTasks#BASE}
   * @throws GraftException as {@link MixedTasks#of} and {@link MixedTasks#logits}
   */
  public float[][] logits(TokenBatch batch, List<String> taskOfEachRow) {
    return mixed().call(all -> all.logits(batch, taskOfEachRow));
  }

  /**
   * {@return tasks of one method added up: it changes the host by exactly the sum of what they
   * change, each times its weight} It is an attachment like any other, and the caller's.
   *
   * @param weights from names to weights
   * @throws GraftException if there is no task of a name, the stacks are not of one and the same
   *     method, the method is not one whose grafts {@linkplain dev.graft.api.PeftMethod#sum add
   *     up}, or the tasks' heads differ
   */
  public Attachment combined(Map<String, Double> weights) {
    return combine(weights, null);
  }

  /**
   * {@return tasks of one method added up, with the head of one of the tasks, which may be none of
   * those added up}
   *
   * @param weights from names to weights
   * @param head the task's name
   * @throws GraftException if there is no task of a name, the stacks are not of one and the same
   *     method, or the method is not one whose grafts {@linkplain dev.graft.api.PeftMethod#sum add
   *     up}
   */
  public Attachment combined(Map<String, Double> weights, String head) {
    return combine(weights, Objects.requireNonNull(head));
  }

  private Attachment combine(Map<String, Double> weights, String head) {
    Map<String, Shared<Attachment>> now = acquired();
    try {
      return Combination.of(opened(now), weights, head);
    } finally {
      now.values().forEach(Shared::release);
    }
  }

  private static Map<String, Attachment> opened(Map<String, Shared<Attachment>> tasks) {
    Map<String, Attachment> open = new LinkedHashMap<>();
    tasks.forEach((name, task) -> open.put(name, task.get()));
    return open;
  }

  private Shared<MixedTasks> mixed() {
    synchronized (mixing) {
      Map<String, Shared<Attachment>> now = acquired();
      try {
        if (mixed == null || !mixed.of().equals(now)) {
          MixedTasks fresh = MixedTasks.of(opened(now));
          forgetMixed();
          mixed = new Mixed(now, new Shared<>(fresh, fresh::close));
        }
        mixed.tasks().acquire();
        return mixed.tasks();
      } finally {
        now.values().forEach(Shared::release);
      }
    }
  }

  private void forgetMixed() {
    synchronized (mixing) {
      if (mixed != null) {
        mixed.tasks().release();
        mixed = null;
      }
    }
  }

  /** All tasks, to be released. */
  private synchronized Map<String, Shared<Attachment>> acquired() {
    tasks.values().forEach(Shared::acquire);
    return new LinkedHashMap<>(tasks);
  }

  /** Closes all tasks, each when its last call has ended. */
  @Override
  public void close() {
    List<Shared<Attachment>> all;
    synchronized (this) {
      use = null;
      all = new ArrayList<>(tasks.values());
      tasks.clear();
    }
    all.forEach(Shared::release);
    forgetMixed();
  }
}
