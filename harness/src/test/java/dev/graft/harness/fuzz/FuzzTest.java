package dev.graft.harness.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.methods.Methods;
import dev.graft.program.Device;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every reader of files answers or refuses whatever it is given, soon, and leaves no tensor. More
 * inputs than the suite has, of another seed, and only of the readers whose names have one of these
 * parts:
 *
 * <pre>
 * mvn -pl api,harness -am test -Dtest=FuzzTest -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dgraft.fuzz=100000 -Dgraft.fuzz.seed=2 -Dgraft.fuzz.readers=plan,model
 * </pre>
 *
 * What failed is in {@code harness/target/fuzz}, with a list of all that was accepted and refused.
 */
final class FuzzTest {
  private static final int INPUTS = Integer.getInteger("graft.fuzz", 2000);
  private static final long SEED = Long.getLong("graft.fuzz.seed", 1);
  private static final String READERS = System.getProperty("graft.fuzz.readers", "");

  @TempDir private Path folder;

  @Test
  void everyReaderAnswersOrRefuses() throws Exception {
    Path kept = Path.of("harness/target/fuzz");
    Methods methods = Methods.installed();
    try (Device device = Device.cpu();
        AdapterReaders adapters = AdapterReaders.all(folder, device, methods);
        TrainingReaders trainings = new TrainingReaders(folder, device);
        OutsideReaders outside = new OutsideReaders(folder)) {
      List<Reader> readers = new ArrayList<>(adapters.readers());
      readers.addAll(ModelReaders.all(folder, device, methods));
      readers.addAll(TokenizerReaders.all(folder));
      readers.addAll(DataReaders.all(folder));
      readers.addAll(StudyReaders.all(folder, folder.resolve("task-csv"), methods));
      readers.addAll(StoreReaders.all(folder));
      readers.addAll(outside.all());
      readers.addAll(trainings.all());
      try (Fuzz fuzz = new Fuzz(readers, device::liveTensors, SEED);
          Tally tally = new Tally(kept)) {
        fuzz.warmUp();
        fuzz.run(INPUTS, List.of(READERS.split(",")), tally);
        System.out.println(tally);
        tally.failures().forEach(System.out::println);
        assertThat(tally.failures()).as("kept in %s", kept).isEmpty();
        if (READERS.isEmpty()) { // some readers accept anything
          assertThat(tally.count(Outcome.REFUSED)).isGreaterThan(INPUTS / 4);
          assertThat(tally.count(Outcome.ACCEPTED)).isGreaterThan(INPUTS / 10);
        }
      }
    }
  }
}
