package dev.graft.host.vocabulary;

import com.google.gson.JsonObject;
import dev.graft.GraftException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tokens that texts are searched for before their words are, and those that stand around texts:
 * each under the vocabulary's id for it or the next free one.
 */
final class SpecialTokens {
  private final Path file;
  private final TokenizerSettings settings;
  private final Map<String, Integer> vocabulary;
  private final Map<String, String> defaults;
  private final Map<String, AddedToken> named;
  private final Set<String> declared;
  private final List<AddedToken> extra;
  private final Map<String, AddedToken> tokens = new HashMap<>();
  private final Map<String, Integer> ids = new HashMap<>();

  /**
   * The tokens of a vocabulary.
   *
   * @param file of the vocabulary, which messages name
   * @param defaults of the tokenizer's class, by names such as {@code cls_token}
   * @param own what the vocabulary itself marks
   */
  SpecialTokens(
      Path file,
      Map<String, Integer> vocabulary,
      TokenizerSettings settings,
      Map<String, String> defaults,
      List<AddedToken> own) {
    this.file = file;
    this.settings = settings;
    this.vocabulary = vocabulary;
    this.defaults = defaults;
    this.named = settings.named(defaults);
    this.declared =
        settings.declared().values().stream().map(AddedToken::content).collect(Collectors.toSet());
    this.extra = settings.extra(own);
    settings.declared().forEach(this::addDeclared);
    List<AddedToken> others = new ArrayList<>(named.values());
    others.addAll(extra);
    others.stream().filter(token -> !declared.contains(token.content())).forEach(this::add);
  }

  private void addDeclared(int id, AddedToken token) {
    boolean isNamed =
        named.values().stream().anyMatch(each -> each.content().equals(token.content()));
    add(isNamed ? token.asSpecial() : token);
    if (!Integer.valueOf(id).equals(ids.get(token.content()))) {
      throw Refusals.damaged(
          file,
          "a vocabulary in which '%s' is token %s, as the files beside it say"
              .formatted(token.content(), id),
          "token " + ids.get(token.content()));
    }
  }

  /** Of several with the same text the last one tells how it is found. */
  private void add(AddedToken token) {
    if (!token.content().isEmpty()) {
      ids.computeIfAbsent(token.content(), text -> vocabulary.getOrDefault(text, nextId()));
      tokens.put(token.content(), token);
    }
  }

  private int nextId() {
    int last = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
    return Math.max(vocabulary.size(), last + 1);
  }

  /** Forgets how else the special ones were to be found. */
  void findAllAsTheyAre() {
    named.values().forEach(token -> add(AddedToken.special(token.content())));
    extra.forEach(token -> add(AddedToken.special(token.content())));
  }

  /** The text of a token that has to be there, such as {@code cls_token}. */
  String content(String name) {
    return settings.content(name, defaults);
  }

  /** The text of a token that the vocabulary has to hold, since words may become it. */
  String inVocabulary(String name) {
    if (!vocabulary.containsKey(content(name))) {
      throw lacking(name);
    }
    return content(name);
  }

  /** A token with its id, which must not be a new one, since every text has it. */
  List<Object> withId(String name) {
    String content = content(name);
    if (!vocabulary.containsKey(content) && !declared.contains(content)) {
      throw lacking(name);
    }
    return List.of(content, ids.get(content));
  }

  private GraftException lacking(String name) {
    return Refusals.damaged(
        file, "a vocabulary with '%s', the %s".formatted(content(name), name), "none of that name");
  }

  /** Two tokens around a text, and around and between two. */
  Part around(String first, String last) {
    Object start = token(first, 0);
    Object end = token(last, 0);
    return template(
        List.of(first, last),
        List.of(start, text("A", 0), end),
        List.of(start, text("A", 0), end, text("B", 1), token(last, 1)));
  }

  /** The same with two tokens between, and without types. */
  Part aroundAlike(String first, String last) {
    Object start = token(first, 0);
    Object end = token(last, 0);
    return template(
        List.of(first, last),
        List.of(start, text("A", 0), end),
        List.of(start, text("A", 0), end, end, text("B", 0), end));
  }

  /** The first and the last token of each text, where the settings ask for them. */
  Part ends() {
    List<String> used = new ArrayList<>();
    List<Object> single = new ArrayList<>();
    List<Object> second = new ArrayList<>();
    if (isAsked("bos_token")) {
      used.add("bos_token");
      single.add(token("bos_token", 0));
      second.add(token("bos_token", 1));
    }
    single.add(text("A", 0));
    second.add(text("B", 1));
    if (isAsked("eos_token")) {
      used.add("eos_token");
      single.add(token("eos_token", 0));
      second.add(token("eos_token", 1));
    }
    List<Object> pair = new ArrayList<>(single);
    pair.addAll(second);
    return template(used, single, pair);
  }

  private boolean isAsked(String name) {
    return named.containsKey(name) && settings.json().booleanOr("add_" + name, false);
  }

  private Object token(String name, int type) {
    return Map.of("SpecialToken", Map.of("id", content(name), "type_id", type));
  }

  private static Object text(String which, int type) {
    return Map.of("Sequence", Map.of("id", which, "type_id", type));
  }

  private Part template(List<String> names, List<Object> single, List<Object> pair) {
    Map<String, Object> used = new HashMap<>();
    for (String name : names) {
      List<Object> token = withId(name);
      used.put(
          content(name),
          Map.of(
              "id", token.get(0),
              "ids", List.of(token.get(1)),
              "tokens", List.of(token.get(0))));
    }
    return Part.of("TemplateProcessing")
        .with("single", single)
        .with("pair", pair)
        .with("special_tokens", used);
  }

  /** All of them, for {@code added_tokens}. */
  List<JsonObject> json() {
    return tokens.values().stream()
        .sorted(Comparator.comparing(token -> ids.get(token.content())))
        .map(token -> token.at(ids.get(token.content())))
        .toList();
  }
}
