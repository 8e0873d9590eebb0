package dev.graft.harness.data.review;

import java.util.Locale;

/**
 * A noun that is judged.
 *
 * @param form how it agrees: a counted thing, something uncounted, a plural, a man, a woman
 * @param kind which adjectives fit it, as in the lexicon
 */
record Noun(String text, Form form, String kind) {

  /** The forms of topics.txt. */
  enum Form {
    A("it", "it"),
    SOME("it", "it"),
    MANY("they", "them"),
    HE("he", "him"),
    SHE("she", "her");

    private final String subject;
    private final String object;

    Form(String subject, String object) {
      this.subject = subject;
      this.object = object;
    }
  }

  /** Reads "plot, a, story"; anything after the kind is not the noun's. */
  static Noun parse(String line) {
    String[] fields = line.split(", ", -1);
    return new Noun(fields[0], Form.valueOf(fields[1].toUpperCase(Locale.ROOT)), fields[2]);
  }

  /** Whether a singular article stands before it: "a plot", but "acting", "missions". */
  boolean takesArticle() {
    return form != Form.SOME && form != Form.MANY;
  }

  /** Returns the form of the noun that a template's slot names, "" being the noun with "the". */
  String inflect(String slot) {
    boolean plural = form == Form.MANY;
    return switch (slot) {
      case "" -> "the " + text;
      case "noun" -> text;
      case "was" -> plural ? "were" : "was";
      case "wasn't" -> plural ? "weren't" : "wasn't";
      case "it" -> form.subject;
      case "them" -> form.object;
      case "that" -> plural ? "those" : "that";
      default -> throw new IllegalStateException("no form \"" + slot + "\" of a noun");
    };
  }
}
