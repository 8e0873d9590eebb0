package dev.graft.harness.study.file;

import dev.graft.GraftException;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.study.Tuning;
import dev.graft.harness.study.Tuning.Search;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.study.declared.DeclaredStack;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.ExecutorOptions;
import dev.graft.harness.yaml.YamlFile;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlScalar;
import dev.graft.harness.yaml.YamlValue;
import dev.graft.methods.Methods;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Reads files of studies. */
public final class StudyFile {
  static final String NAME = "name";
  static final String METHODS = "methods";
  static final String BASELINE = "baseline";
  static final String SEEDS = "seeds";
  static final String TUNING = "tuning";
  static final String FORGETTING = "forgetting";
  static final String LATENCY = "latency";
  static final String EXECUTOR = "executor";
  static final String PARALLEL = "parallel";
  static final String TIMEOUT = "timeout";

  /** Every key at the top of a file. */
  static final List<String> KEYS =
      Stream.of(
              List.of(NAME),
              ArmKey.NAMES,
              List.of(
                  Frames.VARY,
                  METHODS,
                  MethodsReader.MATCH,
                  BASELINE,
                  SEEDS,
                  TUNING,
                  FORGETTING,
                  LATENCY,
                  EXECUTOR,
                  PARALLEL,
                  TIMEOUT))
          .flatMap(List::stream)
          .toList();

  static final List<String> TUNING_KEYS = List.of("trials", "search", "halving", "seed");
  static final List<String> LATENCY_KEYS =
      List.of("sizes", "rows", "lengths", "processes", "rounds", "margin", "limit");
  static final List<String> SEARCHES =
      Stream.of(Search.values()).map(s -> s.name().toLowerCase(Locale.ROOT)).toList();
  static final String SIZE = "([1-9][0-9]{0,4})x([1-9][0-9]{0,5})";
  static final Range COUNTS = Range.whole(1, 1000);
  static final Range SEED = Range.whole(-999_999_999_999_999L, 999_999_999_999_999L);
  static final Range TRIALS = Range.whole(1, 10_000);
  static final Range HALVING = Range.whole(2, 10_000);
  static final Range MINUTES = Range.above(0, 100_000);
  static final Range PROCESSES =
      Range.whole(LatencySpec.FEWEST_PROCESSES, LatencySpec.MOST_PROCESSES);
  static final Range ROUNDS = Range.whole(LatencySpec.FEWEST_ROUNDS, LatencySpec.MOST_ROUNDS);
  static final Range ROWS = Range.whole(1, 99_999);
  static final Range LENGTHS = Range.whole(1, 999_999);
  static final Range MARGIN = Range.above(0, 1);

  private static final Pattern SIZES = Pattern.compile(SIZE);
  private static final String SEEDS_EXPECTED =
      "how many, from 1 to 1000, or a list of different seeds";

  private StudyFile() {}

  /**
   * Reads a file.
   *
   * @param methods that it may name
   * @throws GraftException if anything in it is not as it should be, with the place
   */
  public static Declaration read(Path file, Defaults defaults, Methods methods) {
    Misplaced misplaced = new Misplaced(methods);
    YamlMapping keys =
        YamlFile.read(file, "a study", "methods: [lora, full]").only(KEYS, misplaced::inStudy);
    MethodsReader reader = new MethodsReader(methods, misplaced, SizeReader.read(keys));
    List<Arm> frames = new Frames(file, defaults, misplaced).read(keys);
    List<DeclaredStack> stacks =
        reader.read(keys.get(METHODS, "what is compared, such as [lora, full]"));
    Grid.require((long) frames.size() * stacks.size(), keys.place());
    requireRates(keys, frames, stacks);
    return new Declaration(
        text(keys, NAME),
        frames,
        stacks,
        text(keys, BASELINE),
        keys.find(SEEDS).map(StudyFile::seeds).orElse(List.of(1L)),
        keys.find(TUNING).map(StudyFile::tuning),
        keys.find(FORGETTING).map(value -> ForgettingReader.read(value, file)),
        keys.find(LATENCY).map(StudyFile::latency).orElse(Optional.of(LatencySpec.DEFAULT)),
        new ExecutorOptions(
            text(keys, EXECUTOR),
            keys.find(PARALLEL).map(value -> whole(value, COUNTS)),
            number(keys, TIMEOUT, MINUTES)
                .map(minutes -> Duration.ofMillis(Math.round(60_000 * minutes)))));
  }

  /** Several rates are one for each method, of every stack. */
  private static void requireRates(YamlMapping keys, List<Arm> frames, List<DeclaredStack> stacks) {
    try {
      frames.forEach(
          arm -> stacks.forEach(stack -> arm.recipe().rates().require(stack.unmatched())));
    } catch (GraftException e) {
      GraftException failure =
          e.in(Frames.find(keys, ArmKey.LEARNING_RATE).get().place())
              .remedy(
                  "a list is one rate for each method of a stack; rates that are to be compared"
                      + " stand under vary");
      throw failure;
    }
  }

