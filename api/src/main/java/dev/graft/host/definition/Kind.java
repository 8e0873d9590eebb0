package dev.graft.host.definition;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import dev.graft.files.Bounds;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** What a value has to be. */
@FunctionalInterface
interface Kind {
  Kind FLAG = node -> new JsonPrimitive(node.flag());
  Kind TEXT = node -> new JsonPrimitive(node.text());

  /** A single letter. */
  Kind LETTER =
      node -> {
        String text = node.text();
        node.require(text.codePointCount(0, text.length()) == 1, "one letter");
        return new JsonPrimitive(text);
      };

  /** An id of a token, which leaves room for those that are added. */
  Kind ID = number(0, (1 << 30) - 1);

  /** Lists in lists: the native library has an end to that. */
  int DEEPEST = 16;

  /**
   * {@return the value as the native library gets it}
   *
   * @throws Unfit if it is of another kind
   */
  JsonElement read(Node node);

  static Kind number(int least, int most) {
    Bounds bounds = Bounds.whole(least, most);
    return node -> new JsonPrimitive(node.number(bounds));
  }

  static Kind text(int longest) {
    return node -> {
      String text = node.text();
      node.require(text.length() <= longest, "at most %s letters".formatted(longest));
      return new JsonPrimitive(text);
    };
  }

  static Kind oneOf(Collection<String> texts) {
    return node -> {
      String text = node.text();
      node.require(texts.contains(text), "one of " + String.join(", ", texts));
      return new JsonPrimitive(text);
    };
  }

  /** A list of what the other is; it may be made later, so that lists can hold lists. */
  static Kind listOf(Supplier<Kind> each) {
    return node -> {
      JsonArray list = new JsonArray();
      node.require(
          node.place().chars().filter(letter -> letter == '[').count() <= DEEPEST,
          "lists that are nested less deeply");
      node.items().forEach(item -> list.add(each.get().read(item)));
      return list;
    };
  }

  /** A list of one value of each kind. */
  static Kind tuple(Kind... kinds) {
    return node -> {
      List<Node> items = node.items();
      node.require(items.size() == kinds.length, "a list of " + kinds.length);
      JsonArray list = new JsonArray();
      for (int i = 0; i < kinds.length; i++) {
        list.add(kinds[i].read(items.get(i)));
      }
      return list;
    };
  }

  /** An object from any keys to values of one kind; no copy of it, as there may be very many. */
  static Kind mapTo(Kind each) {
    return node -> node.replaced(each::read);
  }

  /** The same, or nothing. */
  default Kind orNull() {
    return node -> node.isNull() ? JsonNull.INSTANCE : read(node);
  }
}
