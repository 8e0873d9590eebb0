package dev.graft.harness.fuzz;

import dev.graft.harness.data.TextLines;
import dev.graft.harness.forgetting.ForgettingSpec;
import dev.graft.harness.forgetting.GeneralText;
import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.model.TextPredictor;
import dev.graft.harness.objective.TaskFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Tasks: tables of every format and layout, their task.yaml, and lines of text. */
final class DataReaders {
  private static final String LABELS =
      "fine,a;b\ndull,b\n\"so, so\",a\n\"two\nlines\",c;a\ngood,c\n";
  private static final String SCORES = "a\tb\t1.5\nc\td\t0\ne\tf\t5.0\ng\th\t3\n";

  private final Path folder;
  private final List<Reader> readers = new ArrayList<>();

  private DataReaders(Path folder) {
    this.folder = folder;
  }

  static List<Reader> all(Path folder) throws IOException {
    DataReaders all = new DataReaders(folder);
    all.addTables();
    all.addTexts();
    return all.readers;
  }

  private void addTables() throws IOException {
    task(
        "csv",
        Map.of(
            "train.csv",
            "text,label\n" + LABELS.replace(";b", "").replace(";a", ""),
            "test.csv",
            "text,label\nx,a\ny,b\n"));
    task("glue tsv", Map.of("train.tsv", "sentence1\tsentence2\tscore\n" + SCORES));
    task(
        "jsonl",
        Map.of(
            "train.jsonl",
            """
            {"text": "fine", "label": 1}
            {"text": "dull", "label": 0}
            {"text": "so\\nso", "label": 1}
            {"text": "good", "label": 0}"""));
    task(
        "yaml of several labels",
        Map.of(
            "all.csv",
            "body,tags\n" + LABELS.repeat(3),
            "task.yaml",
            """
            train: all.csv
            test: 20%
            text-columns: [body]
            label-column: tags
            kind: multi-label
            label-separator: ;
            metrics: [micro-f1, macro-f1]
            """));
    task(
        "yaml of scores",
        Map.of(
            "all.tsv",
            "a\tb\tone\ttwo\n" + SCORES.replaceAll("(?m)$", "\t2").replaceFirst("\t2\\z", ""),
            "task.yaml",
            """
            train: all.tsv
            test: all.tsv
            format: tsv
            text-columns: [a, b]
            label-column: [one, two]
            kind: score
            """));
    task(
        "yaml of texts",
        Map.of(
            "texts.jsonl",
            "{\"prompt\": \"a b\", \"text\": \"c\"}\n{\"prompt\": \"\", \"text\": \"d\"}",
            "task.yaml",
            "train: texts.jsonl\nkind: language-modelling\ntext-columns: [prompt, text]\n"));
  }

  private void task(String name, Map<String, String> files) throws IOException {
    Path task = Fuzz.folder(folder, "task " + name);
    List<Source> sources = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(task.resolve(file.getKey()), file.getValue());
      sources.add(Source.of(task, file.getKey(), mutator(file.getKey())));
    }
    readers.add(
        new Reader(
            "task: " + name,
            task,
            sources,
            at -> TaskFinder.objective(at.toString()).contentHash()));
  }

  private static Mutator mutator(String file) {
    Mutator lines =
        file.endsWith(".jsonl")
            ? TextMutator::ofJsonLines
            : new TextMutator(
                file.endsWith(".yaml") ? ":,\\[\\]" : file.endsWith(".tsv") ? "\t" : ",;\"");
    return lines.or(new ByteMutator());
  }

  private void addTexts() throws IOException {
    Path texts = Fuzz.folder(folder, "texts");
    Files.writeString(texts.resolve("texts.txt"), "a text\na prompt\tits answer\n".repeat(6));
    readers.add(
        new Reader(
            "texts",
            texts,
            List.of(Source.of(texts, "texts.txt", new TextMutator("\t ").or(new ByteMutator()))),
            at -> {
              Path file = at.resolve("texts.txt");
              GeneralText.of(ForgettingSpec.of(file.toString()));
              for (String line : TextLines.all(file)) {
                TextPredictor.example(line, file.toString());
              }
            }));
  }
}
