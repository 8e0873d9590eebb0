package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
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

  @Test
  void whatTheMachineLacksIsTheMachines() {
    assertThat(report(new UncheckedIOException(new AccessDeniedException("/data/train.tsv"))))
        .isEqualTo(
            new Command(
                4,
                "",
                """
                graft: A file can't be read or written.
                  found: /data/train.tsv: permission denied
                  check the permissions of the file, and its disk
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
    assertThat(report(new UnsatisfiedLinkError("no djl_torch")))
        .isEqualTo(
            new Command(
                4,
                "",
                """
                graft: A native library can't be loaded.
                  found: no djl_torch
                  try: --device cpu
                """));
  }

  @Test
  void classesThatDoNotFitAreAPlugins() {
    assertThat(report(new NoClassDefFoundError("org/example/Missing")))
        .isEqualTo(
            new Command(
                3,
                "",
                """
                graft: A class does not fit the others, or is missing.
                  found: java.lang.NoClassDefFoundError: org/example/Missing
                  A plugin that was built against another version of Graft, or lacks a JAR, does this;
                  graft methods lists where each comes from
                """));
  }
}
