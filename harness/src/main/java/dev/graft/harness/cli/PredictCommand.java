package dev.graft.harness.cli;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.harness.cli.options.AdaptedOptions;
import dev.graft.harness.cli.options.MaxLengthOption;
import dev.graft.harness.cli.options.PrecisionOption;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.data.Example;
import dev.graft.harness.data.TextLines;
import dev.graft.harness.json.Json;
import dev.graft.harness.model.TextPredictor;
import dev.graft.harness.report.text.AnswerText;
import dev.graft.harness.wiring.Harness;
import dev.graft.model.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code graft predict}. */
@Command(
    name = "predict",
    sortOptions = false,
    description = {
      "Tell what a model, with an adapter or alone, says of texts: a line a text, the label and"
          + " then the probabilities of all labels, or a score."
    },
    optionListHeading = "%nOptions:%n",
    footer = {
      "",
      "Examples:",
      "  graft predict --adapter reviews-lora 'The soup was cold.'",
      "  graft predict --adapter reviews-lora --json < reviews.txt"
    })
final class PredictCommand implements Callable<Integer> {
  /** So many lines are answered together, fewer where a writer pauses. */
  private static final int TOGETHER = 256;

  private final Terminal terminal;

  @ParentCommand private Main main;

  @Parameters(
      arity = "0..1",
      converter = AnyText.class,
      paramLabel = "TEXT",
      description = "A text, or two with a tab between them (default: each line of the input).")
  private Optional<String> text = Optional.empty();

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description = AdaptedOptions.ADAPTER + " (default: none, the model answers alone).")
  private Optional<Path> adapter = Optional.empty();

  @Mixin private AdaptedOptions adapted = new AdaptedOptions();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Texts, one a line (default: the standard input).")
  private Optional<Path> file = Optional.empty();

  @Mixin private MaxLengthOption maxLength = new MaxLengthOption();

  @Mixin private PrecisionOption precision = new PrecisionOption();

  @Option(names = "--json", description = "Write a JSON object a line.")
  private boolean json;

  /** The empty one, too: other arguments can't be empty. */
  static final class AnyText implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      return text;
    }
  }

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Harness harness = new Harness();
    try (TextLines lines = new TextLines(name(), source());
        TextPredictor predictor =
            TextPredictor.open(
                adapted.spec(adapter, main.device(), precision.value(), harness, terminal),
                harness::methods,
                maxLength.value())) {
      answer(lines, predictor);
    }
    return ExitCode.OK;
  }

  private InputStream source() throws IOException {
    if (text.isPresent() && file.isPresent()) {
      throw GraftException.input("A text and a file can't be taken at once.")
          .found("'%s' --file %s", text.get(), file.get())
          .remedy("leave one of them out");
    }
    if (file.isPresent() && (Files.isDirectory(file.get()) || Files.notExists(file.get()))) {
      throw GraftException.input("There is no file %s.", file.get())
          .expected("a text a line")
          .found(Folders.kind(file.get()));
    }
    if (text.isPresent()) {
      String line = text.get() + "\n"; // the empty text is a line, too
      return new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8));
    }
    return file.isPresent() ? Files.newInputStream(file.get()) : terminal.in();
  }

  private String name() {
    return text.isPresent() ? "the argument" : file.map(Path::toString).orElse("standard input");
  }

  private void answer(TextLines lines, TextPredictor predictor) throws IOException {
    List<Example> examples = new ArrayList<>();
    for (String line = lines.next(); line != null; line = lines.next()) {
      examples.add(TextPredictor.example(line, lines.place()));
      if (examples.size() == TOGETHER || !lines.isReady()) {
        answer(examples, lines, predictor);
        examples.clear();
      }
    }
    if (lines.number() == 0) {
      throw GraftException.input("There is no text.").in(name()).expected("a text a line");
    }
    answer(examples, lines, predictor);
  }

  /** Answers the lines that were read last. */
  private void answer(List<Example> examples, TextLines lines, TextPredictor predictor) {
    int first = lines.number() - examples.size() + 1;
    List<Answer> answers = predictor.answers(examples, i -> lines.place(first + i));
    for (Answer answer : answers) {
      terminal.out().println(json ? Json.line(answer) : AnswerText.line(answer));
    }
  }
}
