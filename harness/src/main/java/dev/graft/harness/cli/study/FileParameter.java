package dev.graft.harness.cli.study;

import dev.graft.harness.cli.options.ModelOption;
import dev.graft.harness.study.declared.Declaration;
import dev.graft.harness.study.file.Defaults;
import dev.graft.harness.study.file.StudyFile;
import dev.graft.harness.wiring.Harness;
import java.nio.file.Path;
import java.util.function.Supplier;
import picocli.CommandLine.Parameters;

/** The file of a study. */
final class FileParameter {
  @Parameters(index = "0", paramLabel = "STUDY.yaml", description = "The file of the study.")
  private Path file;

  /**
   * What it declares.
   *
   * @param device where the file names none
   */
  Declaration declaration(Harness harness, Supplier<String> device) {
    return declaration(file, harness, device);
  }

  /** What a file declares. */
  static Declaration declaration(Path file, Harness harness, Supplier<String> device) {
    Defaults defaults = new Defaults(() -> ModelOption.embedded(harness), device.get());
    return StudyFile.read(file, defaults, harness.methods());
  }
}
