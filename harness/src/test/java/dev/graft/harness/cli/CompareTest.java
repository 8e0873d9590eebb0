package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.testing.HubServer;
import dev.graft.testing.JavaProcess;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code graft compare} on a tiny model and task of real files, its trials in real processes. */
class CompareTest {
  @TempDir private Path folder;
  private Path model;
  private Path task;

  @BeforeEach
  void write() throws IOException {
    model = TinyModel.write(folder.resolve("tiny-bert"), false);
    String words =
        IntStream.range(1, TinyModel.VOCABULARY)
            .mapToObj(i -> "\"w%s\": %s".formatted(i, i))
            .collect(Collectors.joining(", "));
    Files.writeString(
        model.resolve("tokenizer.json"),
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null,
         "decoder": null,
         "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, %s}, "unk_token": "[UNK]"}}
        """
            .formatted(words));
    task = Files.createDirectory(folder.resolve("tiny-task"));
    Files.writeString(task.resolve("train.tsv"), examples(32));
    Files.writeString(task.resolve("dev.tsv"), examples(20));
  }

  private static String examples(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w%s w%s w9\t%s\n".formatted(1 + i % 2, 3 + i % 5, i % 2))
        .collect(Collectors.joining("", "sentence\tlabel\n", ""));
  }

  private Command compare(String... more) {
    String[] arguments = {
      "compare", "--device=cpu", "--model=" + model, "--task=" + task, "--max-length=16"
    };
    String[] all = new String[arguments.length + more.length];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Command.run(all);
  }

  private static String runs(Path output) {
    return Command.run("runs", "--store=" + output, "--json").output();
  }

  @Test
  void trainsTimesAndReportsInThePrecisionThatIsAskedFor() {
    Path output = folder.resolve("output");

    Command command =
        compare("--methods=head-only,lora:rank=2", "--precision=bfloat16", "--output=" + output);

    assertThat(command.errors())
        .contains("[1/2] head-only, seed 1\n", "[2/2] lora:rank=2, seed 1: accuracy ", "latency\n");
    assertThat(command.exitCode()).isZero();
    assertThat(command.output())
        .startsWith(
            "tiny-task on tiny-bert\n20 test examples, 1 seed, 1 epoch, batches of 16"
                + ", device cpu, bfloat16\n")
        .contains("forward pass / base, 1x32", "\nhead-only ", "\nlora:rank=2 ")
        .contains("* lora:rank=2: merged or not, the same prediction on ")
        .contains("Results are in " + output);
    assertThat(runs(output)).contains("\"precision\": \"bfloat16\"");
    assertThat(output)
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryContaining("glob:**/report.json")
        .isDirectoryContaining("glob:**/trials.csv")
        .isDirectoryContaining("glob:**/study.db");
  }

  @Test
  void tellsScriptsOfEventsInThePlaceOfATable() throws IOException {
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"),
            """
            model: tiny-bert
            task: tiny-task
            device: cpu
            max-length: 16
            latency: {limit: 0.01, sizes: [1x8]}
            methods: [head-only, test-doomed]
            """);
    Command command =
        Command.run(
            "study",
            "run",
            study.toString(),
            "--json",
            "--parallel=2",
            "--output=" + folder.resolve("output"));

    assertThat(command.exitCode()).isEqualTo(1);
    List<JsonObject> events =
        command
            .output()
            .lines()
            .map(line -> JsonParser.parseString(line).getAsJsonObject())
            .toList();
    assertThat(events)
        .extracting(event -> event.get("event").getAsString())
        .startsWith("began", "started", "started")
        .contains("progress", "finished", "failed", "timing")
        .endsWith("done");
    assertThat(events.get(0).get("slots").getAsInt()).isEqualTo(2);
    JsonObject finished =
        events.stream()
            .filter(event -> event.get("event").getAsString().equals("finished"))
            .findFirst()
            .orElseThrow();
    assertThat(finished.get("arm").getAsString()).isEqualTo("head-only");
    assertThat(finished.get("parallel").getAsInt()).isEqualTo(2);
    assertThat(finished.get("test").getAsDouble()).isBetween(0.0, 1.0);
    assertThat(command.errors())
        .contains("2 trials, 2 at a time; ", " s, the threads divided among 2 trials");
  }

  @Test
  void downloadsAModelOfTheHub() throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path log = folder.resolve("log.txt");
    Path study =
        Files.writeString(
            folder.resolve("study.yaml"),
            """
            model: hf:%s
            task: tiny-task
            device: cpu
            max-length: 16
            latency: false
            methods: [head-only]
            """
                .formatted(HubServer.ID));
    try (HubServer hub = new HubServer()) {
      hub.small("config.json", Files.readString(model.resolve("config.json")))
          .small("tokenizer.json", Files.readString(model.resolve("tokenizer.json")))
          .large("model.safetensors", Files.readAllBytes(model.resolve("model.safetensors")));
      ProcessBuilder graft =
          JavaProcess.of(Main.class, "study", "run", study.toString(), "--output=" + output)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      graft.environment().putAll(hub.environment(folder.resolve("home")));

      assertThat(graft.start().waitFor()).as(Files.readString(log)).isZero();

      assertThat(hub.requests())
          .filteredOn(request -> request.path().startsWith("/api/"))
          .as("the trials' processes need no hub")
          .hasSize(1);
    }
    assertThat(log)
        .content()
        .contains("downloading tiny/bert: 0.0 MB\n", "tiny-task on tiny/bert\n");
    assertThat(runs(output)).contains("\"hf:tiny/bert@%s\"".formatted(HubServer.COMMIT));
  }

  @Test
  void refusesAMissingModelBeforeAnythingIsWritten() throws IOException {
    model = folder.resolve("nowhere");

    Command command = compare("--output=" + folder.resolve("output"));

    assertThat(command.exitCode()).isEqualTo(2);
    assertThat(command.errors()).startsWith("graft: ").contains(model.toString());
    assertThat(folder.resolve("output")).doesNotExist();
  }
}
