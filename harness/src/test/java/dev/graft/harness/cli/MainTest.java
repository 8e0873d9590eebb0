package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  @Test
  void withoutACommandItShowsItsHelpAsAnError() {
    Command command = Command.run();

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.output()).isEmpty();
    assertThat(command.errors()).startsWith("Usage: graft ").contains("compare", "methods");
  }

  @Test
  void helpNamesCommandsAndExitCodes() {
    Command command = Command.run("--help");

    assertThat(command.exitCode()).isZero();
    assertThat(command.errors()).isEmpty();
    assertThat(command.output())
        .contains("compare", "methods", "  4   the machine lacks something: memory, disk, a GPU");
  }

  @Test
  void helpOfCompareShowsDefaultsAndFitsAScreen() {
    Command command = Command.run("compare", "--help");

    assertThat(command.exitCode()).isZero();
    assertThat(command.output())
        .contains("--batch-size=N", "(default: 16)", "(default: reviews)")
        .contains("--debug", "--plugins");
    assertThat(command.output().lines()).allMatch(line -> line.length() <= 100);
    assertThat(command.output().lines()).hasSizeLessThan(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "replay",
        "train",
        "evaluate",
        "predict",
        "merge",
        "export",
        "inspect",
        "seal",
        "plan",
        "latency",
        "reproduce latency",
        "runs",
        "runs export",
        "study run",
        "study check",
        "study show",
        "study schema"
      })
  void everyCommandHasHelpThatFitsAScreenAndAnExample(String name) {
    Command command = Command.run((name + " --help").split(" "));

    assertThat(command.exitCode()).isZero();
    assertThat(command.errors()).isEmpty();
    assertThat(command.output())
        .startsWith("Usage: graft " + name)
        .contains("Example", "--plugins");
    assertThat(command.output().lines()).allMatch(line -> line.length() <= 100);
    assertThat(command.output().lines()).hasSizeLessThan(50);
  }

  @Test
  void tellsItsVersion() {
    Command command = Command.run("--version");

    assertThat(command.exitCode()).isZero();
    assertThat(command.output()).startsWith("graft ").contains("Java " + Runtime.version());
  }
}
