package dev.graft.harness.fuzz;

import dev.graft.conformance.TinyHosts;
import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.report.text.ForecastText;
import dev.graft.harness.study.Study;
import dev.graft.harness.study.file.Defaults;
import dev.graft.harness.study.file.StudyFile;
import dev.graft.harness.study.forecast.StudyForecast;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files of studies, in lines and in brackets: checked and forecast as by graft study check. */
final class StudyReaders {
  private static final HostShape HOST = HostShape.of(TinyHosts.config("bert"));
  private static final String LINES =
      """
      name: ranks
      task: %s
      model: a
      methods:
        - method: lora
          targets: [query, value]
          vary: {rank: [1, 4]}
        - stack: [{method: lora, rank: 2}, prefix-tuning]
          leave-one-out: true
        - {method: pfeiffer, match: {parameters: 1500, by: bottleneck, within: 90%%}}
      vary: {epochs: [1, 2]}
      seeds: [1, 2]
      batch-size: 8
      max-length: 32
      tuning: {trials: 4, search: random, halving: 2, seed: 3}
      latency: {sizes: [1x32], processes: 3, rounds: 6, margin: 0.05, limit: 1}
      parallel: 1
      timeout: 10
      """;
  private static final String BRACKETS =
      """
      {"name": "ranks", "task": "%s", "model": "a",
       "methods": ["full", {"method": "lora", "rank": 4, "alpha": 8, "vary": {"dropout": [0.0, 0.1]}},
                   {"stack": [{"method": "houlsby", "bottleneck": 4}, "bitfit"]}],
       "seeds": 3, "steps": 10, "batch-tokens": 800, "warmup": 0.1, "weight-decay": 0.01, "patience": 2,
       "vary": {"learning-rate": [1e-3, 1e-4]}, "precision": "float32", "device": "cpu",
       "latency": {"rows": [1, 16], "lengths": [32], "rounds": 6}}
      """;

  private final Methods methods;

  /** With a tokenizer, which decides how many batches of so many tokens there are. */
  private final Path model;

  private StudyReaders(Methods methods, Path model) {
    this.methods = methods;
    this.model = model;
  }

  static List<Reader> all(Path folder, Path task, Methods methods) throws IOException {
    Path model = TinyModel.write(folder.resolve("model of studies"), true);
    Files.writeString(model.resolve("tokenizer.json"), TinyModel.tokenizer());
    StudyReaders all = new StudyReaders(methods, model);
    List<Reader> readers = new ArrayList<>();
    Mutator lines = new TextMutator(":,\\[\\]{}").or(new ByteMutator());
    readers.add(all.reader("lines", Fuzz.folder(folder, "study lines"), LINES, task, lines));
    Mutator tree = new JsonMutator();
    readers.add(
        all.reader("brackets", Fuzz.folder(folder, "study brackets"), BRACKETS, task, tree));
    return readers;
  }

  private Reader reader(String name, Path in, String text, Path task, Mutator mutator)
      throws IOException {
    Files.writeString(in.resolve("study.yaml"), text.formatted(task));
    return new Reader(
        "study: " + name, in, List.of(Source.of(in, "study.yaml", mutator)), this::read);
  }

  private void read(Path folder) {
    Study study =
        StudyFile.read(
                folder.resolve("study.yaml"), new Defaults(() -> "/the/default", "cpu"), methods)
            .study(name -> name, name -> HOST, methods);
    ForecastText.lines(StudyForecast.of(study, name -> HOST, name -> model, methods));
  }
}
