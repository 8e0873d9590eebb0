package dev.graft.harness.cli;

import dev.graft.harness.cli.terminal.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command printed, and how it ended. */
public record Command(int exitCode, String output, String errors) {
  /** Runs a command in this process. */
  public static Command run(String... arguments) {
    return reading("", arguments);
  }

  /** The same with something on its standard input. */
  public static Command reading(String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    int exitCode = new Main(new Terminal(in, printer(out), printer(err), false)).run(arguments);
    return new Command(exitCode, text(out), text(err));
  }

  /** A terminal without input, of which what goes to standard error is kept. */
  public static Terminal terminal(ByteArrayOutputStream err, boolean isInteractive) {
    PrintStream nowhere = printer(new ByteArrayOutputStream());
    return new Terminal(InputStream.nullInputStream(), nowhere, printer(err), isInteractive);
  }

  public static PrintStream printer(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  public static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
