package dev.graft.harness.data.review;

import java.util.ArrayList;
import java.util.List;

/**
 * Something that is reviewed.
 *
 * @param made the participle that says how the whole comes about: "written"
 * @param visits neutral clauses about the occasion
 * @param sources what raised expectations: "trailer"
 */
record Topic(
    String name,
    Noun whole,
    String made,
    List<Noun> parts,
    List<String> visits,
    List<String> sources) {

  static List<Topic> readAll() {
    List<Topic> topics = new ArrayList<>();
    Sections.read("topics.txt").forEach((name, lines) -> topics.add(parse(name, lines)));
    return List.copyOf(topics);
  }

  private static Topic parse(String name, List<String> lines) {
    String whole = values(lines, "whole").get(0);
    return new Topic(
        name,
        Noun.parse(whole),
        whole.substring(whole.lastIndexOf(' ') + 1),
        values(lines, "part").stream().map(Noun::parse).toList(),
        values(lines, "visit"),
        values(lines, "source"));
  }

  private static List<String> values(List<String> lines, String key) {
    String prefix = key + ": ";
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }
}
