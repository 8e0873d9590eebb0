package dev.graft.harness.errors;

import dev.graft.harness.data.CostMetric;
import dev.graft.harness.data.Services;
import dev.graft.harness.data.TaskSource;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.measure.Metrics;
import dev.graft.harness.objective.TaskFinder;
import dev.graft.testing.ErrorTexts;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Tasks and texts that can't be used. */
final class DataErrors {
  private static final String SST = "sentence\tlabel\n";
  private static final String STS = "sentence1\tsentence2\tscore\n";

  private final Commands commands;

  private DataErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(ErrorTexts texts, Commands commands) throws IOException {
    DataErrors errors = new DataErrors(commands);
    errors.addFolders();
    errors.addTaskFiles();
    errors.addTables();
    errors.addOwnTables();
    errors.addTexts();
    errors.addServices(texts);
  }

  private void addServices(ErrorTexts errors) throws IOException {
    task("Variants of the reviews", "reviews:long");
    Services services = new Services(Files.createDirectories(commands.folder().resolve("jar")));
    String cost = CostMetric.class.getName();
    String odd = "org.example.None";
    errors.add(
        "Two metrics of one label",
        () ->
            services.with(
                Metric.class, List.of(cost, Cheaper.class.getName()), Metrics::installed));
    errors.add(
        "A metric whose class is missing",
        () ->
            services.with(
                Metric.class, List.of(odd), () -> Metrics.installed().named("costs", "task.yaml")));
    errors.add(
        "A source of tasks whose class is missing",
        () -> services.with(TaskSource.class, List.of(odd), () -> TaskFinder.open("example")));
  }

  /** Another metric with a label that is taken. */
  public static final class Cheaper implements Metric {
    @Override
    public String label() {
      return "cost";
    }

    @Override
    public boolean judges(Answered answered, int labels) {
      return false;
    }

    @Override
    public double compute(double[] predicted, double[] gold, int labels) {
      return 0;
    }
  }

  private void addFolders() throws IOException {
    Path folder = Files.createDirectories(commands.folder().resolve("glue"));
    Files.writeString(folder.resolve("train.tsv"), SST + "fine\t1\n");
    task("A task that there is not", "FOLDER/reviws");
    task("A file for a task", "FOLDER/glue/train.tsv");
    commands.add(
        "A task without a test split", "evaluate --adapter=FOLDER/none --task=FOLDER/glue");
    task("A folder without a task", "FOLDER/model");
    Path two = Files.createDirectories(commands.folder().resolve("two"));
    Files.writeString(two.resolve("train.tsv"), SST);
    Files.writeString(two.resolve("train.csv"), SST);
    task("Two files of one split", "FOLDER/two");
    options("A task and texts at once", "--task=reviews --text=texts.txt");
    options("A task and a table at once", "--task=reviews --train=train.csv");
    options("A validation file beside a task", "--task=reviews --validation=texts.txt");
    options("The columns of a table beside a task", "--task=FOLDER/glue --label-column=label");
    options("A kind that there is not", "--train=a.csv --kind=clases");
    options("A table whose name tells no format", "--train=FOLDER/a.parquet");
    options("Three columns of texts", "--train=a.csv --text-columns=a,b,c");
    Path texts = Files.createDirectories(commands.folder().resolve("texts"));
    Files.writeString(texts.resolve("train.csv"), "text\na\n");
    Files.writeString(texts.resolve("task.yaml"), "train: train.csv\nkind: language-modelling\n");
    commands.add(
        "Texts to compare methods by",
        "compare --device=cpu --model=FOLDER/model --output=FOLDER/new --task=FOLDER/texts");
  }

  private void options(String title, String options) {
    commands.add(title, "train --output=FOLDER/new " + options);
  }

  private void addTaskFiles() throws IOException {
    Files.writeString(commands.folder().resolve("few.csv"), "text,label\na,x\nb,y\n");
    file("A task.yaml that is no YAML", "train: [a.csv\n");
    file("A task.yaml with a character that YAML has not", "train: \u0001\n");
    file("A task.yaml with a character that no name has", "train: \"a\\0.csv\"\n");
    file("An empty task.yaml", "# nothing\n");
    file("A key of task.yaml that there is not", "train: a.csv\n\nlabel-colum: stars\n");
    file("A key of task.yaml twice", "train: a.csv\ntest: b.csv\ntrain: c.csv\n");
    file("A key of task.yaml without a value", "train: a.csv\ntest:\n");
    file("A task.yaml without a file to train on", "test: a.csv\n");
    file("A task.yaml that refers to itself", "train: a.csv\ntest: *a\n");
    file("A task.yaml with a list in a list", "train: [[a.csv]]\n");
    file("A task.yaml that is too large", "# " + "x".repeat(1_000_000) + "\n");
    file("A task.yaml that is nested too deeply", "train: " + "[".repeat(30) + "]".repeat(30));
    file("A key of task.yaml that is a list", "? [train, test]\n: a.csv\n");
    file("A tag in task.yaml", "train: !!str a.csv\n");
    file("An anchor in task.yaml", "train: &a a.csv\n");
    file("A part to test on of too little", "train: ../few.csv\ntest: 20%\n");
    file("A part to test on of texts", "train: ../few.csv\ntest: 20%\nkind: language-modelling\n");
    file("A separator where texts have one label each", "train: a.csv\nlabel-separator: ;\n");
    file("A metric that there is not", "train: a.csv\nmetrics: [accuracy, acuracy]\n");
    file("A format of tables that there is not", "train: a.csv\nformat: xlsx\n");
    file("Two files of task.yaml to train on", "train: [a.csv, b.csv]\n");
    file("A kind of task.yaml that there is not", "train: a.csv\nkind: Score\n");
  }

