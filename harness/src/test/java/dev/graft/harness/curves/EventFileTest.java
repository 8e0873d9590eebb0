package dev.graft.harness.curves;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EventFileTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("run").resolve(EventFile.NAME);
  }

  private void write(int after, int... steps) {
    try (EventFile file = EventFile.after(after, file())) {
      for (int step : steps) {
        file.write(step, Map.of("training/loss", 1f / step));
      }
    }
  }

  private List<Long> steps() throws IOException {
    List<Event> events = EventFile.read(file());
    assertThat(events.get(0).version()).contains("brain.Event:2");
    return events.stream().skip(1).map(Event::step).toList();
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    try (EventFile file = EventFile.after(0, file())) {
      file.write(1, Map.of("training/loss", 0.7f, "learning-rate/head", 5e-3f));
      file.write(300, Map.of("validation/accuracy", Float.NaN));
    }
    List<Event> events = EventFile.read(file());
    assertThat(steps()).containsExactly(1L, 300L);
    assertThat(events.get(1).scalars())
        .isEqualTo(Map.of("training/loss", 0.7f, "learning-rate/head", 5e-3f));
    assertThat(events.get(1).wallTime()).isGreaterThan(1.7e9);
    assertThat(events.get(2).scalars()).isEqualTo(Map.of("validation/accuracy", Float.NaN));
  }

  /** The checksum is what Python's tensorboard computes of the same bytes. */
  @Test
  void aRecordIsFramedAsTensorFlowFramesIt() throws IOException {
    write(0);
    byte[] bytes = Files.readAllBytes(file());
    // The length and its checksum; the event is a time, the step 0 and the version.
    assertThat(Arrays.copyOf(bytes, 12))
        .containsExactly(0x1a, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x9b, 0xd8, 0x2d);
  }

  @Test
  void aFileGoesOnWhereItsTrainingDoes() throws IOException {
    write(0, 1, 2, 3, 4);
    write(2, 3, 5);
    assertThat(steps()).containsExactly(1L, 2L, 3L, 5L);
    write(0, 1);
    assertThat(steps()).containsExactly(1L);
  }

  @Test
  void whatWasNotWrittenToItsEndIsCutOff() throws IOException {
    write(0, 1, 2, 3);
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length - 7));
    write(3, 4);
    assertThat(steps()).containsExactly(1L, 2L, 4L);
    whole[whole.length - 7] ^= 1;
    Files.write(file(), whole);
    assertThat(steps()).containsExactly(1L, 2L);
  }
}
