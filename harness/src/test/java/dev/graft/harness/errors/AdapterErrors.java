package dev.graft.harness.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.cli.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Saved adapters that don't fit, and what can't be asked, merged or exported. */
final class AdapterErrors {
  private final Commands commands;

  private AdapterErrors(Commands commands) {
    this.commands = commands;
  }

  static void addTo(Commands commands) throws IOException {
    AdapterErrors errors = new AdapterErrors(commands);
    errors.train("lora", "--model=MODEL/model", "--task=MODEL/task", "--max-length=16");
    errors.train("prefix-tuning", "--model=MODEL/model", "--task=MODEL/task", "--max-length=16");
    errors.train("head-only", "--model=MODEL/gpt2", "--task=MODEL/task", "--max-length=16");
    errors.train("lora", "--model=MODEL/gpt2", "--text=MODEL/texts.txt", "--max-length=16");
    errors.addFolders();
    errors.addBases();
    errors.addTasks();
    errors.addTexts();
    errors.addForms();
  }

  /** Saves an adapter in a folder of the method's name, or "lm" of a language model. */
  private void train(String stack, String model, String data, String length) {
    String folder = commands.folder().toString();
    String name = data.startsWith("--text") ? "lm" : stack;
    Command trained =
        Command.run(
            "train",
            "--device=cpu",
            "--stack=" + stack,
            model.replace("MODEL", folder),
            data.replace("MODEL", folder),
            length,
            "--output=" + commands.folder().resolve(name));
    assertThat(trained.exitCode()).as(trained.errors()).isZero();
  }

  private void with(String title, String command, String adapter, String options) {
    commands.add(title, with(command, adapter, options));
  }

  private static String with(String command, String adapter, String options) {
    String model = options.contains("--model=") ? "" : "--model=FOLDER/model ";
    return "%s --device=cpu %s--adapter=FOLDER/%s %s"
        .formatted(command, model, adapter, options)
        .strip();
  }

  private void addFolders() throws IOException {
    with("Evaluating without an adapter", "evaluate", "nowhere", "--task=FOLDER/task");
    with("A folder that holds no adapter", "predict", "task", "w10");
    with("A file for an adapter", "export", "texts.txt", "--format=peft --output=FOLDER/new");
    commands.add(
        "Asking a model that has no head", "predict --device=cpu --model=FOLDER/model w10");
    commands.add(
        "Going on from a folder without an adapter",
        "train --device=cpu --model=FOLDER/model --from=FOLDER/task --output=FOLDER/new");
    commands.add("Nothing to inspect", "inspect FOLDER/task");
    commands.add("A file to inspect", "inspect FOLDER/texts.txt");
    commands.add("A folder to inspect that is not there", "inspect FOLDER/nowhere");
    Path cut = Files.createDirectories(commands.folder().resolve("cut"));
    Files.writeString(cut.resolve("graft.json"), "{\"format\": ");
    with("An adapter that was cut off", "evaluate", "cut", "--task=FOLDER/task");
  }

  private void addBases() {
    String gpt2 = "--model=FOLDER/gpt2 --text=FOLDER/texts.txt";
    with("An adapter of another model", "evaluate", "lora", gpt2);
    with(
        "An adapter of another model by force, whose head does not fit",
        "evaluate",
        "lora",
        gpt2 + " --any-base");
    with(
        "A language model's adapter by force on an encoder",
        "evaluate",
        "lm",
        "--any-base --task=FOLDER/task");
    with(
        "Merging into another model",
        "merge",
        "lora",
        "--model=FOLDER/gpt2 --output=FOLDER/new --precision=float16");
  }

  private void addTasks() throws IOException {
    task("scores", "sentence1\tsentence2\tscore\nw10\tw11\t1\nw12\tw13\t2\n");
    task("paraphrases", "#1 String\t#2 String\tQuality\nw10\tw11\t1\nw12\tw13\t0\n");
    with("A task with scores for an adapter of labels", "evaluate", "lora", "--task=FOLDER/scores");
    with("A task with other labels", "evaluate", "lora", "--task=FOLDER/paraphrases");
    with(
        "A task for an adapter of a language model",
        "evaluate",
        "lm",
        "--model=FOLDER/gpt2 --task=FOLDER/task");
    with("The perplexity of an encoder", "evaluate", "lora", "--text=FOLDER/texts.txt");
    with("No room for tokens", "evaluate", "lora", "--task=FOLDER/task --max-length=1");
    commands.add(
        "Going on with another task",
        "train --device=cpu --model=FOLDER/model --from=FOLDER/lora --task=FOLDER/scores"
            + " --output=FOLDER/new");
  }

  private void task(String name, String table) throws IOException {
    Path folder = Files.createDirectories(commands.folder().resolve(name));
    Files.writeString(folder.resolve("train.tsv"), table);
    Files.writeString(folder.resolve("dev.tsv"), table);
  }

  private void addTexts() throws IOException {
    Files.write(commands.folder().resolve("latin"), new byte[] {'w', (byte) 0xe9, '\n'});
    with("A text and a file", "predict", "lora", "w10 --file=texts.txt");
    with("A file of texts that there is not", "predict", "lora", "--file=FOLDER/nowhere.txt");
    with("A folder for the texts", "predict", "lora", "--file=FOLDER/task");
    with("Texts in Latin-1", "predict", "lora", "--file=FOLDER/latin");
    with("Nothing to predict", "predict", "lora", "");
    commands.reading("Two tabs between texts", "w10\nw1\tw2\tw3\n", with("predict", "lora", ""));
    commands.reading(
        "A blank line to a model whose tokenizer adds no tokens",
        "w10\n\nw11\n",
        with("predict", "head-only", "--model=FOLDER/gpt2"));
    commands.reading(
        "A text longer than the model reads", "w10 ".repeat(40), with("predict", "lora", ""));
    with("Labels from a language model", "predict", "lm", "--model=FOLDER/gpt2 w10");
  }

  private void addForms() {
    with("Merging what can't be merged", "merge", "prefix-tuning", "--output=FOLDER/new");
    with("Merging into a folder that is there", "merge", "lora", "--output=FOLDER/task");
    with(
        "Exporting what can't be merged",
        "export",
        "prefix-tuning",
        "--format=huggingface --output=FOLDER/new");
    with(
        "The format of another library",
        "export",
        "lora",
        "--format=adapterhub --output=FOLDER/new");
    with(
        "A file in a folder that is not there",
        "export",
        "lora",
        "--format=torchscript --output=FOLDER/nowhere/model.pt");
  }
}
