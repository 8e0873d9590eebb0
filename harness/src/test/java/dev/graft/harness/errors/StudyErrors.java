package dev.graft.harness.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.job.Progress;
import dev.graft.harness.store.JsonLines;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Comparisons that can't begin or go on, and trials that fail. */
final class StudyErrors {
  private static final Path FULL = Path.of("/dev/full");

  private final Commands commands;

  private StudyErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(ErrorTexts errors, Commands commands) throws IOException {
    StudyErrors study = new StudyErrors(commands);
    study.addMethods();
    study.addOptions();
    study.addFolders();
    study.addWhatIsThere();
    errors.print("A study that another process writes", study::writtenTwice);
    errors.print("A disk that is full", study::onFullDisk);
    errors.needing(
        "A disk that is full",
        FULL,
        () -> errors.exempt("store/JsonLines.java", "throw Folders.unwritable(", "a full disk"));
    study.addTrials();
  }

  private static String compare(String options) {
    return "compare --device=cpu --model=FOLDER/model --task=FOLDER/task --max-length=16 "
        + options;
  }

  private void add(String title, String options) {
    commands.add(title, compare(options));
  }

  private void addMethods() throws IOException {
    Path few = folder("few");
    Files.writeString(few.resolve("train.tsv"), "sentence\tlabel\nw1\t0\nw2\t1\n");
    Files.writeString(few.resolve("dev.tsv"), "sentence\tlabel\nw3\t0\nw4\t1\n");
    add("A comparison with a method that is not installed", "--methods=lora,prefix-tunning");
    add("A comparison with a setting that there is not", "--methods=lora:rnk=4");
    add("A method twice", "--methods=lora,lora:rank=8");
    add("A baseline that is none of the methods", "--methods=lora,full --baseline=ful");
    add("No trials to tune by", "--methods=lora --tune=0");
    add("Nothing left to tune", "--methods=lora --tune=4 --learning-rate=0.001");
    commands.add(
        "Tuning without a validation split",
        compare("--methods=lora --tune=4").replace("--task=FOLDER/task", "--task=FOLDER/few"));
    add("A method with a target that there is not", "--methods=head-only,lora:targets=qery");
  }

  private void addOptions() {
    add("No trials at a time", "--methods=lora --parallel=0");
    add("Trials without time", "--methods=lora --timeout=0");
    commands.add("No study to replay from", "replay lora --output=FOLDER/task");
    commands.add("A trial to replay that there is not", "replay lora --output=FOLDER/replayed");
  }

  private void addFolders() {
    add("A file for the results", "--methods=lora --output=FOLDER/texts.txt");
    add("Results inside a file", "--methods=lora --output=FOLDER/texts.txt/new");
  }

  private void addWhatIsThere() throws IOException {
    Files.createFile(folder("replayed").resolve("trials.jsonl"));
    Files.writeString(folder("foreign").resolve("trials.jsonl"), "{\"trial\": 1}\n");
    add("Results of something else", "--methods=lora --output=FOLDER/foreign");
    Files.writeString(folder("edited").resolve("trials.jsonl"), "lora was best\n");
    add("Results that were edited", "--methods=lora --output=FOLDER/edited");
    Files.createDirectories(folder("blocked").resolve("trials.jsonl"));
    add("A folder in the place of the results", "--methods=lora --output=FOLDER/blocked");
    Files.createFile(folder("occupied").resolve("trials"));
    add("A file in the place of the trials", "--methods=lora --output=FOLDER/occupied");
    Files.createDirectories(folder("copied").resolve("untrained-seed-1/config.json/x"));
    commands.addSlow(
        "A folder in the place of the untrained model",
        compare("--methods=head-only --untrained --output=FOLDER/copied"));
  }

  private ErrorTexts.Printed writtenTwice() throws IOException {
    Path results = folder("busy").resolve("trials.jsonl");
    try (JsonLines<Progress> open = JsonLines.open(results, Progress.class)) {
      assertThat(open.records()).isEmpty();
      return commands.print(compare("--methods=lora --output=FOLDER/busy"));
    }
  }

  private ErrorTexts.Printed onFullDisk() throws IOException {
    Path results = folder("full").resolve("trials.jsonl");
    Files.createSymbolicLink(results, FULL);
    try {
      return commands.print(compare("--methods=head-only --output=FOLDER/full"));
    } finally {
      Files.delete(results);
    }
  }

  private void addTrials() {
    commands.addReported(
        "Trials that fail",
        compare(
            "--methods=test-doomed,test-doomed:end=error,test-doomed:end=crash"
                + " --output=FOLDER/failed"));
    commands.addReported(
        "A trial that diverges",
        compare("--methods=full --learning-rate=1000 --epochs=4 --output=FOLDER/diverged"));
  }

  private Path folder(String name) throws IOException {
    return Files.createDirectories(commands.folder().resolve(name));
  }
}