  private void file(String title, String text) throws IOException {
    String name = name(title);
    Path folder = Files.createDirectories(commands.folder().resolve(name));
    Files.writeString(folder.resolve("task.yaml"), text);
    task(title, "FOLDER/" + name);
  }

  private void addOwnTables() throws IOException {
    own(
        "A label that only the test split has",
        "text,label\na,x\nb,y\n",
        "text,label\na,z\nb,x\nc,z\n");
    own("Labels of one kind", "text,label\na,x\nb,x\n", "");
    own("A label that is empty", "text,label\na,x\nb,\n", "");
    own("Labels that may be scores", "text,label\na,1.5\nb,2\n", "");
    own("Several columns that may hold the text", "text,premise,hypothesis,label\na,b,c,x\n", "");
    own("Columns of unknown names", "review,stars\na,1\n", "");
    own("A column twice", "text,label,text\na,x,b\n", "");
    own("A quotation mark that is not closed", "text,label\n\"a,x\nb,y\n", "");
    own("Letters behind a quotation mark", "text,label\na,x\n\"b\"c,y\n", "");
    own("A comma outside of quotation marks", "text,label\na, b,x\n", "");
    line("A line that is no JSON", "{\"text\": \"a\", \"label\": 1}\n{\"text\": 'b'}\n");
    line("A key of JSON that is missing", "{\"text\": \"a\", \"label\": 1}\n{\"text\": \"b\"}\n");
    line("A list for a label", "{\"text\": \"a\", \"label\": [1, 2]}\n");
    write("scores.csv", "text,label\na,1\n");
    file("A metric of classes for scores", "train: ../scores.csv\nkind: score\nmetrics: f1\n");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(commands.folder().resolve(name), text);
  }

  private void own(String title, String train, String test) throws IOException {
    String name = name(title);
    Path file = write(name + ".csv", train);
    String options = "--train=" + file;
    if (!test.isEmpty()) {
      options += " --test=" + write(name + "-test.csv", test);
    }
    options(title, options);
  }

  private void line(String title, String lines) throws IOException {
    options(title, "--train=" + write(name(title) + ".jsonl", lines));
  }

  private void task(String title, String task) {
    commands.add(title, "train --output=FOLDER/new --task=" + task);
  }

  private void addTables() throws IOException {
    table("A column of another name", "sentence\tlable\nfine\t1\n", SST + "fine\t1\n");
    table("Splits of different tasks", SST + "fine\t1\n", STS + "a\tb\t1\n");
    table("A text without column names", "only text ".repeat(50) + "\t1\nfine\t1\n", SST);
    table("A line that lacks a cell", SST + "fine\t1\ndull 0\n", SST);
    table("A tab in quotation marks", SST + "fine\t1\n", SST + "\"a\tb\"\t1\n");
    table("A label that GLUE has not", SST + "fine\t1\n", SST + "grand\t1\nso so\t2\n");
    table("A score that is no number", STS + "a\tb\tNaN\n", STS);
    table("A score that is too high", STS + "a\tb\t5.000\na\tb\t5.001\n", STS);
    table("A score below zero", STS + "a\tb\t-0.2\n", STS);
    table("An empty table", "", SST);
    table("A table of a byte-order mark", "\uFEFF", SST);
    table("A table of column names alone", SST + "fine\t1\n", SST);
    table("A table in Latin-1", SST + "fine\t1\na café\t1\n", SST, StandardCharsets.ISO_8859_1);
    table("A table in UTF-16 without its mark", SST + "fine\t1\n", SST, StandardCharsets.UTF_16LE);
  }

  private void table(String title, String train, String test) throws IOException {
    table(title, train, test, StandardCharsets.UTF_8);
  }

  private void table(String title, String train, String test, Charset charset) throws IOException {
    String name = name(title);
    Path folder = Files.createDirectories(commands.folder().resolve(name));
    Files.write(folder.resolve("train.tsv"), train.getBytes(charset));
    Files.write(folder.resolve("dev.tsv"), test.getBytes(charset));
    task(title, "FOLDER/" + name);
  }

  private static String name(String title) {
    return title.toLowerCase(Locale.ROOT).replace(' ', '-');
  }

  private void addTexts() throws IOException {
    text("A file of texts that is not there", "--text=FOLDER/nowhere.txt");
    text("A folder for a file of texts", "--text=FOLDER/glue");
    texts("A file of texts without any", "");
    texts("A file of empty lines", "\n  \n");
    texts("A text with two tabs", "fine\na\tb\tc\n");
    texts("A prompt that nothing follows", "w10\tw11\na prompt\t\n");
    texts("A prompt longer than the maximum length", "w10\tw11\n\nw10 w11 w12 w13\tw14\n");
    Files.writeString(commands.folder().resolve("none.txt"), "\n");
    text(
        "A file of validation texts without any",
        "--text=FOLDER/texts.txt --validation=FOLDER/none.txt");
  }

  private void texts(String title, String lines) throws IOException {
    String name = name(title) + ".txt";
    Files.writeString(commands.folder().resolve(name), lines);
    text(title, "--text=FOLDER/" + name);
  }

  private void text(String title, String options) {
    commands.add(
        title,
        "train --device=cpu --model=FOLDER/gpt2 --max-length=4 --output=FOLDER/new " + options);
  }
}
