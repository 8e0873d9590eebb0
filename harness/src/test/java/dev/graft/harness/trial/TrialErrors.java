package dev.graft.harness.trial;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.program.Precision;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** More trials than a machine can hold, and results that can't be let go. */
public final class TrialErrors {
  private TrialErrors() {}

  /** Adds the cases. */
  public static void addTo(ErrorTexts errors, Path folder) throws IOException {
    errors.add(
        "More trials at a time than memory holds",
        () ->
            new Places(0, 8, OptionalLong.of(5_000_000_000L))
                .slots(Optional.of(4), 9, List.of(new Demand("cpu", 2_000_000_000))));
    Path copied = folder.resolve("copied");
    Files.createDirectories(copied.resolve("config.json/x"));
    errors.add(
        "A folder in the place of the untrained model",
        () ->
            UntrainedModel.write(ModelDirectory.of(folder.resolve("model").toString()), copied, 1));
    ModelDirectory going = ModelDirectory.open(new TinyStudy(folder.resolve("going")).model());
    Files.delete(going.path().resolve("config.json"));
    errors.add(
        "A model that goes while it is copied",
        () -> UntrainedModel.write(going, folder.resolve("fresh"), 1));
    TrialSpec spec =
        TrialSpec.reported(
            new Arm("model", "task", "lora", false, "cpu", Precision.FLOAT32, TinyStudy.RECIPE), 1);
    StudyFolder study = new StudyFolder(folder.resolve("unanswered"));
    Files.createDirectories(study.trial(spec).resolve("result.json/x"));
    errors.hiding(study.trial(spec).getFileName(), "TRIAL");
    errors.add("A result that can't be removed", () -> LocalProcesses.alone(1).stored(spec, study));
  }
}
