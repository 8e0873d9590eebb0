package dev.graft.harness.errors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Files of studies that can't be used. */
final class StudyFileErrors {
  private final Commands commands;
  private final Path folder;

  private StudyFileErrors(Commands commands) throws IOException {
    this.commands = commands;
    this.folder = Files.createDirectories(commands.folder().resolve("studies"));
  }

  static void addTo(Commands commands) throws IOException {
    StudyFileErrors errors = new StudyFileErrors(commands);
    commands.add("A study that there is not", "study check FOLDER/studies/none.yaml");
    commands.add("A study of nearly the name of one", "study check FOLDER/studies/fines.yaml");
    commands.add("A command of studies that there is not", "study chekc FOLDER/studies/a.yaml");
    errors.addKeys();
    errors.addMethods();
    errors.addSizes();
    errors.addMeasures();
  }

  private void addKeys() throws IOException {
    file("A study without methods", "seeds: 3");
    file("A key of a study that there is not", "methods: lora\nepoch: 3");
    file("A list where a value is held", "methods: lora\nepochs: [1, 3]");
    file("A study with a text for a number", "methods: lora\nepochs: three");
    file("A study with a number beyond counting", "methods: lora\nsteps: 99999999999999999999");
    file("A study with a number out of range", "methods: lora\nepochs: 0");
    file("A study with a text for a rate", "methods: lora\nlearning-rate: fast");
    file("A study with a text for a truth", "methods: lora\nuntrained: 'yes'");
    file("A study with a number for a name", "methods: lora\nname: 2024");
    file("A study in a precision that there is not", "methods: lora\nprecision: int8");
    file("A study on a device that there is not", "methods: lora\ndevice: tpu");
    file("A study that varies what can't vary", "methods: lora\nvary: {seeds: [1, 2]}");
    file("A study that varies its methods", "vary: {methods: [lora, full]}");
    file("A study that varies a setting for all", "methods: lora\nvary: {rank: [1, 8]}");
    file("A study with a setting for all", "methods: lora\nrank: 8");
    file("A study with a method beside its methods", "methods: lora\nmethod: full");
    file("A study with a stack of its own", "stack: [lora, full]");
    file("A study with a key of its tuning", "methods: lora\ntrials: 16");
    file("A study with a key of its task", "methods: lora\ntrain: train.csv");
    file("A study with several rates for one method", "methods: lora\nlearning-rate: [1e-3, 1e-4]");
    file(
        "A study that varies several rates for one method",
        "methods: lora\nvary: {learning-rate: [1e-3, [1e-3, 1e-4]]}");
    file("A study with no rates", "methods: lora\nlearning-rate: []");
    file("A study with a list for a key", "methods: lora\n[epochs, steps]: 3");
    file("A study with keys for a key", "methods: lora\n? {epochs: 1}\n: 3");
    file("A study that varies nothing by name", "methods: lora\nvary: epochs");
    file("A study that varies over one value", "methods: lora\nvary: {epochs: 3}");
    file("A study that varies over no value", "methods: lora\nvary: {epochs: []}");
    file("A study that varies over a value twice", "methods: lora\nvary: {epochs: [3, 1, 3]}");
    file("A study that holds what varies", "methods: lora\nepochs: 1\nvary: {epochs: [1, 3]}");
    file("A study of epochs and of steps", "methods: lora\nepochs: 1\nsteps: 100");
    file(
        "A study of batches by examples and by tokens",
        "methods: lora\nbatch-size: 8\nvary: {batch-tokens: [512, 1024]}");
    String many = numbers(150).toString();
    file(
        "A study of too many arms",
        "methods: lora\nvary: {epochs: %s, patience: %s}".formatted(many, many));
    file("A study with a seed twice", "methods: lora\nseeds: [1, 1]");
    file(
        "A study tuned by a search that there is not",
        "methods: lora\ntuning: {trials: 4, search: bayes}");
    file("A study tuned by no trials", "methods: lora\ntuning: {search: grid}");
    file("A study tuned by a half of one", "methods: lora\ntuning: {trials: 4, halving: 1}");
    file("A study with latency for its own sake", "methods: lora\nlatency: true");
    file("A study timed for no time", "methods: lora\nlatency: {limit: 0}");
    file("A study timed in too few processes", "methods: lora\nlatency: {processes: 2}");
    file("A study timed at rows of no length", "methods: lora\nlatency: {rows: [1, 16]}");
    file(
        "A study timed at a grid and at sizes",
        "methods: lora\nlatency: {rows: [1], lengths: [8], sizes: [1x8]}");
    file("A study timed at a row twice", "methods: lora\nlatency: {rows: [1, 1], lengths: [8]}");
    file("A study timed at no size", "methods: lora\nlatency: {sizes: []}");
    file("A study timed at a size that is none", "methods: lora\nlatency: {sizes: [16]}");
  }

