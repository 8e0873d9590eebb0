package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The places in a module's sources that make an error for the user, and which were reached. */
final class ErrorSites {
  /** Making the exception, or throwing what a helper made, of whatever class. */
  private static final Pattern SITE =
      Pattern.compile(
          "GraftException\\.(input|plugin|machine|thrownByPlugin)\\(|new GraftException\\("
              + "|\\bthrow (?!new\\b)\\w+(\\.\\w+)*\\(");

  private static final Pattern FRAME =
      Pattern.compile("at (?:\\S+/)?(dev\\.graft\\.[a-z.]*)[A-Z]\\S*\\((\\w+\\.java):(\\d+)\\)");

  /** How many lines from a site on may hold the text by which it is exempt. */
  private static final int LINES = 4;

  private final Path sources;
  private final Set<String> reached = new HashSet<>();
  private final Map<Place, String> exempt = new LinkedHashMap<>();

  /** A part of a file's path and a part of the text of some lines in it. */
  private record Place(String file, String part) {
    boolean includes(String path, String lines) {
      return path.contains(file) && lines.contains(part);
    }
  }

  ErrorSites(Path sources) {
    this.sources = sources;
  }

  /** Notes the places that a stack trace names. */
  void reached(String trace) {
    Matcher frame = FRAME.matcher(trace);
    while (frame.find()) {
      String folder = frame.group(1).replace('.', '/');
      reached.add(folder + frame.group(2) + ":" + frame.group(3));
    }
  }

  void exempt(String file, String part, String reason) {
    exempt.put(new Place(file, part), reason);
  }

  void assertAllReached() {
    List<String> missed = new ArrayList<>();
    Set<Place> used = new HashSet<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
        if (!file.endsWith("GraftException.java")) {
          look(file, missed, used);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(missed).as("places that no case reached").isEmpty();
    assertThat(used).as("exempt places that are there").isEqualTo(exempt.keySet());
  }

  private void look(Path file, List<String> missed, Set<Place> used) throws IOException {
    List<String> lines = Files.readAllLines(file);
    String name = sources.relativize(file).toString().replace('\\', '/');
    for (int i = 0; i < lines.size(); i++) {
      String place = name + ":" + (i + 1);
      if (!SITE.matcher(lines.get(i)).find() || reached.contains(place)) {
        continue;
      }
      String text = String.join("\n", lines.subList(i, Math.min(i + LINES, lines.size())));
      List<Place> places = exempt.keySet().stream().filter(p -> p.includes(name, text)).toList();
      used.addAll(places);
      if (places.isEmpty()) {
        missed.add(place + " " + lines.get(i).strip());
      }
    }
  }
}
