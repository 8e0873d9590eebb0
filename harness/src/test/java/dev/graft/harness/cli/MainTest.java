package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
  private static void assertRefused(Command command, String errors) {
    assertThat(command).isEqualTo(new Command(2, "", errors));
  }

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
  @ValueSource(strings = {"train", "evaluate", "predict", "merge", "export", "inspect", "plan"})
  void everyCommandHasHelpThatFitsAScreenAndAnExample(String name) {
    Command command = Command.run(name, "--help");

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

  @Test
  void refusesAnUnknownCommand() {
    assertRefused(
        Command.run("comapre"),
        """
        graft: There is no command 'comapre'. Did you mean 'compare'?
          expected: compare, train, evaluate, predict, merge, export, inspect, plan, methods
          try: graft --help
        """);
  }

  @Test
  void refusesAnUnknownOption() {
    assertRefused(
        Command.run("compare", "--epoch=3"),
        """
        graft compare: There is no option '--epoch'. Did you mean '--epochs'?
          try: graft compare --help
        """);
  }

  @Test
  void refusesAnArgumentWithoutAnOption() {
    assertRefused(
        Command.run("compare", "lora"),
        """
        graft compare: 'lora' is not an option, and nothing but options is expected.
          try: graft compare --help
        """);
  }

  @Test
  void refusesAnOptionWithoutItsValue() {
    assertRefused(
        Command.run("compare", "--task"),
        """
        graft compare: Missing required parameter for option '--task' (TASK)
          try: graft compare --help
        """);
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertRefused(
        Command.run("compare", "--epochs", "three"),
        """
        graft compare: Invalid value for option '--epochs': expected a whole number, found 'three'
          try: graft compare --help
        """);
    assertRefused(
        Command.run("compare", "--learning-rate", "fast"),
        """
        graft compare: Invalid value for option '--learning-rate': expected a number, found 'fast'
          try: graft compare --help
        """);
  }

  @Test
  void refusesAPrecisionThatNoModelHas() {
    assertRefused(
        Command.run("compare", "--precision", "float64"),
        """
        graft compare: Invalid value for option '--precision': expected float32, bfloat16 or float16, found 'float64'
          try: graft compare --help
        """);
  }

  @Test
  void refusesSeedsThatAreNone() {
    assertRefused(
        Command.run("compare", "--seeds", "0"),
        """
        graft compare: Invalid value for option '--seeds': expected how many, from 1 to 1000, or several seeds joined by commas, found '0'
          try: graft compare --help
        """);
    assertRefused(
        Command.run("compare", "--seeds", "3,3"),
        """
        graft compare: Invalid value for option '--seeds': expected no seed twice, found '3,3'
          try: graft compare --help
        """);
  }

  @Test
  void aFailureShowsNoStackTraceUnlessAsked() {
    String[] arguments = {"compare", "--epochs", "0"};

    assertRefused(
        Command.run(arguments),
        """
        graft: The epochs can't be 0.
          expected: a whole number from 1
        """);
    Command debugged = Command.run("compare", "--epochs", "0", "--debug");
    assertThat(debugged.exitCode()).isEqualTo(2);
    assertThat(debugged.errors())
        .startsWith("graft: The epochs can't be 0.\n")
        .contains("at dev.graft.harness.experiment.Recipe");
  }
}
