package dev.graft.harness.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Outcomes by reader and kind. Changed files that led to a failure are kept in a folder, one of
 * each kind of failure; what was accepted and refused is listed beside them.
 */
final class Tally implements AutoCloseable {
  private static final int MOST_SHOWN = 90;

  private final Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();
  private final Map<String, Integer> failures = new LinkedHashMap<>();
  private final Path folder;
  private final Writer list;

  Tally(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.list = Files.newBufferedWriter(folder.resolve("outcomes.tsv"));
  }

  /**
   * Adds an input.
   *
   * @param number by which it is made again
   */
  void add(int number, Reader reader, Reader.Source source, byte[] changed, Fuzz.Judged judged)
      throws IOException {
    Outcome outcome = judged.outcome();
    String found = judged.found();
    counts
        .computeIfAbsent(reader.name(), name -> new EnumMap<>(Outcome.class))
        .merge(outcome, 1, Integer::sum);
    String change = difference(source, changed);
    list.write(
        String.join(
            "\t",
            outcome.name(),
            reader.name(),
            source.file(),
            printable(change),
            printable(found)));
    list.write('\n');
    if (outcome.isFailure() && failures.merge(kind(reader, judged), 1, Integer::sum) == 1) {
      Path kept = Files.createDirectories(folder.resolve(String.valueOf(number)));
      String name = Path.of(source.file()).getFileName().toString();
      Files.write(kept.resolve(name), changed);
      Files.writeString(
          kept.resolve("found.txt"),
          "%s, %s: %s%n%s%n".formatted(reader.name(), outcome, change, found));
    }
  }

  /** Failures of one kind have one place. */
  private static String kind(Reader reader, Fuzz.Judged judged) {
    String place = judged.outcome() == Outcome.UNTYPED ? "untyped" : "costly, " + reader.name();
    return judged
        .found()
        .lines()
        .filter(line -> judged.outcome() == Outcome.UNTYPED)
        .limit(4)
        .map(line -> line.replaceAll("\\d+", "#"))
        .map(line -> line.substring(0, Math.min(line.length(), 160)))
        .collect(Collectors.joining("\n    ", place + ": ", ""));
  }

  /** Where something was thrown, and what brought it about. */
  static String trace(Throwable failure) {
    return frames(
        Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .flatMap(cause -> Stream.of(cause.getStackTrace())));
  }

  /** Those of Graft's own. */
  static String frames(Stream<StackTraceElement> trace) {
    return trace
        .map(String::valueOf)
        .filter(line -> line.contains("dev.graft") && !line.contains(".fuzz."))
        .limit(8)
        .collect(Collectors.joining("\n"));
  }

  /** What stood in a file, and what stands there now. */
  static String difference(Reader.Source source, byte[] changed) {
    byte[] before = source.original();
    int from = Math.max(0, Arrays.mismatch(before, changed));
    int end = 0;
    while (end < Math.min(before.length, changed.length) - from
        && before[before.length - 1 - end] == changed[changed.length - 1 - end]) {
      end++;
    }
    int context = Math.max(0, from - 24);
    return "%s[%s -> %s]"
        .formatted(
            text(before, context, from),
            text(before, from, before.length - end),
            text(changed, from, changed.length - end));
  }

  private static String text(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, ISO_8859_1);
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
  }

  private static String printable(String text) {
    String line = text.replaceAll("\\R\\s*", " | ").replaceAll("\\p{Cntrl}", "?");
    return new String(line.getBytes(UTF_8), UTF_8);
  }

  /** The kinds of failures, each with how many inputs had it. */
  List<String> failures() {
    return failures.entrySet().stream()
        .map(each -> "%s times %s".formatted(each.getValue(), each.getKey()))
        .toList();
  }

  int count(Outcome outcome) {
    return counts.values().stream().mapToInt(each -> each.getOrDefault(outcome, 0)).sum();
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder(row("reader", Stream.of(Outcome.values())));
    counts.forEach(
        (name, count) ->
            table.append(
                row(name, Stream.of(Outcome.values()).map(each -> count.getOrDefault(each, 0)))));
    return table.append(row("all", Stream.of(Outcome.values()).map(this::count))).toString();
  }

  private static String row(String name, Stream<?> cells) {
    return String.format(Locale.ROOT, "%-44s", name)
        + cells
            .map(
                cell ->
                    String.format(Locale.ROOT, "%10s", cell.toString().toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining())
        + "\n";
  }

  @Override
  public void close() throws IOException {
    list.close();
  }
}
