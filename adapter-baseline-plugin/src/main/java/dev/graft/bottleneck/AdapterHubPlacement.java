package dev.graft.bottleneck;

import dev.graft.GraftException;
import dev.graft.api.Host;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.program.Activation;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * Where adapters stand, in AdapterHub's {@code BnConfig}. With x the stream, f what a sublayer
 * computes and A the two projections, it computes {@code LN(f + A(f) + x)}, or with {@code
 * original_ln_before} {@code LN(f + A(LN(f + x)) + x)}, or in parallel {@code LN(f + s A(x) + x)};
 * without LN in hosts that norm what a sublayer reads.
 */
@SuppressWarnings("ImmutableEnumChecker") // Both collections are copies.
enum AdapterHubPlacement {
  /** Its {@code DoubleSeqBnConfig}. */
  HOULSBY(Map.of("mh_adapter", true), Set.of("residual_before_ln")),
  /** Its {@code SeqBnConfig}. */
  PFEIFFER(Map.of("original_ln_before", true), Set.of()),
  /** Its {@code ParBnConfig}. */
  PARALLEL(
      Map.of("is_parallel", true, "init_weights", "mam_adapter"),
      Set.of("scaling", "original_ln_before", "residual_before_ln"));

  /** What changes nothing of what a loaded adapter computes, or is looked at by itself. */
  private static final Set<String> FREE =
      Set.of(
          "adapter_residual_before_ln",
          "dropout",
          "factorized_phm_W",
          "factorized_phm_rule",
          "hypercomplex_nonlinearity",
          "init_weights",
          "init_weights_seed",
          "inv_adapter_reduction_factor",
          "learn_phm",
          "leave_out",
          "non_linearity",
          "phm_bias",
          "phm_c_init",
          "phm_dim",
          "phm_init_range",
          "phm_rank",
          "reduction_factor",
          "shared_W_phm",
          "shared_phm_rule",
          "stochastic_depth");

  private final Map<String, Object> own;
  private final Set<String> free;

  AdapterHubPlacement(Map<String, Object> own, Set<String> free) {
    this.own = Map.copyOf(own);
    this.free = Set.copyOf(free);
  }

  boolean isAfterAttention() {
    return this == HOULSBY;
  }

  /** Whether adapters of a configuration are to be read as these; all are by exactly one. */
  boolean reads(Map<String, Object> configuration) {
    if (!(configuration.get("config") instanceof Map<?, ?> given)
        || given.get("architecture") != null
        || !given.containsKey("mh_adapter")) {
      return false;
    }
    AdapterHubPlacement found =
        Boolean.TRUE.equals(given.get("is_parallel"))
            ? PARALLEL
            : Boolean.TRUE.equals(given.get("mh_adapter")) ? HOULSBY : PFEIFFER;
    return this == found;
  }

  private static Map<String, Object> defaults() {
    Map<String, Object> defaults = new TreeMap<>();
    for (String key :
        List.of(
            "adapter_residual_before_ln",
            "cross_adapter",
            "factorized_phm_rule",
            "is_parallel",
            "ln_after",
            "ln_before",
            "mh_adapter",
            "original_ln_before",
            "phm_layer",
            "shared_W_phm",
            "use_gating")) {
      defaults.put(key, false);
    }
    for (String key :
        List.of(
            "factorized_phm_W",
            "learn_phm",
            "original_ln_after",
            "output_adapter",
            "phm_bias",
            "residual_before_ln",
            "shared_phm_rule")) {
      defaults.put(key, true);
    }
    for (String key : List.of("init_weights_seed", "inv_adapter", "inv_adapter_reduction_factor")) {
      defaults.put(key, null);
    }
    defaults.put("dropout", 0.0);
    defaults.put("hypercomplex_nonlinearity", "glorot-uniform");
    defaults.put("init_weights", "bert");
    defaults.put("phm_c_init", "normal");
    defaults.put("phm_dim", 4);
    defaults.put("phm_init_range", new BigDecimal("0.0001"));
    defaults.put("phm_rank", 1);
    defaults.put("scaling", 1.0);
    defaults.put("stochastic_depth", 0.0);
    return defaults;
  }

  // From AdapterHub

