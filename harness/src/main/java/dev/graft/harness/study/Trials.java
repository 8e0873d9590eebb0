package dev.graft.harness.study;

import dev.graft.GraftException;
import dev.graft.harness.job.Interruption;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.store.Claim;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.trial.TrialSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Gives the outcomes of trials: what is stored at once, and the others when they have run. */
final class Trials implements AutoCloseable {
  private final TrialStore store;
  private final StudyRecord record;
  private final InputsFinder inputs;
  private final CheckedExecutor executor;
  private final StudyFolder folder;
  private final StudyListener listener;
  private final ExecutorService slots;
  private final Map<String, Future<Outcome>> trials = new HashMap<>();
  private int begun;

  /** A trial that is asked for, with all that decides how it turns out. */
  private record Wanted(StudyStore.Asked asked, TrialInputs inputs) {}

  Trials(
      TrialStore store,
      StudyRecord record,
      InputsFinder inputs,
      CheckedExecutor executor,
      StudyFolder folder,
      StudyListener listener) {
    this.store = store;
    this.record = record;
    this.inputs = inputs;
    this.executor = executor;
    this.folder = folder;
    this.listener = listener;
    this.slots = Executors.newFixedThreadPool(executor.slots());
  }

  /**
   * Asks for trials, which run in their order as it is their turn.
   *
   * @param asked by the names of their arms
   * @return likewise
   */
  Map<String, List<Future<Outcome>>> submit(Map<String, List<TrialSpec>> asked) {
    List<Wanted> wanted = new ArrayList<>();
    asked.forEach((arm, specs) -> specs.forEach(spec -> wanted.add(wanted(arm, spec))));
    Map<String, Outcome> stored = record.ask(wanted.stream().map(Wanted::asked).toList());
    Map<String, List<Future<Outcome>>> futures = new LinkedHashMap<>();
    asked.keySet().forEach(arm -> futures.put(arm, new ArrayList<>()));
    for (Wanted each : wanted) {
      String arm = each.asked().arm();
      String key = each.asked().key();
      Future<Outcome> same = trials.get(key);
      Future<Outcome> future =
          same == null ? outcome(arm, each.inputs(), stored.get(key)) : same(arm, same);
      trials.putIfAbsent(key, future);
      futures.get(arm).add(future);
    }
    return futures;
  }

  private Wanted wanted(String arm, TrialSpec spec) {
    TrialInputs found = inputs.of(spec);
    return new Wanted(new StudyStore.Asked(arm, found.key()), found);
  }

  /**
   * Gives the outcome of a trial.
   *
   * @param known what is stored of it, or null
   */
  private Future<Outcome> outcome(String arm, TrialInputs asked, Outcome known) {
    if (known instanceof TrialResult && known.standsIn(folder)) {
      int index = begin();
      boolean isStored = true;
      tell(() -> listener.ended(index, arm, known, isStored));
      return CompletableFuture.completedFuture(known);
    }
    return slots.submit(() -> claimed(arm, asked));
  }

  /** What comes of an equal trial that was asked for before, though it be a failure. */
  private Future<Outcome> same(String arm, Future<Outcome> trial) {
    return slots.submit(
        () -> {
          int index = begin();
          Outcome outcome = of(trial);
          boolean isStored = true;
          tell(() -> listener.ended(index, arm, outcome, isStored));
          return outcome;
        });
  }

  private Outcome claimed(String arm, TrialInputs asked) {
    int index = begin();
    TrialSpec spec = asked.bound();
    try (Claim claim =
        store.claim(
            asked, folder, owner -> tell(() -> listener.waiting(index, arm, spec, owner)))) {
      boolean isKnown = claim.known().isPresent();
      if (!isKnown) {
        tell(() -> listener.started(index, arm, spec));
      }
      Outcome outcome = claim.known().orElseGet(() -> run(index, asked));
      if (!isKnown) {
        claim.keep(outcome);
        executor
            .stored(spec, folder)
            .ifPresent(failure -> tell(() -> listener.troubled(failure.getMessage())));
      }
      tell(() -> listener.ended(index, arm, outcome, isKnown));
      return outcome;
    }
  }

  private Outcome run(int index, TrialInputs asked) {
    TrialSpec spec = asked.bound();
    Outcome outcome =
        executor.run(
            spec, folder, progress -> tell(() -> listener.progressed(index, spec, progress)));
    if (outcome instanceof TrialFailure && slots.isShutdown()) {
      throw Interruption.told(); // however the executor takes it
    }
    try {
      if (outcome instanceof TrialResult result) {
        asked.identity().require(result.provenance().identity());
      }
      return outcome;
    } catch (GraftException e) {
      String log = folder.relative(new JobFolder(folder.trial(spec)).log());
      return new TrialFailure(spec, e.getMessage(), log);
    }
  }

  private synchronized int begin() {
    return begun++;
  }

  private synchronized void tell(Runnable what) {
    what.run();
  }

  /** Waits for a trial. */
  static Outcome of(Future<Outcome> trial) {
    try {
      return trial.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Interruption.by(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Stops what runs, and waits until it has ended. */
  @Override
  public void close() {
    slots.shutdownNow();
    boolean isInterrupted = Thread.interrupted();
    try {
      while (!slots.awaitTermination(1, TimeUnit.MINUTES)) {
        // a result that is being stored
      }
    } catch (InterruptedException e) {
      isInterrupted = true;
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
