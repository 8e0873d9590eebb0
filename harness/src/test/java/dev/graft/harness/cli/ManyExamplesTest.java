package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.trial.TinyStudy;
import dev.graft.testing.JavaProcess;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The memory of a training does not grow with the examples that it is given: ten times as many as
 * {@code -Dgraft.examples}, of which the suite has few, are compared with these.
 */
@EnabledOnOs(OS.LINUX)
class ManyExamplesTest {
  private static final int EXAMPLES = Integer.getInteger("graft.examples", 2000);

  /** Of each process, which it may fill or not; what the library holds must not grow as well. */
  private static final long HEAP = 256L << 20;

  @TempDir private Path folder;

  /** What a process took. */
  private record Taken(long bytes, double seconds) {}

  @Test
  void tenTimesTheExamplesTakeTheSameMemory() throws Exception {
    TinyStudy tiny = new TinyStudy(folder);
    Taken few = trained(tiny, EXAMPLES);
    Taken many = trained(tiny, 10 * EXAMPLES);
    System.out.printf("%s examples: %s; %s: %s%n", EXAMPLES, few, 10 * EXAMPLES, many);
    assertThat(many.bytes()).isLessThan(few.bytes() + HEAP);
  }

  /** Two steps and their evaluation. */
  private Taken trained(TinyStudy tiny, int examples) throws IOException, InterruptedException {
    Path file = folder.resolve(examples + ".csv");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("text,label\n");
      for (int i = 0; i < examples; i++) {
        out.write(
            "w10 w%s w%s w%s,yes\nw11 w%s w%s,no\n".formatted(i % 7, i % 5, i % 3, i % 4, i % 9));
      }
    }
    Path few = Files.writeString(folder.resolve("dev.csv"), "text,label\nw10 w1,yes\nw11 w2,no\n");
    Path said = folder.resolve("said");
    long start = System.nanoTime();
    ProcessBuilder builder =
        JavaProcess.of(
            Main.class,
            "train",
            "--model",
            tiny.model(),
            "--train",
            file,
            "--validation",
            few,
            "--stack",
            "lora:rank=2",
            "--steps",
            2,
            "--max-length",
            16,
            "--output",
            folder.resolve("output " + examples));
    // A heap that is larger than needed is filled before it is cleared.
    builder.command().add(builder.command().indexOf("-cp"), "-Xmx" + HEAP);
    Process process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    long most = 0;
    while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
      most = Math.max(most, residentBytes(process));
    }
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    return new Taken(most, (System.nanoTime() - start) / 1e9);
  }

  private static long residentBytes(Process process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try (var lines = Files.lines(status)) {
      return 1024
          * lines
              .filter(line -> line.startsWith("VmHWM"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .sum();
    } catch (NoSuchFileException e) {
      return 0; // it has ended
    }
  }
}
