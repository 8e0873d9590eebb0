package dev.graft.harness.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.graft.harness.cli.Command;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.ErrorTexts.Printed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Commands that fail, in this process. In their arguments FOLDER stands for the tests' folder. */
final class Commands {
  private final ErrorTexts errors;
  private final Path folder;
  private final Map<String, Supplier<Command>> withoutDebug = new LinkedHashMap<>();

  Commands(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** A case: what the user did wrong, and the command, its arguments separated by spaces. */
  void add(String title, String command) {
    reading(title, "", command);
  }

  /** The same with something on the standard input. */
  void reading(String title, String input, String command) {
    withoutDebug.put(title, () -> run(input, command));
    errors.print(title, () -> printed(run(input, debugged(command))));
  }

  /** A case of a command that works, save that parts of what it reports have failed. */
  void addReported(String title, String command) {
    errors.print(
        title,
        () -> {
          Command run = run("", command);
          String progress =
              run.errors()
                  .lines()
                  .filter(line -> line.contains("failed"))
                  .collect(Collectors.joining("\n"));
          String reported =
              run.output()
                  .lines()
                  .dropWhile(line -> !line.contains("failed"))
                  .takeWhile(line -> !line.startsWith("Results are in "))
                  .collect(Collectors.joining("\n"))
                  .replaceAll("(?s)(last it said: ).*?(?=\n *all of it)", "$1THE LOG'S LAST LINES");
          return new Printed(run.exitCode(), everywhere(progress + "\n\n" + reported));
        });
  }

  /** What a command prints with {@code --debug}. */
  Printed print(String command) {
    return printed(run("", debugged(command)));
  }

  private static String debugged(String command) {
    return "--debug " + command;
  }

  private Command run(String input, String command) {
    return Command.reading(
        input,
        Stream.of(command.split(" "))
            .map(argument -> argument.replace("FOLDER", folder.toString()))
            .toArray(String[]::new));
  }

  /** Without what told of progress. */
  static Printed printed(Command command) {
    String errors =
        command
            .errors()
            .lines()
            .dropWhile(line -> !line.startsWith("graft"))
            .collect(Collectors.joining("\n"));
    return new Printed(command.exitCode(), everywhere(errors));
  }

  /** As it would be on another machine. */
  private static String everywhere(String text) {
    return text.replaceAll("-(?:[0-9a-f]{8}|[0-9a-f]{12})\\b", "-HASH")
        .replaceAll("of step \\d+ ", "of step N ")
        .replaceAll("there was: a heap of .*", "there was: WHAT THE MACHINE HAS");
  }

  /** That no case has made its output, nor left a part of it. */
  DynamicTest leaveNothingBehind() {
    return dynamicTest(
        "what fails leaves nothing behind",
        () ->
            assertThat(folder)
                .isDirectoryNotContaining("glob:**/new*")
                .isDirectoryNotContaining("glob:**.unfinished")
                .isDirectoryNotContaining("glob:**/.*"));
  }

  /** That nobody is shown where in the code it failed, and that no mistake is Graft's. */
  DynamicTest showNoTraceUnlessAsked() {
    return dynamicTest(
        "without --debug there is no stack trace",
        () -> {
          List<String> wrong = new ArrayList<>();
          withoutDebug.forEach(
              (title, command) -> {
                Command run = command.get();
                boolean isWrong =
                    run.exitCode() < 1
                        || run.exitCode() > 4
                        || run.errors().contains("\tat ")
                        || run.errors().contains("at dev.graft");
                if (isWrong) {
                  wrong.add("%s: %s".formatted(title, run));
                }
              });
          assertThat(wrong).isEmpty();
        });
  }
}
