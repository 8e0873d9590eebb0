package dev.graft.harness.study.file;

import dev.graft.harness.study.declared.SizeMatch;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlScalar;
import dev.graft.harness.yaml.YamlValue;
import java.util.List;
import java.util.Optional;

/** Reads {@code match}: the size that methods are to have. */
final class SizeReader {
  static final String PARAMETERS = "parameters";
  static final String WITHIN = "within";
  static final String BY = "by";
  static final String SHARE = "[0-9]{1,2}(\\.[0-9]{1,4})?%";

  static final Range SIZES = Range.whole(1, 1_000_000_000_000_000L);

  private static final double CLOSE = 0.02;
  private static final String EXPECTED = "{parameters: 300000, within: 2%}, or false for any size";

  private SizeReader() {}

  /** The size of these keys; none if they say nothing, or false. */
  static Optional<SizeMatch> read(YamlMapping keys) {
    Optional<YamlValue> value = keys.find(MethodsReader.MATCH);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof YamlScalar scalar) {
      if (scalar.type() != YamlScalar.Type.TRUTH || scalar.truth()) {
        throw scalar.wrong(EXPECTED);
      }
      return Optional.empty();
    }
    YamlMapping match = value.get().mapping(EXPECTED).only(List.of(PARAMETERS, WITHIN, BY));
    return Optional.of(
        new SizeMatch(
            match
                .get(PARAMETERS, EXPECTED)
                .scalar(EXPECTED)
                .whole(SIZES.words(), n -> SIZES.has().test((double) n)),
            match.find(WITHIN).map(SizeReader::share).orElse(CLOSE),
            match.find(BY).map(by -> by.scalar(EXPECTED).string("the name of a setting"))));
  }

  private static double share(YamlValue value) {
    String text = value.scalar("a percentage").text();
    if (!text.matches(SHARE)) {
      throw value.wrong("a percentage such as 2%");
    }
    return Double.parseDouble(text.substring(0, text.length() - 1)) / 100;
  }
}
