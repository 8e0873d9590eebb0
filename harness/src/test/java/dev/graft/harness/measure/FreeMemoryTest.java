package dev.graft.harness.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
  @TempDir private Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void machine() throws IOException {
    file("proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:   8000 kB\n");
  }

  @Test
  void withoutLimitsItIsWhatTheKernelSays() throws IOException {
    assertThat(FreeMemory.now(root)).as("not Linux").isEmpty();
    machine();
    assertThat(FreeMemory.now(root)).hasValue(8000 * 1024);
  }

  @Test
  void theTightestLimitOfTheGroupsCountsAndPagesOfFilesDoNot() throws IOException {
    machine();
    file("proc/self/cgroup", "0::/outer/inner\n");
    file("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    file("sys/fs/cgroup/outer/inner/memory.current", "100\n");
    file("sys/fs/cgroup/outer/memory.max", "5000\n");
    file("sys/fs/cgroup/outer/memory.current", "4000\n");
    file("sys/fs/cgroup/outer/memory.stat", "anon 3500\ninactive_file 500\n");
    assertThat(FreeMemory.now(root)).hasValue(1500);
  }

  @Test
  void theFirstVersionOfControlGroupsIsReadAsWell() throws IOException {
    machine();
    file("proc/self/cgroup", "5:cpu,cpuacct:/a\n4:memory:/a\n");
    file("sys/fs/cgroup/memory/memory.limit_in_bytes", "7000\n");
    file("sys/fs/cgroup/memory/memory.usage_in_bytes", "6000\n");
    file("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 200\n");
    assertThat(FreeMemory.now(root)).hasValue(1200);
  }
}
