package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ResidentMemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path proc;

  @Test
  @EnabledOnOs(OS.LINUX)
  void thePeakOfThisProcessHoldsNativeMemoryThatWasTouched() {
    ResidentMemory memory = ResidentMemory.fromNow();
    long before = memory.peak().bytes().orElseThrow();
    ByteBuffer touched = ByteBuffer.allocateDirect(64 * MEBIBYTE);
    for (int i = 0; i < touched.capacity(); i += 1024) {
      touched.put(i, (byte) 1);
    }
    assertThat(memory.peak().bytes().orElseThrow()).isGreaterThan(before + 48 * MEBIBYTE);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aMeasurementDoesNotSeeWhatWasFreedBeforeItBegan() throws IOException {
    Process child =
        new ProcessBuilder(
                "sh", "-c", "x=$(head -c 40000000 /dev/zero | tr '\\0' a); x=; echo; read wait")
            .start();
    try {
      child.inputReader().readLine();
      Path childsProc = Path.of("/proc", Long.toString(child.pid()));
      assertThat(Files.readString(childsProc.resolve("status")))
          .containsPattern("VmHWM:\\s*\\d{5,} kB");
      MemoryPeak peak = ResidentMemory.fromNow(childsProc).peak();
      assertThat(peak.bytes().orElseThrow()).isLessThan(20_000_000);
      assertThat(peak.measures())
          .isEqualTo("peak resident memory of the process since the measurement began");
    } finally {
      child.destroy();
    }
  }

  @Test
  void aPeakThatCouldNotBeResetSaysSo() throws IOException {
    Files.writeString(proc.resolve("status"), "Name:\tjava\nVmHWM:\t   2048 kB\nVmRSS:\t 7 kB\n");
    assertThat(ResidentMemory.fromNow(proc).peak())
        .isEqualTo(
            MemoryPeak.of(
                2 * MEBIBYTE,
                "peak resident memory of the process since it started, as its peak could not be"
                    + " reset"));
  }

  @Test
  void whereTheKernelKeepsNoPeakNoneIsMadeUp() throws IOException {
    MemoryPeak none = ResidentMemory.fromNow(proc).peak();
    assertThat(none.bytes()).isEmpty();
    assertThat(none.measures())
        .isEqualTo(
            "not available: " + proc.resolve("status") + " can't be read, which takes Linux");

    Files.writeString(proc.resolve("status"), "Name:\tjava\n");
    assertThat(ResidentMemory.fromNow(proc).peak().measures())
        .isEqualTo("not available: " + proc.resolve("status") + " has no VmHWM");
  }
}
