package dev.graft.harness.fuzz;

import dev.graft.harness.curves.EventFile;
import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.job.Ending;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.Circumstances;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.latency.LatencyResult;
import dev.graft.harness.latency.LatencySpec;
import dev.graft.harness.latency.ProcessTimes;
import dev.graft.harness.replay.TrialFinder;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.runs.RunsTable;
import dev.graft.harness.report.runs.RunsText;
import dev.graft.harness.store.RunFilter;
import dev.graft.harness.store.StoredRun;
import dev.graft.harness.store.Stores;
import dev.graft.harness.store.TrialStore;
import dev.graft.harness.store.jdbc.StoredStudy;
import dev.graft.harness.study.StudyRecord;
import dev.graft.harness.trial.TrialJob;
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.wiring.Harness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Stores whose records somebody changed, and what processes of a study leave for each other. */
final class StoreReaders {
  private final Stores stores = new Harness().stores();
  private final List<Reader> readers = new ArrayList<>();

  private StoreReaders() {}

  static List<Reader> all(Path folder) throws IOException {
    StoreReaders all = new StoreReaders();
    for (String table : List.of("study", "trial", "latency")) {
      all.addRecords(Fuzz.folder(folder, "store " + table), table);
    }
    all.addFile(Fuzz.folder(folder, "store file"));
    all.addJobs(Fuzz.folder(folder, "jobs"));
    return all.readers;
  }

  /** The record of a table, as a file beside the store. */
  private void addRecords(Path in, String table) throws IOException {
    StoredStudy stored = StoredStudy.in(in);
    Files.writeString(in.resolve("record.json"), stored.record(table));
    readers.add(
        new Reader(
            "store: record of " + table,
            in,
            List.of(Source.of(in, "record.json", new JsonMutator())),
            at -> {
              String changed = Files.readString(at.resolve("record.json"));
              stored.write(table, changed);
              look(stored);
            }));
  }

  private void addFile(Path in) throws IOException {
    StoredStudy stored = StoredStudy.in(in);
    readers.add(
        new Reader(
            "store: file",
            in,
            List.of(
                Source.of(in, in.relativize(stored.study().store()).toString(), new ByteMutator())),
            at -> look(stored)));
  }

  /** All that reads a store. */
  private void look(StoredStudy stored) {
    try (TrialStore store = stores.open(stored.address())) {
      Report.of(StudyRecord.latest(store, stored.study()).result()).lines();
      List<StoredRun> runs = store.runs(RunFilter.ALL);
      RunsText.lines(runs);
      RunsTable.of(runs);
    }
    new TrialFinder(stores).find("1", stored.study().path().toString());
  }

  private void addJobs(Path in) throws IOException {
    Map<String, Object> records = StoredStudy.records();
    addJob(in, records, "result.json", TrialResult.class);
    addJob(in, records, "latency.json", LatencyResult.class);
    addJob(in, records, "job.json", LatencyJob.class);
    addTrial(Fuzz.folder(in, "trial"));
    addTimes(Fuzz.folder(in, "times"), (LatencyResult) records.get("latency.json"));
    addSaid(Fuzz.folder(in, "failure"), "failure.txt");
    addSaid(Fuzz.folder(in, "log"), "log.txt");
    Path job = Fuzz.folder(in, "progress");
    Files.writeString(job.resolve("progress.json"), Json.line(records.get("progress.json")));
    add(
        "job: progress.json",
        job,
        "progress.json",
        new JsonMutator(),
        at -> new JobFolder(at).progressed());
    Path curves = Fuzz.folder(in, "curves");
    Path events = curves.resolve(EventFile.NAME);
    try (EventFile file = EventFile.after(0, events)) {
      file.write(1, Map.of("loss", 0.5f));
      file.write(2, Map.of("loss", 0.25f, "rate", 1e-3f));
    }
    readers.add(
        new Reader(
            "job: curves",
            curves,
            List.of(Source.of(curves, EventFile.NAME, new ByteMutator())),
            at -> EventFile.after(1, at.resolve(EventFile.NAME)).close()));
  }

  private void addTrial(Path job) {
    TrialJob.write(job.resolve("job.json"), StoredStudy.trial());
    add(
        "job: trial",
        job,
        "job.json",
        new JsonMutator(),
        at -> TrialJob.read(at.resolve("job.json")));
  }

  /** What the processes of a latency measurement found, of which one result is made. */
  private void addTimes(Path job, LatencyResult latency) {
    LatencySpec spec = LatencySpec.DEFAULT;
    Map<String, String> machine = Map.of("processor", "one");
    List<ProcessTimes> sizes =
        spec.sizes().stream()
            .map(size -> new ProcessTimes(size, latency.processes().get(0).times(), Map.of()))
            .toList();
    LatencyJob.Results results =
        new LatencyJob.Results(new Circumstances(machine, machine, machine), sizes);
    Json.write(job.resolve("result.json"), results);
    add(
        "job: times",
        job,
        "result.json",
        new JsonMutator(),
        at ->
            LatencyJob.Results.read(
                at.resolve("result.json"), latency.field(), spec, List.of(results, results)));
  }

  private void addSaid(Path job, String file) throws IOException {
    Files.writeString(job.resolve(file), "--- started now\nit said\n  at a.b.C\nthat\n");
    Ending ending =
        new Ending(
            3, Optional.empty(), Optional.empty(), OptionalLong.empty(), OptionalLong.empty());
    Mutator mutator = new TextMutator("- :");
    add("job: " + file, job, file, mutator, at -> ending.reason(new JobFolder(at)));
  }

  private void add(String name, Path in, String file, Mutator mutator, Reader.Reading reading) {
    Source source = Source.of(in, file, mutator.or(new ByteMutator()));
    readers.add(new Reader(name, in, List.of(source), reading));
  }

  private void addJob(Path in, Map<String, Object> records, String file, Class<?> type)
      throws IOException {
    Path job = Fuzz.folder(in, file);
    Files.writeString(job.resolve(file), Json.page(records.get(file)));
    add("job: " + file, job, file, new JsonMutator(), at -> Json.read(at.resolve(file), type));
  }
}
