package dev.graft.harness.cli.study;

import dev.graft.GraftException;
import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.report.text.ForecastText;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.study.forecast.StepTimer;
import dev.graft.harness.study.forecast.StudyForecast;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.wiring.Harness;
import dev.graft.host.HostShape;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code graft study check}. */
@Command(
    name = "check",
    sortOptions = false,
    description =
        "Say what a study will train, before it does: every arm with its exact parameters, how many"
            + " trials, and a forecast of memory and time.",
    optionListHeading = "%nOptions:%n",
    footer = {"", "Example:", "  graft study check ranks.yaml --measure 10"})
final class StudyCheckCommand implements Callable<Integer> {
  private static final int MOST = 10_000;

  private final Terminal terminal;
  private final Supplier<String> device;

  @Mixin private FileParameter file = new FileParameter();

  @Option(
      names = "--measure",
      paramLabel = "N",
      description =
          "Run N real training steps for every model, task and recipe, and forecast the time.")
  private Optional<Integer> measured = Optional.empty();

  StudyCheckCommand(Terminal terminal, Supplier<String> device) {
    this.terminal = terminal;
    this.device = device;
  }

  @Override
  public Integer call() {
    measured.ifPresent(StudyCheckCommand::require);
    Harness harness = new Harness();
    Declaration declaration = file.declaration(harness, device);
    declaration.execution().executor().ifPresent(harness.executors()::get);
    Study study = declaration.study(name -> name, this::shape, harness.methods());
    StudyForecast forecast = StudyForecast.of(study, this::shape, this::folder, harness.methods());
    if (measured.isPresent()) {
      StepTimer timer = new StepTimer(harness.methods(), measured.get());
      forecast = forecast.timed(arm -> timer.seconds(pinned(arm)));
    }
    declaration.name().ifPresent(terminal.out()::println);
    ForecastText.lines(forecast).forEach(terminal.out()::println);
    return ExitCode.OK;
  }

  private HostShape shape(String model) {
    return ModelOption.shape(model, terminal);
  }

  private Path folder(String model) {
    return ModelOption.folder(model, terminal);
  }

  private Arm pinned(Arm arm) {
    return arm.withModel(ModelOption.pinned(arm.model(), terminal));
  }

  private static void require(int steps) {
    if (steps < 1 || steps > MOST) {
      throw GraftException.input("%s steps can't be measured.", steps)
          .expected("a whole number from 1 to %s", MOST);
    }
  }
}
