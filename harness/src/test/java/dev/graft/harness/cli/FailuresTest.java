package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static Command report(Throwable failure) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = new Failures(Command.printer(err), () -> false).report(failure);
    return new Command(exitCode, "", Command.text(err));
  }

  @Test
  void graftsOwnMistakesAreCalledThat() {
    assertThat(report(new IllegalStateException("odd")))
        .isEqualTo(
            new Command(
                70,
                "",
                """
                graft: Something inside Graft went wrong, and it is not your fault.
                  found: java.lang.IllegalStateException: odd
                  --debug shows where
                """));
  }
}
