package dev.graft.harness.errors;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tasks and texts that can't be used. */
final class DataErrors {
  private static final String SST = "sentence\tlabel\n";
  private static final String STS = "sentence1\tsentence2\tscore\n";

  private final Commands commands;

  private DataErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(Commands commands) throws IOException {
    DataErrors errors = new DataErrors(commands);
    errors.addFolders();
    errors.addTables();
    errors.addTexts();
  }

  private void addFolders() throws IOException {
    Path folder = Files.createDirectories(commands.folder().resolve("glue"));
    Files.writeString(folder.resolve("train.tsv"), SST + "fine\t1\n");
    task("A task that there is not", "FOLDER/reviws");
    task("A file for a task", "FOLDER/glue/train.tsv");
    task("A task without its test split", "FOLDER/glue");
    commands.add(
        "A task and texts at once", "train --output=FOLDER/new --task=reviews --text=texts.txt");
    commands.add(
        "A validation file beside a task",
        "train --output=FOLDER/new --task=reviews --validation=texts.txt");
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
    table("A label that there is not", SST + "fine\t1\n", SST + "grand\t1\nso so\t2\n");
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
