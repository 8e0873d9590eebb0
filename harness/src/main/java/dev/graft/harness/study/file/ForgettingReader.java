package dev.graft.harness.study.file;

import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.yaml.YamlMapping;
import dev.graft.harness.yaml.YamlScalar;
import dev.graft.harness.yaml.YamlValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** On what text it is measured what models forget: a file, or keys with more to say. */
final class ForgettingReader {
  static final String TEXT = "text";
  static final String PASSAGES = "passages";
  static final String LENGTH = "length";
  static final List<String> KEYS = List.of(TEXT, PASSAGES, LENGTH);
  static final Range COUNTS =
      Range.whole(ForgettingSpec.FEWEST_PASSAGES, ForgettingSpec.MOST_PASSAGES);
  static final Range LENGTHS = Range.whole(ForgettingSpec.SHORTEST, 999_999);

  private static final String FILE = "a file of text";

  private ForgettingReader() {}

  /**
   * What is written under the key.
   *
   * @param file of the study, beside which the text's is
   */
  static ForgettingSpec read(YamlValue value, Path file) {
    if (value instanceof YamlScalar text) {
      return ForgettingSpec.of(beside(file, text.string(FILE)));
    }
    YamlMapping keys = value.mapping("general.txt, or {text: general.txt}").only(KEYS);
    return new ForgettingSpec(
        beside(file, keys.get(TEXT, FILE).scalar(FILE).string(FILE)),
        whole(keys, PASSAGES, COUNTS, ForgettingSpec.PASSAGES),
        whole(keys, LENGTH, LENGTHS, ForgettingSpec.LENGTH));
  }

  private static int whole(YamlMapping keys, String key, Range range, int other) {
    return keys.find(key)
        .map(value -> (int) range.whole(value.scalar(range.words())))
        .orElse(other);
  }

  private static String beside(Path file, String text) {
    return file.toAbsolutePath().resolveSibling(text).normalize().toString();
  }

  /** The same as it is written. */
  static Map<String, Object> written(ForgettingSpec spec) {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put(TEXT, spec.text());
    keys.put(PASSAGES, spec.passages());
    keys.put(LENGTH, spec.length());
    return keys;
  }
}