  private static Optional<String> text(YamlMapping keys, String key) {
    return keys.find(key).map(value -> value.scalar("a text").string("a text"));
  }

  private static int whole(YamlValue value, Range range) {
    return (int) range.whole(value.scalar(range.words()));
  }

  private static long seed(YamlValue value) {
    return SEED.whole(value.scalar(SEED.words()));
  }

  private static List<Long> seeds(YamlValue value) {
    if (value instanceof YamlScalar count) {
      return LongStream.rangeClosed(1, whole(count, COUNTS)).boxed().toList();
    }
    List<Long> seeds = value.list(SEEDS_EXPECTED).values().stream().map(StudyFile::seed).toList();
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw value.wrong(SEEDS_EXPECTED);
    }
    return seeds;
  }

  private static Tuning tuning(YamlValue value) {
    YamlMapping keys = value.mapping("{trials: 16, search: random}").only(TUNING_KEYS);
    return new Tuning(
        whole(keys.get("trials", "how many for each arm"), TRIALS),
        keys.find("search")
            .map(each -> each.scalar("random or grid").choice(SEARCHES))
            .map(name -> Search.valueOf(name.toUpperCase(Locale.ROOT)))
            .orElse(Search.RANDOM),
        keys.find("halving").map(each -> whole(each, HALVING)),
        keys.find("seed").map(StudyFile::seed).orElse(1L));
  }

  private static Optional<LatencySpec> latency(YamlValue value) {
    String expected = "{sizes: [1x32, 16x32]}, or false for none";
    if (value instanceof YamlScalar scalar) {
      if (scalar.type() != YamlScalar.Type.TRUTH || scalar.truth()) {
        throw scalar.wrong(expected);
      }
      return Optional.empty();
    }
    YamlMapping keys = value.mapping(expected).only(LATENCY_KEYS);
    return Optional.of(
        new LatencySpec(
            sizes(keys),
            keys.find("processes")
                .map(each -> whole(each, PROCESSES))
                .orElse(LatencySpec.DEFAULT.processes()),
            keys.find("rounds")
                .map(each -> whole(each, ROUNDS))
                .orElse(LatencySpec.DEFAULT.rounds()),
            number(keys, "margin", MARGIN).orElse(LatencySpec.DEFAULT.margin()),
            number(keys, "limit", MINUTES).orElse(LatencySpec.DEFAULT.limit())));
  }

  private static Optional<Double> number(YamlMapping keys, String key, Range range) {
    return keys.find(key).map(value -> range.number(value.scalar(range.words())));
  }

  /** Explicit ones, or every number of rows with every length. */
  private static List<LatencySpec.Size> sizes(YamlMapping keys) {
    Optional<YamlValue> rows = keys.find("rows");
    Optional<YamlValue> lengths = keys.find("lengths");
    if (rows.isPresent() != lengths.isPresent()) {
      throw rows.or(() -> lengths).orElseThrow().wrong("rows and lengths, or neither of them");
    }
    if (rows.isEmpty()) {
      return keys.find("sizes").map(StudyFile::sizes).orElse(LatencySpec.DEFAULT.sizes());
    }
    if (keys.find("sizes").isPresent()) {
      throw keys.find("sizes").get().wrong("sizes, or rows and lengths");
    }
    return LatencySpec.grid(axis(rows.get(), ROWS), axis(lengths.get(), LENGTHS));
  }

  private static List<Integer> axis(YamlValue value, Range range) {
    String expected = "a list of different numbers, each " + range.words();
    List<Integer> numbers =
        value.list(expected).values().stream().map(each -> whole(each, range)).toList();
    if (numbers.isEmpty() || numbers.stream().distinct().count() < numbers.size()) {
      throw value.wrong(expected);
    }
    return numbers;
  }

  private static List<LatencySpec.Size> sizes(YamlValue value) {
    String expected = "different sizes, rows x length: [1x32, 16x32]";
    List<LatencySpec.Size> sizes =
        value.list(expected).values().stream().map(each -> size(each, expected)).toList();
    if (sizes.isEmpty() || sizes.stream().distinct().count() < sizes.size()) {
      throw value.wrong(expected);
    }
    return sizes;
  }

  private static LatencySpec.Size size(YamlValue value, String expected) {
    Matcher size = SIZES.matcher(value.scalar(expected).text());
    if (!size.matches()) {
      throw value.wrong("rows x length, such as 16x32");
    }
    return new LatencySpec.Size(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
  }
}
