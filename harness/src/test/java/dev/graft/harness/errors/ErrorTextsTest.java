package dev.graft.harness.errors;

import dev.graft.harness.bench.PeerErrors;
import dev.graft.harness.forgetting.ForgettingErrors;
import dev.graft.harness.job.ProcessErrors;
import dev.graft.harness.model.ImportErrors;
import dev.graft.harness.replay.ReplayErrors;
import dev.graft.harness.store.jdbc.StoreErrors;
import dev.graft.harness.study.JobErrors;
import dev.graft.harness.training.InterruptedTraining;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.TinyTexts;
import dev.graft.harness.trial.TrialErrors;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every error of the command line: what users read is in {@code errors.md} of the resources. */
class ErrorTextsTest {
  @TempDir private Path temporary;

  @TestFactory
  Stream<DynamicTest> texts() throws IOException, SQLException {
    Path folder = temporary.toRealPath();
    new TinyStudy(folder);
    new TinyTexts(folder);
    ErrorTexts errors =
        new ErrorTexts("harness")
            .hiding(folder, "FOLDER")
            .hiding(
                "java.library.path: " + System.getProperty("java.library.path"),
                "java.library.path: THE LIBRARY PATH");
    errors.exempt("cli/Failures.java", "GraftException.", "made of other failures: FailuresTest");
    errors.exempt(
        "report/comparison/Report.java",
        "thrownByPlugin(",
        "told beside the report, not thrown: PartsOfJarsTest");
    errors.exempt(
        "report/figure/Picture.java", "GraftException.", "a Java without fonts: StillsTest");
    Commands commands = new Commands(errors, folder);
    UsageErrors.addTo(commands);
    DataErrors.addTo(errors, commands);
    TrainingErrors.addTo(commands);
    AdapterErrors.addTo(commands);
    PlanErrors.addTo(commands);
    LatencyErrors.addTo(commands);
    StoreErrors.addTo(errors, folder);
    StudyErrors.addTo(errors, commands);
    StudyFileErrors.addTo(commands);
    MachineErrors.addTo(errors, commands);
    JobErrors.addTo(errors, folder);
    ProcessErrors.addTo(errors, folder);
    TrialErrors.addTo(errors, folder);
    InterruptedTraining.addTo(errors, folder);
    ForgettingErrors.addTo(errors, folder);
    ReplayErrors.addTo(errors, folder);
    ImportErrors.addTo(errors, folder);
    PeerErrors.addTo(errors, folder);
    return Stream.concat(
        errors.tests(),
        Stream.of(commands.showNoTraceUnlessAsked(), commands.leaveNothingBehind()));
  }
}
