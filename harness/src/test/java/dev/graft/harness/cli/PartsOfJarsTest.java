package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.PATH;

import dev.graft.harness.data.TaskSource;
import dev.graft.harness.measure.Metric;
import dev.graft.harness.report.comparison.ReportFormat;
import dev.graft.harness.store.StoreKind;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.harness.trial.TrialExecutors;
import dev.graft.testing.JavaProcess;
import dev.graft.testing.PluginJar;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JAR of somebody else's that brings one part of every kind, beside methods. */
class PartsOfJarsTest {
  /** Starts trials by a command of its own, as one for a cluster would by {@code srun}. */
  private static final String ENVELOPE =
      """
      package org.example;
      import dev.graft.harness.job.Progress;
      import dev.graft.harness.trial.*;
      import java.util.*;
      import java.util.function.Consumer;
      public final class Envelope implements TrialExecutors {
        @Override public String name() { return "envelope"; }
        @Override public TrialExecutor open(
            ExecutorOptions options, int trials, List<Demand> demands) {
          List<String> starter =
              List.of("sh", "-c", "echo from an envelope; exec \\"$@\\"", "envelope");
          List<String> places = Collections.nCopies(options.parallel().orElse(1), "cpu");
          TrialExecutor there = LocalProcesses.startedBy(starter, places, options.timeout());
          return new TrialExecutor() {
            @Override public int slots() { return there.slots(); }
            @Override public Outcome run(
                TrialSpec spec, StudyFolder folder, Consumer<Progress> listener) {
              return there.run(spec, folder, listener);
            }
            @Override public void stored(TrialSpec spec, StudyFolder folder) {
              there.stored(spec, folder);
            }
          };
        }
      }
      """;

  private static final String MARKDOWN =
      """
      package org.example;
      import dev.graft.harness.report.comparison.*;
      import dev.graft.harness.study.*;
      import java.util.*;
      public final class Markdown implements ReportFormat {
        @Override public String file() { return "hits.md"; }
        @Override public Optional<String> text(Report report) {
          ArmOutcome arm = report.results().get(0).arms().get(0);
          String metric = arm.results().get(0).answers().metric().label();
          return Optional.of("| " + arm.name() + " | " + metric + " |");
        }
      }
      """;

  private static final String SHELF =
      """
      package org.example;
      import dev.graft.harness.store.*;
      import dev.graft.harness.store.jdbc.JdbcStores;
      public final class Shelf implements StoreKind {
        @Override public boolean takes(String address) { return address.startsWith("shelf://"); }
        @Override public String addresses() { return "shelf://FILE"; }
        @Override public TrialStore open(String address) {
          return new JdbcStores().open("jdbc:sqlite:" + address.substring("shelf://".length()));
        }
      }
      """;

  private static final String LETTERS =
      """
      package org.example;
      import dev.graft.harness.data.*;
      import dev.graft.harness.measure.Metric;
      import java.util.*;
      import java.util.stream.*;
      public final class Letters implements TaskSource {
        @Override public String name() { return "letters"; }
        @Override public Task open(String letter) {
          List<Example> examples = IntStream.range(0, 40)
              .mapToObj(i -> Example.of(i % 2 == 1 ? letter : "w1" + i % 7, i % 2)).toList();
          return Task.of("letters:" + letter, List.of("other", letter), List.of(new Hits()),
              examples, List.of(), examples.subList(0, 20));
        }
        public static final class Hits implements Metric {
          @Override public String label() { return "hits"; }
          @Override public boolean judges(Answered answered, int labels) {
            return answered == Answered.CLASS;
          }
          @Override public double compute(double[] predicted, double[] gold, int labels) {
            return IntStream.range(0, gold.length).filter(i -> predicted[i] == gold[i]).count();
          }
        }
      }
      """;

  @TempDir private Path folder;

  private PluginJar jar() {
    return new PluginJar(folder)
        .with("org.example.Markdown", MARKDOWN)
        .serving(ReportFormat.class, "org.example.Markdown");
  }

