package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.GraftException;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private static Command report(Throwable failure) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode = new Failures(Command.printer(err), () -> false).report(failure);
    return new Command(exitCode, "", Command.text(err));
  }

  @Test
  void theUsersMistakesEndWithTwo() {
    assertThat(report(GraftException.input("No model.")))
        .isEqualTo(new Command(2, "", "graft: No model.\n"));
  }

  @Test
  void aPluginsMistakesEndWithThree() {
    assertThat(report(GraftException.plugin("Two plugins.")))
        .isEqualTo(new Command(3, "", "graft: Two plugins.\n"));
    assertThat(report(new NoClassDefFoundError("com/example/Missing")))
        .isEqualTo(
            new Command(
                3,
                "",
                """
                graft: A class does not fit the others, or is missing.
                  found: java.lang.NoClassDefFoundError: com/example/Missing
                  A plugin that was built against another version of Graft, or lacks a JAR, does this;
                  graft methods lists where each comes from
                """));
  }

  @Test
  void whatTheMachineLacksEndsWithFour() {
    assertThat(report(GraftException.machine("No GPU.", null)))
        .isEqualTo(new Command(4, "", "graft: No GPU.\n"));
    assertThat(report(new UncheckedIOException(new NoSuchFileException("/gone"))))
        .isEqualTo(
            new Command(
                4,
                "",
                """
                graft: A file can't be read or written.
                  found: java.nio.file.NoSuchFileException: /gone
                """));
    assertThat(report(new OutOfMemoryError("Java heap space")))
        .isEqualTo(
            new Command(
                4,
                "",
                """
                graft: The memory is not enough.
                  found: Java heap space
                  try: GRAFT_JAVA_OPTS=-Xmx4g graft ..., or a smaller batch
                """));
    assertThat(report(new UnsatisfiedLinkError("no torch")).exitCode()).isEqualTo(4);
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
