package dev.graft.harness.store;

import dev.graft.harness.json.Json;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.StudyFolder;
import dev.graft.harness.trial.TestAnswers;
import dev.graft.harness.trial.TrialFailure;
import dev.graft.harness.trial.TrialInputs;
import dev.graft.harness.trial.TrialResult;
import java.util.Locale;
import java.util.function.Function;

/** What is told of a stored trial in a column of its own. */
public enum TrialColumn {
  TRIAL_KEY(Type.TEXT, row -> row.inputs().key()),
  STORED(Type.TEXT, Row::stored),
  OUTPUT(Type.TEXT, row -> row.folder().path().toString()),
  MODEL(Type.TEXT, row -> row.arm().model()),
  TASK(Type.TEXT, row -> row.arm().task()),
  METHOD(Type.TEXT, row -> row.arm().method()),
  STAGE(Type.TEXT, row -> row.inputs().spec().stage().toString().toLowerCase(Locale.ROOT)),
  SEED(Type.WHOLE, row -> row.inputs().spec().seed()),
  UNTIL_STEP(Type.WHOLE, row -> row.inputs().spec().until().map(Integer::longValue).orElse(null)),
  UNTRAINED(Type.WHOLE, row -> row.arm().untrained() ? 1L : 0L),
  DEVICE(Type.TEXT, row -> row.arm().device()),
  PRECISION(Type.TEXT, row -> row.arm().precision().toString()),
  BASE(Type.TEXT, row -> row.inputs().identity().base()),
  DATA(Type.TEXT, row -> row.inputs().identity().data()),
  PLUGINS(Type.TEXT, row -> Json.line(row.inputs().identity().plugins())),
  GRAFT(Type.TEXT, row -> row.inputs().identity().graft()),
  STARTED(Type.TEXT, ofResult(result -> result.provenance().started())),
  METHOD_PARAMETERS(Type.WHOLE, ofResult(result -> result.counts().method())),
  HEAD_PARAMETERS(Type.WHOLE, ofResult(result -> result.counts().head())),
  HOST_PARAMETERS(Type.WHOLE, ofResult(result -> result.counts().host())),
  STEPS(Type.WHOLE, ofResult(result -> (long) result.steps().count())),
  KEPT_STEP(Type.WHOLE, ofResult(result -> (long) result.steps().kept())),
  TRAINING_SECONDS(Type.REAL, ofResult(result -> result.steps().seconds())),
  FIRST_LOSS(Type.REAL, ofResult(result -> result.steps().firstLoss())),
  LAST_LOSS(Type.REAL, ofResult(result -> result.steps().lastLoss())),
  PEAK_MEMORY_BYTES(
      Type.WHOLE,
      ofResult(
          result ->
              result.memory().bytes().isPresent() ? result.memory().bytes().getAsLong() : null)),
  CHECKPOINT_BYTES(Type.WHOLE, ofResult(TrialResult::checkpointBytes)),
  CHECKPOINT(Type.TEXT, ofResult(TrialResult::checkpoint)),
  TEST_EXAMPLES(
      Type.WHOLE,
      ofResult(
          result -> result.test().map(TestAnswers::examples).map(Integer::longValue).orElse(null))),
  FAILURE(Type.TEXT, ofFailure(TrialFailure::reason)),
  LOG(Type.TEXT, ofFailure(TrialFailure::log));

  /** What a column holds. */
  public enum Type {
    TEXT,
    WHOLE,
    REAL
  }

  /** What is told. */
  public record Row(TrialInputs inputs, StudyFolder folder, Outcome outcome, String stored) {
    private Arm arm() {
      return inputs.spec().arm();
    }
  }

  private final Type type;

  @SuppressWarnings("ImmutableEnumChecker") // they hold nothing
  private final Function<Row, Object> value;

  TrialColumn(Type type, Function<Row, Object> value) {
    this.type = type;
    this.value = value;
  }

  private static Function<Row, Object> ofResult(Function<TrialResult, Object> value) {
    return row -> row.outcome() instanceof TrialResult result ? value.apply(result) : null;
  }

  private static Function<Row, Object> ofFailure(Function<TrialFailure, Object> value) {
    return row -> row.outcome() instanceof TrialFailure failure ? value.apply(failure) : null;
  }

  public Type type() {
    return type;
  }

  /** The name of the column. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Null for what is absent, and for what is no number where one is kept. */
  public Object of(Row row) {
    Object found = value.apply(row);
    return found instanceof Double number && !Double.isFinite(number) ? null : found;
  }
}