  /** The settings that compute what a configuration does. */
  Map<String, String> settings(
      Map<String, Object> configuration, BottleneckSettings its, Host host, long inner) {
    Map<String, Object> given = given(configuration);
    Map<String, String> settings = new HashMap<>();
    if (given.get("reduction_factor") instanceof Number factor
        && (long) (host.width() / factor.doubleValue()) == inner) {
      settings.put(its.reductionFactor().name(), Setting.written(factor.doubleValue()));
    } else {
      settings.put(its.bottleneck().name(), Long.toString(inner));
    }
    settings.put(its.activation().name(), activation(given.get("non_linearity")));
    settings.put(its.dropLayers().name(), Integer.toString(dropped(given.get("leave_out"))));
    if (this == PARALLEL && "learned".equals(given.get("scaling"))) {
      settings.put(ParallelMethod.LEARN_SCALE.name(), "true");
    } else if (this == PARALLEL) {
      settings.put(ParallelMethod.SCALE.name(), scale(given.getOrDefault("scaling", 1.0)));
    }
    return settings;
  }

  private static Map<String, Object> given(Map<String, Object> configuration) {
    Map<String, Object> given = new HashMap<>();
    ((Map<?, ?>) configuration.get("config"))
        .forEach((key, value) -> given.put(key.toString(), value));
    return given;
  }

  /** Refuses an adapter that computes anything else, and says by which key. */
  void check(Map<String, Object> configuration) {
    Map<String, Object> given = given(configuration);
    if (given.get("reduction_factor") instanceof Map<?, ?> factors
        && new HashSet<>(factors.values()).size() > 1) {
      throw unknown("reduction_factor", factors, "one for all blocks");
    }
    Map<String, Object> expected = defaults();
    expected.putAll(own);
    Set<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(given.keySet());
    keys.removeAll(FREE);
    keys.removeAll(free);
    for (String key : keys) {
      Object found = given.containsKey(key) ? given.get(key) : defaults().get(key);
      if (!same(found, expected.get(key))) {
        throw unknown(key, found, String.valueOf(expected.get(key)));
      }
    }
  }

  private static boolean same(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return a == null ? b == null || b.equals(false) : a.equals(b == null ? (Object) false : b);
  }

  private GraftException unknown(String key, Object found, String expected) {
    return GraftException.input(
            "The adapter has %s=%s in its configuration, which %s can't compute.",
            key, found, name().toLowerCase(Locale.ROOT))
        .expected(expected);
  }

  private static String activation(Object theirs) {
    return Setting.written(Activation.named(String.valueOf(theirs).toLowerCase(Locale.ROOT)));
  }

  private String scale(Object scaling) {
    if (!(scaling instanceof Number number)) {
      throw unknown("scaling", scaling, "a number or learned");
    }
    return Setting.written(number.doubleValue());
  }

  /** How many of the lowest blocks are left out, if these and no others are. */
  private int dropped(Object leaveOut) {
    Set<?> distinct = leaveOut instanceof List<?> list ? new HashSet<>(list) : Set.of();
    if (!distinct.equals(new HashSet<>(lowest(distinct.size())))) {
      throw unknown("leave_out", leaveOut, "the lowest blocks: 0, 1, ...");
    }
    return distinct.size();
  }

  private static List<Long> lowest(int blocks) {
    return LongStream.range(0, blocks).boxed().toList();
  }

  // To AdapterHub

  /** The whole of a configuration. */
  Map<String, Object> configuration(
      Settings settings, BottleneckSettings its, Host host, long inner) {
    Map<String, Object> configuration = defaults();
    configuration.putAll(own);
    configuration.put("reduction_factor", factor(host.width(), inner));
    configuration.put("leave_out", lowest(settings.get(its.dropLayers())));
    configuration.put(
        "non_linearity",
        switch (settings.get(its.activation())) {
          case GELU_TANH -> "gelu_new";
          case SILU -> "swish";
          default -> Setting.written(settings.get(its.activation()));
        });
    if (this == PARALLEL) {
      boolean learned = settings.get(ParallelMethod.LEARN_SCALE);
      configuration.put(
          "scaling", learned ? (Object) "learned" : (Object) settings.get(ParallelMethod.SCALE));
    }
    return configuration;
  }

  /** A number by which the width, divided and rounded down, is the inner one. */
  private static Object factor(int width, long inner) {
    double factor = (double) width / inner;
    while (new BigDecimal(width)
            .divideToIntegralValue(new BigDecimal(factor))
            .compareTo(new BigDecimal(inner))
        < 0) {
      factor = Math.nextDown(factor);
    }
    return factor == Math.rint(factor) ? (Object) (long) factor : (Object) factor;
  }
}
