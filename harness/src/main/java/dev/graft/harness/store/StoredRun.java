package dev.graft.harness.store;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A stored trial without what is long: predictions, losses, times.
 *
 * @param columns a String, a Long or a Double each, as the column's type says; what is absent has
 *     none
 * @param settings the recipe
 * @param validation metrics on the validation split, the task's first first
 * @param test metrics on the test split, likewise
 * @param general losses on general text, where these were measured
 * @param costs what it took, as {@link dev.graft.harness.trial.costs.TrialCosts#numbers} names it
 */
public record StoredRun(
    long id,
    Map<TrialColumn, Object> columns,
    Map<String, String> settings,
    Map<String, Double> validation,
    Map<String, Double> test,
    Map<String, Double> general,
    Map<String, Double> costs) {
  public StoredRun {
    EnumMap<TrialColumn, Object> ordered = new EnumMap<>(TrialColumn.class);
    ordered.putAll(columns);
    columns = Collections.unmodifiableMap(ordered);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
    test = Collections.unmodifiableMap(new LinkedHashMap<>(test));
    general = Collections.unmodifiableMap(new LinkedHashMap<>(general));
    costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
  }

  /** A column of text. */
  public Optional<String> text(TrialColumn column) {
    return Optional.ofNullable((String) columns.get(column));
  }

  /** A column of whole numbers. */
  public Optional<Long> whole(TrialColumn column) {
    return Optional.ofNullable((Long) columns.get(column));
  }

  /** A column of real numbers. */
  public Optional<Double> real(TrialColumn column) {
    return Optional.ofNullable((Double) columns.get(column));
  }
}
