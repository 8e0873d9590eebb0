package dev.graft.harness.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.graft.harness.data.Example;
import dev.graft.harness.data.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reads the files of GLUE itself, where they are there. */
class GlueFilesTest {
  @Test
  void sst2() {
    Task task = read("SST-2");

    assertThat(task.name()).isEqualTo("SST-2");
    assertThat(task.train()).hasSize(67_349);
    assertThat(task.test()).hasSize(872);
    assertThat(task.test().get(0))
        .isEqualTo(Example.of("it 's a charming and often affecting journey . ", 1));
    assertThat(positives(task.test())).isEqualTo(444);
  }

  @Test
  void mrpc() {
    Task task = read("MRPC");

    assertThat(task.train()).hasSize(3_668);
    assertThat(task.test()).hasSize(408);
    assertThat(task.test().get(0))
        .isEqualTo(
            new Example(
                "He said the foodservice pie business doesn 't fit the company 's long-term growth strategy .",
                Optional.of(
                    "\" The foodservice pie business does not fit our long-term growth strategy ."),
                1));
    assertThat(positives(task.test())).isEqualTo(279);
  }

  @Test
  void stsB() {
    Task task = read("STS-B");

    assertThat(task.train()).hasSize(5_749);
    assertThat(task.test()).hasSize(1_500);
    assertThat(task.isRegression()).isTrue();
    assertThat(task.train().get(1))
        .isEqualTo(
            new Example(
                "A man is playing a large flute.", Optional.of("A man is playing a flute."), 3.8));
  }

  private static long positives(List<Example> examples) {
    return examples.stream().filter(example -> example.label() == 1).count();
  }

  private static Task read(String name) {
    Path data = Path.of(System.getProperty("graft.data"));
    assumeTrue(Files.isDirectory(data), "no task data at " + data + ": set -Dgraft.data");
    return new TableReader(TaskFolder.open(data.resolve(name))).read();
  }
}