  private static List<Integer> numbers(int count) {
    return IntStream.rangeClosed(1, count).boxed().toList();
  }

  private void addMethods() throws IOException {
    file("A study of no methods", "methods: []");
    file("A study of a method that is not installed", "methods: [full, lroa]");
    file("A study with a setting that there is not", "methods: [{method: lora, rnk: 4}]");
    file("A study with a setting out of range", "methods: [{method: lora, vary: {rank: [1, 0]}}]");
    file(
        "A study that varies a setting over nothing",
        "methods: [{method: lora, vary: {rank: []}}]");
    file(
        "A study that holds a setting that varies",
        "methods: [{method: lora, rank: 4, vary: {rank: [1, 2]}}]");
    file("A method with a key of the study", "methods: [{method: lora, learning-rate: 1e-3}]");
    file("A method with a setting of others", "methods: [{method: lora, bottleneck: 4}]");
    file("A method that leaves one out", "methods: [{method: lora, leave-one-out: true}]");
    file(
        "A method that varies a key of the study",
        "methods: [{method: lora, vary: {epochs: [1, 3]}}]");
    file("A method that varies seeds", "methods: [{method: lora, vary: {seeds: [1, 3]}}]");
    file("A method that varies itself", "methods: [{vary: {method: [lora, full]}, method: lora}]");
    file("A stack that varies", "methods: [{stack: [lora, full], vary: {rank: [1, 8]}}]");
    file("A stack beside a method", "methods: [{stack: [full], method: lora}]");
    file("A stack with a key of the study", "methods: [{stack: [lora, full], seeds: 3}]");
    file("A study of an empty stack", "methods: [{stack: []}]");
    file("A study of a stack that is no list", "methods: [{stack: lora}]");
    file(
        "A study that leaves out all of a stack",
        "methods: [{stack: [lora], leave-one-out: true}]");
    file("A study with one method twice", "methods: [lora, full, {method: lora, rank: 8}]");
    file("A study with a baseline that it has not", "methods: [lora, full]\nbaseline: ful");
  }

  private void addSizes() throws IOException {
    file("A size that is a number alone", "methods: lora\nmatch: 300000");
    file("A size within a number", "methods: lora\nmatch: {parameters: 300, within: 0.02}");
    file("A size for a stack in one text", "methods: lora+full\nmatch: {parameters: 300}");
    file("A size that no rank has", "methods: lora\nmatch: {parameters: 301, within: 1%}");
    file("A size for a method that has one", "methods: full\nmatch: {parameters: 300}");
    file("A size beside a rank", "methods: [{method: lora, rank: 8, match: {parameters: 300}}]");
    file("A size by a setting that there is not", "methods: lora\nmatch: {parameters: 9, by: rnk}");
    file(
        "A size by a setting that is not for it",
        "methods: lora\nmatch: {parameters: 9, by: alpha}");
  }

  private void addMeasures() throws IOException {
    write("fine", "methods: lora");
    write("uneven", "methods: lora+bitfit\ntuning: {trials: 5, search: grid}");
    commands.add(
        "A study tuned by trials that make no grid",
        "study run --device=cpu --output=FOLDER/new FOLDER/studies/uneven.yaml");
    commands.add("No steps to measure", "study check FOLDER/studies/fine.yaml --measure=0");
  }

  private void file(String title, String text) throws IOException {
    String name = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    write(name, text);
    commands.add(title, "study check --device=cpu FOLDER/studies/" + name + ".yaml");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), text + "\nmodel: ../model\ntask: ../task\n");
  }
}
