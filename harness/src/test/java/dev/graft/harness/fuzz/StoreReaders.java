package dev.graft.harness.fuzz;

import dev.graft.harness.curves.EventFile;
import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.job.JobFolder;
import dev.graft.harness.json.Json;
import dev.graft.harness.latency.LatencyJob;
import dev.graft.harness.latency.LatencyResult;
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
import dev.graft.harness.trial.TrialResult;
import dev.graft.harness.wiring.Harness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
    Path job = Fuzz.folder(in, "progress");
    Files.writeString(job.resolve("progress.json"), Json.line(records.get("progress.json")));
    Source progress = Source.of(job, "progress.json", new JsonMutator().or(new ByteMutator()));
    readers.add(
        new Reader(
            "job: progress.json", job, List.of(progress), at -> new JobFolder(at).progressed()));
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

  private void addJob(Path in, Map<String, Object> records, String file, Class<?> type)
      throws IOException {
    Path job = Fuzz.folder(in, file);
    Files.writeString(job.resolve(file), Json.page(records.get(file)));
    Source source = Source.of(job, file, new JsonMutator().or(new ByteMutator()));
    readers.add(
        new Reader("job: " + file, job, List.of(source), at -> Json.read(at.resolve(file), type)));
  }
}
