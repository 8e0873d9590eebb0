package dev.graft.harness.study.file;

import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.study.declared.DeclaredMethod;
import dev.graft.harness.study.declared.DeclaredStack;
import dev.graft.harness.study.declared.SizeMatch;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes what is to be compared as a file that {@link StudyFile} reads to the same. */
public final class StudyText {
  private static final int WIDTH = 100;

  private StudyText() {}

  /** Everything, what was left to defaults too; grids of methods one by one. */
  public static String of(Declaration study) {
    Map<String, Object> keys = new LinkedHashMap<>();
    Map<String, Object> vary = new LinkedHashMap<>();
    study.name().ifPresent(name -> keys.put(StudyFile.NAME, name));
    for (ArmKey key : ArmKey.ALL) {
      List<?> values =
          study.frames().stream().map(key.value()).flatMap(Optional::stream).distinct().toList();
      if (values.size() == 1) {
        keys.put(key.name(), values.get(0));
      } else if (values.size() > 1) {
        vary.put(key.name(), values);
      }
    }
    if (!vary.isEmpty()) {
      keys.put(Frames.VARY, vary);
    }
    keys.put(StudyFile.METHODS, study.stacks().stream().map(StudyText::stack).toList());
    study.baseline().ifPresent(arm -> keys.put(StudyFile.BASELINE, arm));
    keys.put(StudyFile.SEEDS, study.seeds());
    study.tuning().ifPresent(tuning -> keys.put(StudyFile.TUNING, tuning(tuning)));
    study
        .forgetting()
        .ifPresent(spec -> keys.put(StudyFile.FORGETTING, ForgettingReader.written(spec)));
    keys.put(StudyFile.LATENCY, study.latency().<Object>map(StudyText::latency).orElse(false));
    study.execution().executor().ifPresent(name -> keys.put(StudyFile.EXECUTOR, name));
    study.execution().parallel().ifPresent(trials -> keys.put(StudyFile.PARALLEL, trials));
    study
        .execution()
        .timeout()
        .map(limit -> limit.toMillis() / 60_000.0)
        .ifPresent(minutes -> keys.put(StudyFile.TIMEOUT, minutes));
    return new Dump(
            DumpSettings.builder().setDefaultFlowStyle(FlowStyle.AUTO).setWidth(WIDTH).build())
        .dumpToString(keys);
  }

  private static Object stack(DeclaredStack stack) {
    List<Object> methods = stack.methods().stream().map(StudyText::method).toList();
    if (methods.size() == 1) {
      return methods.get(0);
    }
    return methods.stream().allMatch(String.class::isInstance)
        ? String.join("+", methods.stream().map(String.class::cast).toList())
        : Map.of(MethodsReader.STACK, methods);
  }

  private static Object method(DeclaredMethod method) {
    if (method.match().isEmpty()) {
      return method.item().toString();
    }
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(MethodsReader.METHOD, method.item().name());
    keys.putAll(method.item().settings().changed());
    keys.put(MethodsReader.MATCH, match(method.match().get()));
    return keys;
  }

  private static Map<String, Object> match(SizeMatch match) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(SizeReader.PARAMETERS, match.parameters());
    keys.put(
        SizeReader.WITHIN,
        BigDecimal.valueOf(match.within()).movePointRight(2).stripTrailingZeros().toPlainString()
            + "%");
    match.by().ifPresent(setting -> keys.put(SizeReader.BY, setting));
    return keys;
  }

  private static Map<String, Object> tuning(Tuning tuning) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("trials", tuning.trials());
    keys.put("search", tuning.search().name().toLowerCase(Locale.ROOT));
    tuning.halving().ifPresent(factor -> keys.put("halving", factor));
    keys.put("seed", tuning.seed());
    return keys;
  }

  private static Map<String, Object> latency(LatencySpec latency) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("sizes", latency.sizes().stream().map(LatencySpec.Size::toString).toList());
    keys.put("processes", latency.processes());
    keys.put("rounds", latency.rounds());
    keys.put("margin", latency.margin());
    keys.put("limit", latency.limit());
    return keys;
  }
}
