package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MethodsCheckCommandTest {
  @Test
  void checksAnInstalledMethod() {
    Command command = Command.run("methods", "check", "bitfit");

    assertThat(command.errors()).isEmpty();
    assertThat(command.output())
        .startsWith("bitfit\n  declaration     1 passed\n")
        .contains("  training        9 passed\n")
        .contains("  bfloat16        3 passed\n")
        .contains("  refuses llama: bitfit has nothing to train: this llama host has no biases.\n")
        .contains("+bitfit on bert: test-doomed breaks the rule 'stacking' by itself\n")
        .contains("  bitfit keeps all rules in ");
    assertThat(command.exitCode()).isZero();
  }

  @Test
  void aMethodThatBreaksARuleIsAnErrorOfThePlugin() {
    Command command = Command.run("methods", "check", "test-doomed");

    assertThat(command.output())
        .contains("The rule '", " checked, ", "test-doomed breaks rules in ");
    assertThat(command.exitCode()).isEqualTo(3);
  }

  @Test
  void whatIsFoundIsToldOnceAndItsTraceWhereItIsAsked() {
    Command command = Command.run("methods", "check", "test-doomed", "--debug");

    assertThat(command.output())
        .containsOnlyOnce("found: The initial values of 'a' of test-doomed can't be drawn.")
        .containsPattern("\\(\\d+ more checks fail in the same ways\\.\\)");
    assertThat(command.errors()).contains("at dev.graft.harness.study.DoomedMethod");
  }

  @Test
  void aMethodIsCheckedWithTheSettingsThatAreGiven() {
    Command command = Command.run("methods", "check", "top-layers:layers=1");

    assertThat(command.output()).contains("top-layers:layers=1 keeps all rules in ");
    assertThat(Command.run("methods", "check", "lora+full").errors())
        .isEqualTo(
            """
            graft: Methods are checked one by one, and each in stacks with the others.
              expected: a method, with or without settings
              found: lora+full
            """);
  }

  @Test
  void aMethodThatIsNotInstalledIsNamed() {
    Command command = Command.run("methods", "check", "lorra");

    assertThat(command.errors()).contains("There is no method 'lorra'. Did you mean 'lora'?");
    assertThat(command.exitCode()).isEqualTo(2);
  }
}
