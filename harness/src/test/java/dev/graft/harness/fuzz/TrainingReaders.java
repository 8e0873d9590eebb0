package dev.graft.harness.fuzz;

import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.training.InterruptedTraining;
import dev.graft.program.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Snapshots that a training goes on from: damaged, and sealed by whoever changed them. */
final class TrainingReaders implements AutoCloseable {
  private static final String SNAPSHOT = "snapshot.safetensors";

  private final Path folder;
  private final InterruptedTraining training;

  TrainingReaders(Path folder, Device device) throws IOException {
    this.folder = Fuzz.folder(folder, "training");
    this.training =
        new InterruptedTraining(
            Fuzz.folder(this.folder, "study"),
            "lora:rank=2",
            device,
            this.folder.resolve(SNAPSHOT));
  }

  List<Reader> all() {
    Source source = Source.of(folder, SNAPSHOT, new SafetensorsMutator().or(new ByteMutator()));
    List<Double> whole = training.goOn(folder.resolve(SNAPSHOT));
    return List.of(
        new Reader(
            "training: snapshot",
            folder,
            List.of(source),
            at -> {
              if (!training.goOn(at.resolve(SNAPSHOT)).equals(whole)) {
                throw new IllegalStateException("another training came of it");
              }
            }),
        new Reader(
            "training: sealed snapshot",
            folder,
            List.of(source),
            at -> {
              InterruptedTraining.seal(at.resolve(SNAPSHOT));
              training.goOn(at.resolve(SNAPSHOT));
            }));
  }

  @Override
  public void close() {
    training.close();
  }
}
