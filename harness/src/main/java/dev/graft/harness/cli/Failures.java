package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.GraftException.Kind;
import dev.graft.Names;
import dev.graft.checkpoint.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what went wrong and decides the exit code: the one place that maps failures to codes. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  /** That of a mistake in Graft itself: EX_SOFTWARE of sysexits.h. */
  static final int INTERNAL = 70;

  private final PrintStream err;
  private final BooleanSupplier debug;

  /**
   * A handler.
   *
   * @param debug whether stack traces are wanted, which is known after parsing
   */
  Failures(PrintStream err, BooleanSupplier debug) {
    this.err = err;
    this.debug = debug;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + message(e));
    err.println("  try: " + name + " --help");
    if (List.of(args).contains("--debug")) { // before it is parsed
      e.printStackTrace(err);
    }
    return Kind.INPUT.exitCode();
  }

  private static String message(ParameterException e) {
    CommandLine command = e.getCommandLine();
    if (e instanceof OverwrittenOptionException twice) {
      return "The option '%s' is given twice.".formatted(name(twice.getOverwritten()));
    }
    if (e instanceof MutuallyExclusiveArgsException) {
      return e.getMessage()
          .replaceFirst(
              "Error: (.*) are mutually exclusive.*",
              "$1 can't be given together.%n  leave all but one of them out".formatted());
    }
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return e.getMessage();
    }
    String found = unmatched.getUnmatched().get(0);
    List<String> options = new ArrayList<>();
    command.getCommandSpec().options().forEach(option -> options.addAll(List.of(option.names())));
    String option = found.replaceFirst("=.*", "");
    if (!unmatched.isUnknownOption() || options.contains(option)) { // one behind "--" is none
      List<PositionalParamSpec> positional = command.getCommandSpec().positionalParameters();
      if (!positional.isEmpty()) {
        return "'%s' is one argument too many.%n  expected: one %s; quote one that has spaces in it"
            .formatted(found, positional.get(0).paramLabel());
      }
      List<String> commands = List.copyOf(command.getSubcommands().keySet());
      return commands.isEmpty()
          ? "'%s' is not an option, and nothing but options is expected.".formatted(found)
          : "There is no command '%s'.%s%n  expected: %s"
              .formatted(found, Names.didYouMean(found, commands), String.join(", ", commands));
    }
    return "There is no option '%s'.%s".formatted(option, Names.didYouMean(option, options));
  }

  private static String name(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(e);
  }

  /** Says what went wrong, and returns the exit code. */
  int report(Throwable failure) {
    Report report = Report.of(failure);
    err.println("graft: " + report.message());
    if (debug.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    return report.exitCode();
  }

  private record Report(int exitCode, String message) {
    static Report of(Throwable failure) {
      if (failure instanceof GraftException e) {
        return new Report(e.kind().exitCode(), e.getMessage());
      } else if (failure instanceof UncheckedIOException e) {
        return of(e.getCause());
      } else if (failure instanceof IOException e) {
        return new Report(
            Kind.MACHINE.exitCode(),
            "A file can't be read or written.%n  found: %s%s%n  check the permissions of the file, and its disk"
                .formatted(
                    e instanceof FileSystemException f ? f.getFile() + ": " : "",
                    Folders.reason(e)));
      } else if (failure instanceof OutOfMemoryError) {
        return new Report(
            Kind.MACHINE.exitCode(),
            "The memory is not enough.%n  found: %s%n  try: GRAFT_JAVA_OPTS=-Xmx4g graft ..., or a smaller batch"
                .formatted(failure.getMessage()));
      } else if (failure instanceof UnsatisfiedLinkError) {
        return new Report(
            Kind.MACHINE.exitCode(),
            "A native library can't be loaded.%n  found: %s%n  try: --device cpu"
                .formatted(failure.getMessage()));
      } else if (failure instanceof LinkageError) {
        return new Report(
            Kind.PLUGIN.exitCode(),
            "A class does not fit the others, or is missing.%n  found: %s%n  A plugin that was built against another version of Graft, or lacks a JAR, does this;%n  graft methods lists where each comes from"
                .formatted(failure));
      }
      return new Report(
          INTERNAL,
          "Something inside Graft went wrong, and it is not your fault.%n  found: %s%n  --debug shows where"
              .formatted(failure));
    }
  }
}
