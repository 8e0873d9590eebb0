package dev.graft.harness.errors;

import dev.graft.harness.forgetting.TinyGeneral;
import dev.graft.harness.store.jdbc.StoreErrors;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** Comparisons that can't begin or go on, and trials that fail. */
final class StudyErrors {
  private final Commands commands;

  private StudyErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(ErrorTexts errors, Commands commands) throws IOException, SQLException {
    StudyErrors study = new StudyErrors(commands);
    study.addMethods();
    study.addForgetting();
    study.addOptions();
    study.addFolders();
    study.addWhatIsThere();
    study.addShown();
    study.addRuns();
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

  private void addForgetting() throws IOException {
    TinyGeneral general = new TinyGeneral(folder("general"));
    Files.writeString(folder("general").resolve("short.txt"), "w1 w2\n\nw3 w4\n");
    add(
        "A text for forgetting that there is not",
        "--methods=lora --forgetting=FOLDER/general/genral.txt --output=FOLDER/new");
    add(
        "A text for forgetting that is too short",
        "--methods=lora --forgetting=FOLDER/general/short.txt --output=FOLDER/new");
    add(
        "Forgetting of a model without the head that it was pretrained with",
        "--methods=lora --output=FOLDER/new --forgetting=" + general.text());
    commands.add(
        "Forgetting with a method that leaves no room for the passages",
        compare(
                "--methods=lora,prompt-tuning:virtual-tokens=20 --output=FOLDER/new --forgetting="
                    + general.text())
            .replace("FOLDER/model", general.study().model().toString()));
  }

  private void addOptions() {
    add("An executor that there is not", "--methods=lora --executor=slurm --output=FOLDER/new");
    add("No trials at a time", "--methods=lora --parallel=0");
    add("Trials without time", "--methods=lora --timeout=0");
    commands.add("No study to replay from", "replay 1 --store=FOLDER/task");
    commands.add("A trial to replay that there is not", "replay lora --store=FOLDER/edited-trial");
  }

  private void addFolders() {
    add("A file for the results", "--methods=lora --output=FOLDER/texts.txt");
    add("Results inside a file", "--methods=lora --output=FOLDER/texts.txt/new");
  }

  private void addWhatIsThere() throws IOException, SQLException {
    Files.writeString(folder("earlier").resolve("trials.jsonl"), "{\"trial\": 1}\n");
    add("Results of an earlier version", "--methods=lora --output=FOLDER/earlier");
    Files.writeString(folder("edited").resolve("study.db"), "lora was best\n");
    add("A store that is something else", "--methods=lora --output=FOLDER/edited");
    Files.createDirectories(folder("blocked").resolve("study.db"));
    add("A folder in the place of the store", "--methods=lora --output=FOLDER/blocked");
    StoreErrors.writeNewer(folder("later").resolve("study.db"));
    add("A store of a later version", "--methods=lora --output=FOLDER/later");
    add(
        "A store of a kind that there is not",
        "--methods=lora --output=FOLDER/any --store=jdbc:mysql://me:secret@host/x");
    add(
        "A server that does not answer",
        "--methods=lora --output=FOLDER/any --store=jdbc:postgresql://localhost:1/x?user=me&password=secret");
    Files.createFile(folder("occupied").resolve("trials"));
    add("A file in the place of the trials", "--methods=lora --output=FOLDER/occupied");
  }

  private void addShown() throws IOException {
    commands.add("Results of no study", "study show FOLDER/task");
    commands.add("Results of several studies", "study show FOLDER/several");
    StoreErrors.writeStore(folder("several/one"));
    StoreErrors.writeStore(folder("several/two"));
    commands.add("Results of an earlier version that are shown", "study show FOLDER/several/one");
    commands.add(
        "A file that is to be shown from a store",
        "study show FOLDER/nowhere.yaml --store=FOLDER/several/one");
  }

  private void addRuns() {
    commands.add("Trials of no store", "runs --store=FOLDER/nowhere");
    commands.add("Trials of a stage that there is not", "runs --stage=test");
    commands.add(
        "A format of trials that there is not",
        "runs export --format=xlsx --output=FOLDER/new.xlsx");
    commands.add("Trials into a file that is there", "runs export --output=FOLDER/texts.txt");
    commands.add(
        "Trials into a folder that there is not",
        "runs export --format=parquet --store=FOLDER/edited-trial --output=FOLDER/nowhere/new.parquet");
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
