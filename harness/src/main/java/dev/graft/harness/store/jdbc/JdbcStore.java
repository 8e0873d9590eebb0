package dev.graft.harness.store.jdbc;

import dev.graft.GraftException;
import dev.graft.harness.store.Claim;
import dev.graft.harness.store.Owner;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.StudyStore;
import dev.graft.harness.store.TrialColumn;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TrialInputs;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** Keeps outcomes in a database. */
final class JdbcStore implements TrialStore {
  private static final int POLL_MILLISECONDS = 300;
  private static final int BEATS = 20;

  /** Greater than the number of any outcome. */
  private static final long NONE = Long.MAX_VALUE;

  private final Database database;
  private final Duration patience;
  private final ClaimTable claims = new ClaimTable();
  private final NumberTable numbers = new NumberTable();
  private final TrialTable trials;
  private final StudyTable studies;
  private final Heartbeat heartbeat;

  /**
   * A store.
   *
   * @param patience how long a process on another machine may be silent before it is taken for dead
   */
  JdbcStore(Database database, Duration patience) {
    this.database = database;
    this.patience = patience;
    this.trials = new TrialTable(database.name(), numbers);
    this.studies = new StudyTable(database, numbers);
    this.heartbeat =
        new Heartbeat(patience.dividedBy(BEATS), () -> database.transaction(claims::beat));
  }

  @Override
  public Claim claim(TrialInputs inputs, StudyFolder folder, Consumer<Owner> waiting) {
    String key = inputs.key();
    heartbeat.start();
    Silence silence = new Silence(patience);
    long since = NONE;
    while (true) {
      long waitedFrom = since;
      Turn turn = database.transaction(handle -> turn(handle, key, folder, waitedFrom, silence));
      if (turn instanceof Turn.Known known) {
        return new StoreClaim(inputs, folder, Optional.of(known.outcome()));
      }
      if (turn instanceof Turn.Mine) {
        return new StoreClaim(inputs, folder, Optional.empty());
      }
      Turn.Other other = (Turn.Other) turn;
      if (since == NONE && other.owner().isPresent()) {
        since = other.latest();
        waiting.accept(other.owner().get());
      }
      pause();
    }
  }

  /**
   * Looks at a trial.
   *
   * @param since outcomes of a greater number are those that were waited for, failures too
   */
  private Turn turn(Handle handle, String key, StudyFolder folder, long since, Silence silence) {
    Optional<ClaimTable.Held> held = claims.holder(handle, key);
    if (held.isPresent() && silence.meansDeath(held.get())) {
      claims.free(handle, key, held.get());
    }
    if (!claims.take(handle, key)) {
      return new Turn.Other(
          claims.holder(handle, key).map(ClaimTable.Held::owner), trials.latest(handle, key));
    }
    // Only now: whoever had it has added what it found before it gave it back.
    Optional<Outcome> found = trials.find(handle, key, folder, since);
    found.ifPresent(outcome -> claims.giveBack(handle, key));
    return found.<Turn>map(Turn.Known::new).orElseGet(Turn.Mine::new);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw GraftException.machine("The study was interrupted while another had its trial.")
          .remedy("what is done is kept: start it again with the same output")
          .causedBy(e);
    }
  }

  private final class StoreClaim implements Claim {
    private final TrialInputs inputs;
    private final StudyFolder folder;
    private final Optional<Outcome> known;
    private boolean isMine;

    StoreClaim(TrialInputs inputs, StudyFolder folder, Optional<Outcome> known) {
      this.inputs = inputs;
      this.folder = folder;
      this.known = known;
      this.isMine = known.isEmpty();
    }

    @Override
    public Optional<Outcome> known() {
      return known;
    }

    @Override
    public void keep(Outcome outcome) {
      if (!isMine) {
        throw new IllegalStateException("not this process's trial");
      }
      TrialColumn.Row row = new TrialColumn.Row(inputs, folder, outcome, Instant.now().toString());
      database.<Void>transaction(
          handle -> {
            // Where this process was taken for dead, whoever has the trial now stores its own.
            if (claims.giveBack(handle, inputs.key())) {
              trials.add(handle, row);
            }
            return null;
          });
      isMine = false;
    }

    @Override
    public void close() {
      if (isMine) {
        database.transaction(handle -> claims.giveBack(handle, inputs.key()));
        isMine = false;
      }
    }
  }

  @Override
  public Map<String, Outcome> outcomes(Collection<String> keys, StudyFolder folder) {
    return database.use(handle -> trials.outcomes(handle, keys, folder));
  }

  @Override
  public String name() {
    return database.name();
  }

  @Override
  public StudyStore studies() {
    return studies;
  }

  @Override
  public List<StoredRun> runs(RunFilter filter) {
    return database.use(handle -> new RunQuery(handle, database.name(), filter).runs());
  }

  @Override
  public Outcome outcome(long id) {
    return database.use(handle -> trials.get(handle, id));
  }

  @Override
  public void close() {
    heartbeat.close();
    database.close();
  }
}
