package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.files.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    return GraftException.Kind.INPUT.exitCode();
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
        return GraftException.input("'%s' is one argument too many.", found)
            .expected("one %s; quote one that has spaces in it", positional.get(0).paramLabel())
            .getMessage();
      }
      List<String> commands = List.copyOf(command.getSubcommands().keySet());
      return commands.isEmpty()
          ? "'%s' is not an option, and nothing but options is expected.".formatted(found)
          : GraftException.input(
                  "There is no command '%s'.%s", found, Names.didYouMean(found, commands))
              .expected(String.join(", ", commands))
              .getMessage();
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
    Optional<GraftException> told = told(failure);
    String message =
        told.map(Throwable::getMessage)
            .orElseGet(
                () ->
                    GraftException.machine(
                            "Something inside Graft went wrong, and it is not your fault.")
                        .found(failure)
                        .remedy("--debug shows where")
                        .getMessage());
    err.println("graft: " + message);
    if (debug.getAsBoolean()) {
      failure.printStackTrace(err);
    }
    return told.map(e -> e.kind().exitCode()).orElse(INTERNAL);
  }

  /** What a user is told of a failure that is not a mistake in Graft itself. */
  private static Optional<GraftException> told(Throwable failure) {
    if (failure instanceof UncheckedIOException e) {
      return told(e.getCause());
    }
    GraftException told = null;
    if (failure instanceof GraftException e) {
      told = e;
    } else if (failure instanceof IOException e) {
      String file = e instanceof FileSystemException f ? f.getFile() + ": " : "";
      told =
          GraftException.machine("A file can't be read or written.")
              .found(file + Folders.reason(e))
              .remedy("check the permissions of the file, and its disk");
    } else if (failure instanceof OutOfMemoryError) {
      told =
          GraftException.machine("The memory is not enough.")
              .found(failure.getMessage())
              .line("try", "GRAFT_JAVA_OPTS=-Xmx4g graft ..., or a smaller batch");
    } else if (failure instanceof UnsatisfiedLinkError) {
      told =
          GraftException.machine("A native library can't be loaded.")
              .found(failure.getMessage())
              .line("try", "--device cpu");
    } else if (failure instanceof LinkageError) {
      told =
          GraftException.plugin("A class does not fit the others, or is missing.")
              .found(failure)
              .remedy(
                  "A plugin that was built against another version of Graft, or lacks a JAR, does"
                      + " this;")
              .remedy("graft methods lists where each comes from");
    }
    return Optional.ofNullable(told);
  }
}
