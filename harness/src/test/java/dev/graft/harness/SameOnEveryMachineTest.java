package dev.graft.harness;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * That nothing asks for the machine's locale or charset, where Error Prone does not see it: it
 * knows a format that stands in the call, and no other.
 */
class SameOnEveryMachineTest {
  private static final int FEWEST_FORMATS = 150;
  private static final Pattern FORMATTED = Pattern.compile("\\.formatted\\(|::formatted\\b");

  @Test
  void noMethodThatTakesALocaleIsCalledWithoutOne() {
    noClasses()
        .should()
        .callMethod(String.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(PrintStream.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintStream.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "printf", String.class, Object[].class)
        .orShould()
        .callMethod(PrintWriter.class, "format", String.class, Object[].class)
        .orShould()
        .callMethod(Locale.class, "getDefault")
        .orShould()
        .callMethod(Charset.class, "defaultCharset")
        .orShould()
        .dependOnClassesThat(assignableTo(Format.class).or(assignableTo(Scanner.class)))
        .check(ArchitectureTest.CODE);
  }

  /** That it is one of %s alone, which needs no locale, is then Error Prone's to see. */
  @Test
  void aFormatWithoutALocaleStandsInTheCall() throws IOException {
    int seen = 0;
    List<String> others = new ArrayList<>();
    for (Path file : sources()) {
      String source = Files.readString(file);
      Matcher call = FORMATTED.matcher(source);
      while (call.find()) {
        seen++;
        String format = source.substring(0, call.start()).stripTrailing();
        if (!call.group().startsWith(".") || !format.matches("(?s).*\"\\)?")) {
          others.add(file + ", line " + source.substring(0, call.start()).lines().count());
        }
      }
    }
    assertThat(others).as("calls of String.format(Locale.ROOT, ...) in their place").isEmpty();
    assertThat(seen).isGreaterThan(FEWEST_FORMATS);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> folders = Files.list(Path.of(""))) {
      for (Path folder : folders.map(module -> module.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
