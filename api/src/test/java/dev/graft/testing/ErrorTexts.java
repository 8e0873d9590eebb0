package dev.graft.testing;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.GraftException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The error texts of a module, recorded in one file: {@code errors.md} of its test resources. Each
 * case fails for real; its text must be the recorded one. Besides, every place of the module's
 * sources that makes a {@link GraftException} must have been reached by a case.
 */
public final class ErrorTexts {
  /** Something that must fail. */
  @FunctionalInterface
  public interface Failing {
    void run() throws Exception;
  }

  /** Something that fails by printing: a command. */
  @FunctionalInterface
  public interface Printing {
    /** Runs it with {@code --debug}: a text and, if an exception was behind it, its trace. */
    Printed run() throws Exception;
  }

  /** What a failing command printed, and its exit code. */
  public record Printed(int exitCode, String errors) {}

  private static final Pattern SECTION = Pattern.compile("(?m)^## ");

  /** What any edit of a source file moves. */
  private static final Pattern LINE = Pattern.compile("\\.java:\\d+");

  private static final Pattern LAMBDA = Pattern.compile("lambda\\$\\w+\\$\\d+");

  private final String file;
  private final ErrorSites sites;
  private final Map<String, Printing> cases = new LinkedHashMap<>();
  private final Map<String, String> hidden = new LinkedHashMap<>();
  private final Map<String, Path> missing = new HashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();

  /** An empty list for a module, which is the name of its folder. */
  public ErrorTexts(String module) {
    this.file = module + "/src/test/resources/errors.md";
    this.sites = new ErrorSites(Path.of(module, "src/main/java"));
  }

  /**
   * Writes a name instead of what differs from run to run, such as a temporary folder, in this text
   * and all others: a number alone would be found where it means something else.
   *
   * @throws IllegalArgumentException if nothing varies
   */
  public ErrorTexts hiding(Object varying, String name) {
    if (varying.toString().isEmpty()) {
      throw new IllegalArgumentException("nothing to write '" + name + "' for");
    }
    hidden.put(varying.toString(), name);
    return this;
  }

  /** A case: what the user did wrong, as a heading, and doing it. */
  public void add(String title, Failing failing) {
    print(title, () -> thrown(title, failing));
  }

  /** A case whose failure is printed by a command. */
  public void print(String title, Printing printing) {
    if (cases.putIfAbsent(title, printing) != null) {
      throw new IllegalArgumentException("two cases '" + title + "'");
    }
  }

  /**
   * A place that no test can reach.
   *
   * @param file a part of its path
   * @param part of its line, or of the text that it makes
   * @param reason what would be needed to reach it
   */
  public void exempt(String file, String part, String reason) {
    sites.exempt(file, part, reason);
  }

  /**
   * Says of a case that it needs a file that only some systems have, such as {@code /dev/full}.
   * Where there is none it is skipped, and its recorded text stays.
   *
   * @param elsewhere exempts the places that this case alone reaches
   */
  public void needing(String title, Path needed, Runnable elsewhere) {
    if (!Files.exists(needed)) {
      missing.put(title, needed);
      elsewhere.run();
    }
  }

  /** A test for each case, and one for the whole. */
  public Stream<DynamicTest> tests() {
    Map<String, String> recorded = read();
    return Stream.concat(
        cases.entrySet().stream()
            .map(
                entry ->
                    dynamicTest(
                        entry.getKey(),
                        () -> run(entry.getKey(), entry.getValue(), recorded.get(entry.getKey())))),
        Stream.of(
            dynamicTest("the file has these cases", () -> Recorded.assertRecorded(file, written())),
            dynamicTest("every error has a case", sites::assertAllReached)));
  }

  private void run(String title, Printing printing, String recorded) throws Exception {
    if (missing.containsKey(title)) {
      texts.put(title, recorded);
      abort("there is no " + missing.get(title));
    }
    String text = text(printing.run());
    texts.put(title, text);
    if (!Recorded.isRecording()) {
      assertThat(text).isEqualTo(recorded);
    }
  }

  private String text(Printed printed) {
    String[] parts = printed.errors().split("(?m)^(?=[a-z]+(\\.[\\w$]+)+(: |$))", 2);
    if (parts.length > 1) {
      sites.reached(parts[1]);
    }
    String text = parts[0].replace("\r\n", "\n").stripTrailing();
    for (Map.Entry<String, String> entry : hidden.entrySet()) {
      text = text.replace(entry.getKey(), entry.getValue());
    }
    text = LAMBDA.matcher(LINE.matcher(text).replaceAll(".java:N")).replaceAll("lambda");
    return text.indent(4) + "\nExit code " + printed.exitCode() + ".";
  }

  private static Printed thrown(String title, Failing failing) {
    Throwable failure = catchThrowable(failing::run);
    assertThat(failure).as(title).isInstanceOf(GraftException.class);
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    int exitCode = ((GraftException) failure).kind().exitCode();
    return new Printed(exitCode, failure.getMessage() + "\n" + trace);
  }

  private String written() {
    return texts.entrySet().stream()
        .map(entry -> "## " + entry.getKey() + "\n\n" + entry.getValue())
        .collect(joining("\n\n", "# Errors, and what they say\n\n", "\n"));
  }

  private Map<String, String> read() {
    Map<String, String> recorded = new LinkedHashMap<>();
    try {
      if (Files.exists(Path.of(file))) {
        for (String section : SECTION.splitAsStream(Files.readString(Path.of(file))).toList()) {
          String[] halves = section.split("\n\n", 2);
          recorded.put(halves[0], halves[1].stripTrailing());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return recorded;
  }
}
