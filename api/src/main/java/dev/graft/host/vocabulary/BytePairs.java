package dev.graft.host.vocabulary;

import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens with their ids, and which two of them are joined first.
 *
 * @param merges pairs in the order in which they are joined
 */
record BytePairs(Map<String, Integer> vocabulary, List<List<String>> merges) {

  /** Of {@code vocab.json} and {@code merges.txt}. */
  static BytePairs read(Path tokens, Path merges) {
    JsonFile json = JsonFile.read(tokens);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    json.json().keySet().forEach(token -> vocabulary.put(token, json.requireInt(token)));
    List<List<String>> pairs = new ArrayList<>();
    for (String line : lines(merges)) {
      if (!line.startsWith("#version")) {
        List<String> pair = List.of(line.split(" ", -1));
        if (pair.size() != 2
            || !vocabulary.keySet().containsAll(pair)
            || !vocabulary.containsKey(String.join("", pair))) {
          throw Refusals.damaged(
              merges,
              "two tokens of %s a line, which together are a third".formatted(tokens.getFileName()),
              "'" + line + "'");
        }
        pairs.add(pair);
      }
    }
    return new BytePairs(vocabulary, pairs);
  }

  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw Refusals.damaged(file, "tokens in UTF-8, a line each", "other bytes");
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
    }
  }

  /** Of pieces: each is joined from all pairs that make it, in the order of the pieces. */
  static BytePairs of(Map<String, Integer> vocabulary) {
    List<List<String>> pairs = new ArrayList<>();
    vocabulary.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .forEach(
            piece -> {
              for (int i = 1; i < piece.length(); i++) {
                if (!Character.isLowSurrogate(piece.charAt(i))) {
                  List<String> pair = List.of(piece.substring(0, i), piece.substring(i));
                  if (vocabulary.keySet().containsAll(pair)) {
                    pairs.add(pair);
                  }
                }
              }
            });
    return new BytePairs(vocabulary, pairs);
  }
}
