package dev.graft.host.vocabulary;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder with a vocabulary, and the settings beside it. */
record VocabularyFolder(Path path, TokenizerSettings settings) {
  static VocabularyFolder read(Path path) {
    return new VocabularyFolder(path, new TokenizerSettings(path));
  }

  Path require(String name) {
    Path file = path.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw Refusals.missing(path, "tokenizer.json, or " + name);
    }
    return file;
  }

  boolean flag(String key, boolean fallback) {
    return settings.json().booleanOr(key, fallback);
  }

  boolean isPrefixed(boolean fallback) {
    return flag("add_prefix_space", fallback);
  }

  SpecialTokens special(
      String file, Map<String, Integer> ids, Map<String, String> defaults, List<AddedToken> own) {
    return new SpecialTokens(path.resolve(file), ids, settings, defaults, own);
  }
}