  private Path study(String keys) throws IOException {
    new TinyStudy(folder);
    return Files.writeString(
        folder.resolve("study.yaml"),
        "model: model\ndevice: cpu\nmax-length: 16\nmethods: head-only\nlatency: false\n" + keys);
  }

  @Test
  void aStudyRunsOnPartsOfAJarAlone() throws IOException, InterruptedException {
    Path jar =
        jar()
            .with("org.example.Envelope", ENVELOPE)
            .with("org.example.Shelf", SHELF)
            .with("org.example.Letters", LETTERS)
            .serving(TrialExecutors.class, "org.example.Envelope")
            .serving(StoreKind.class, "org.example.Shelf")
            .serving(TaskSource.class, "org.example.Letters")
            .serving(Metric.class, "org.example.Letters$Hits")
            .write("parts.jar");
    Path study = study("task: letters:w10\nexecutor: envelope\n");
    Path output = folder.resolve("output");
    Path log = folder.resolve("log.txt");

    Process graft =
        JavaProcess.of(
                System.getProperty("java.class.path") + File.pathSeparator + jar,
                Main.class.getName(),
                "study",
                "run",
                study.toString(),
                "--output=" + output,
                "--store=shelf://" + folder.resolve("shelf.db"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(graft.waitFor(2, TimeUnit.MINUTES)).isTrue();

    assertThat(log).content().contains("letters:w10 on model", "hits", "hits.md");
    assertThat(graft.exitValue()).isZero();
    assertThat(output.resolve("hits.md")).hasContent("| head-only | hits |");
    assertThat(folder.resolve("shelf.db")).exists();
    assertThat(output.resolve("study.db")).doesNotExist();
    try (Stream<Path> logs = Files.find(output, 3, (file, is) -> file.endsWith("log.txt"))) {
      assertThat(logs).singleElement(PATH).content().contains("\nfrom an envelope\n");
    }
    assertThat(PluginJar.beside(() -> Command.run("methods"), jar).output())
        .contains(
            """
            Beside methods:
              executor envelope  (parts.jar)
              kind of store org.example.Shelf  (parts.jar)
              report format hits.md  (parts.jar)
              source of tasks letters  (parts.jar)
              metric hits  (parts.jar)
            """);
  }

  @Test
  void whatIsWrongWithAPartLeavesAllElse() throws IOException {
    Path jar =
        jar()
            .with(
                "org.example.Gaps",
                MARKDOWN.replace("Markdown", "Gaps").replace("hits.md", "../gaps"))
            .with(
                "org.example.Throws",
                MARKDOWN
                    .replace("Markdown", "Throws")
                    .replace("hits.md", "throws.txt")
                    .replace(".arms().get(0)", ".arms().get(7)"))
            .serving(
                ReportFormat.class, "org.example.Gaps\norg.example.Markdown\norg.example.Throws")
            .serving(StoreKind.class, "org.example.Gone")
            .serving(TrialExecutors.class, "org.example.Gone")
            .serving(TaskSource.class, "org.example.Gone")
            .serving(Metric.class, "org.example.Gone")
            .write("broken.jar");
    Path output = folder.resolve("output");
    String study = study("task: task\nexecutor: local\n").toString();

    Command command =
        PluginJar.beside(() -> Command.run("study", "run", study, "--output=" + output), jar);

    assertThat(command.output()).contains("\nhead-only ", "report.html", "hits.md");
    assertThat(command.errors())
        .contains(
            "A report format can't be used: org.example.Gaps of " + jar,
            "its name '../gaps' is not letters, digits, dots and hyphens",
            "A report format failed.",
            "org.example.Throws.text(Throws.java:",
            "in: org.example.Throws of " + jar);
    assertThat(command.exitCode()).isEqualTo(3);
    Command asked =
        PluginJar.beside(
            () -> Command.run("study", "run", study, "--output=" + output, "--executor=slurm"),
            jar);
    assertThat(asked.errors())
        .contains(
            "There is no executor 'slurm' that can be used", jar.toString(), "org.example.Gone")
        .contains("installed: local");
    assertThat(asked.exitCode()).isEqualTo(3);
  }
}
