package dev.graft.harness.study;

import com.google.gson.annotations.JsonAdapter;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.json.LeftOut;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.trial.Arm;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trials that answer one question.
 *
 * @param name by which people know it, if it has one
 * @param arms what is compared, by names that tell it apart, in the order in which it is shown
 * @param baseline the name of the arm that the others are judged by
 * @param seeds of every arm
 * @param tuning how each arm's settings are chosen before it is reported; absent for not at all
 * @param forgetting on what it is measured what each training makes the model forget; absent for
 *     not at all
 * @param latency how the arms are timed afterwards; absent for not at all
 */
public record Study(
    Optional<String> name,
    Map<String, Arm> arms,
    String baseline,
    List<Long> seeds,
    Optional<Tuning> tuning,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<ForgettingSpec> forgetting,
    Optional<LatencySpec> latency) {
  public Study {
    arms = Collections.unmodifiableMap(new LinkedHashMap<>(arms));
    seeds = List.copyOf(seeds);
    if (!arms.containsKey(baseline)) {
      throw new IllegalArgumentException("no arm " + baseline + " among " + arms.keySet());
    }
  }

  /**
   * A study of some of the arms. Where the baseline is not among them, the one that is most like it
   * takes its place: the same methods, or else the first.
   */
  Study only(List<String> names) {
    Map<String, Arm> some = new LinkedHashMap<>(arms);
    some.keySet().retainAll(names);
    String method = arms.get(baseline).method();
    String like =
        some.containsKey(baseline)
            ? baseline
            : some.entrySet().stream()
                .filter(arm -> arm.getValue().method().equals(method))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(names.get(0));
    return new Study(name, some, like, seeds, tuning, forgetting, latency);
  }
}
