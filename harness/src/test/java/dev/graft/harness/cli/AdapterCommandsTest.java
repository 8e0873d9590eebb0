package dev.graft.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonParser;
import dev.graft.checkpoint.TensorData;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.saved.GraftRecord;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From training to export, on a tiny model and task of real files. */
class AdapterCommandsTest {
  @TempDir private static Path folder;
  private static TinyStudy study;
  private static Path adapter;
  private static Command training;

  @BeforeAll
  static void train() {
    study = new TinyStudy(folder);
    adapter = folder.resolve("adapter");
    training = train("--stack=lora:rank=2", "--output=" + adapter);
  }

  private static Command train(String... more) {
    return train(6, 0.02, more);
  }

  private static Command train(int epochs, double rate, String... more) {
    return run(
        "train",
        Stream.concat(
            Stream.of(
                "--task=" + study.task(),
                "--epochs=" + epochs,
                "--batch-size=8",
                "--learning-rate=" + rate,
                "--max-length=32"),
            Arrays.stream(more)));
  }

  private static Command run(String command, Stream<String> more) {
    return Command.run(arguments(command, more));
  }

  private static String[] arguments(String command, Stream<String> more) {
    return Stream.concat(Stream.of(command, "--device=cpu", "--model=" + study.model()), more)
        .toArray(String[]::new);
  }

  private static Command with(String command, String... more) {
    return run(
        command,
        Stream.concat(Stream.of("--adapter=" + adapter, "--max-length=32"), Arrays.stream(more)));
  }

  private static Command predict(String input, String... more) {
    return Command.reading(
        input,
        arguments(
            "predict",
            Stream.concat(
                Stream.of("--adapter=" + adapter, "--max-length=32"), Arrays.stream(more))));
  }

  @Test
  void trainingTellsHowItWentAndSaves() {
    assertThat(training.exitCode()).as(training.errors()).isZero();
    assertThat(training.output().replaceAll("\\d+\\.\\d+", "N"))
        .isEqualTo(
            """
            lora:rank=2: trained 256 parameters, N%% of the model's 6,256, and 34 of the head
            the head began afresh: the model has none (classifier.weight, classifier.bias)
            72 steps in N s, loss N to N
            no step under way for N%% of the time; batches are put together for N%% of it
            accuracy %%: N [N, N]
            on 20 validation examples of task; in brackets, 95%% intervals
            accuracy %%: N [N, N]
            on 40 test examples of task; in brackets, 95%% intervals
            saved in %s
            """
                .formatted(adapter));
    assertThat(training.errors())
        .startsWith("loading\ntask: train.tsv, read as tsv: sentence with label\n")
        .contains("\n  classes: negative (48), positive (48)\n")
        .contains("\ntraining 100%, loss ", "\nevaluating ")
        .endsWith("saving\n");
  }

  @Test
  void whatWasSavedTellsHowItWasMade() {
    Map<String, String> provenance = GraftRecord.read(adapter).provenance();

    assertThat(provenance)
        .containsEntry("task", "task")
        .containsEntry("model", study.model().toString())
        .containsEntry("seed", "1")
        .containsEntry("epochs", "6")
        .containsEntry("learning-rate", "0.02")
        .containsEntry("steps", "72")
        .containsEntry("precision", "float32")
        .containsKeys(
            "base", "data", "graft", "pytorch", "java", "validation-accuracy", "test-accuracy");
    assertThat(provenance.get("command"))
        .startsWith("graft train --device=cpu --model=")
        .endsWith("--stack=lora:rank=2 --output=" + adapter);
  }

  @Test
  void evaluationAgreesWithTraining() {
    Command text = with("evaluate", "--task=" + study.task());
    Command json = with("evaluate", "--task=" + study.task(), "--json");

    assertThat(text.exitCode()).as(text.errors()).isZero();
    assertThat(training.output()).contains(text.output());
    double accuracy =
        JsonParser.parseString(json.output())
            .getAsJsonObject()
            .getAsJsonArray("scores")
            .get(0)
            .getAsJsonObject()
            .getAsJsonObject("estimate")
            .get("value")
            .getAsDouble();
    assertThat(accuracy)
        .isGreaterThan(0.8)
        .isEqualTo(Double.parseDouble(GraftRecord.read(adapter).provenance().get("test-accuracy")));
  }

  @Test
  void predictsTextsAndPairsFromAnySource() throws IOException {
    String text = "w20 w10 w30";
    Path file = Files.writeString(folder.resolve("texts.txt"), text + "\nw11\n");

    Command argument = predict("", text);
    Command fromFile = predict("", "--file=" + file);
    Command fromInput = predict(text + "\nw11\n");
    Command pair = predict("", "w20\tw10");

    assertThat(argument.errors()).isEmpty();
    assertThat(argument.output()).matches("positive\tnegative=0\\.\\d{4}\tpositive=0\\.\\d{4}\n");
    assertThat(fromFile.output().lines()).hasSize(2);
    assertThat(fromFile.output()).contains("\nnegative\t");
    assertThat(fromInput).isEqualTo(fromFile);
    assertThat(pair.output()).startsWith("positive\t");
  }

  @Test
  void anEmptyArgumentIsAnEmptyTextAsAnEmptyLineIs() throws IOException {
    Path file = Files.writeString(folder.resolve("empty-line.txt"), "\n");

    Command argument = predict("", "");

    assertThat(argument.errors()).isEmpty();
    assertThat(argument.output().lines()).hasSize(1);
    assertThat(predict("", "--file=" + file)).isEqualTo(argument);
    assertThat(predict("\n")).isEqualTo(argument);
  }

  @Test
  void predictsInJsonLines() {
    Command command = predict("w10\nw11\n", "--json");

    assertThat(command.output().lines())
        .hasSize(2)
        .allSatisfy(
            line -> {
              var probabilities =
                  JsonParser.parseString(line).getAsJsonObject().getAsJsonObject("probabilities");
              assertThat(
                      probabilities.get("negative").getAsDouble()
                          + probabilities.get("positive").getAsDouble())
                  .isCloseTo(1, within(1e-9));
            });
    assertThat(command.output()).startsWith("{\"label\":\"positive\",");
  }

  @Test
  void manyLinesComeBackInTheirOrder() {
    List<String> words =
        Stream.iterate(0, i -> i + 1).limit(600).map(i -> i % 3 == 0 ? "w10" : "w11").toList();

    List<String> labels =
        predict(String.join("\n", words)).output().lines().map(l -> l.split("\t", 2)[0]).toList();

    assertThat(labels)
        .isEqualTo(words.stream().map(w -> w.equals("w10") ? "positive" : "negative").toList());
  }

  @Test
  void trainingGoesOnFromASavedStackAndFromPeft() {
    Path prefix = folder.resolve("prefix");
    Path peft = folder.resolve("peft");
    train("--stack=prefix-tuning:virtual-tokens=4", "--output=" + prefix);
    Command export =
        run("export", Stream.of("--adapter=" + prefix, "--format=peft", "--output=" + peft));
    assertThat(export).isEqualTo(new Command(0, "written to %s\n".formatted(peft), ""));
    assertThat(peft)
        .isDirectoryContaining("glob:**/adapter_config.json")
        .isDirectoryContaining("glob:**/adapter_model.safetensors");

    for (Path from : List.of(adapter, peft)) {
      Path output = folder.resolve("from-" + from.getFileName());
      Command command = train(1, 1e-9, "--from=" + from, "--output=" + output);
      assertThat(command.exitCode()).as(command.errors()).isZero();
      assertThat(command.output()).startsWith(from.equals(peft) ? "prefix-tuning" : "lora:rank=2");
      Path before = from.equals(peft) ? prefix : from;
      assertThat(GraftRecord.read(output).provenance().get("test-accuracy"))
          .isEqualTo(GraftRecord.read(before).provenance().get("test-accuracy"));
      assertThat(GraftRecord.read(output).provenance()).containsEntry("from", from.toString());
    }
    assertThat(Command.run("inspect", peft.toString()).output())
        .startsWith(peft + ": an adapter of another library\n")
        .contains("peft_type=PREFIX_TUNING", "provenance\n", "graft.method  ");
  }

  @Test
  void mergesIntoAFolderThatAnswersAlone() throws IOException {
    Path merged = folder.resolve("merged");
    Path exported = folder.resolve("exported");

    Command merge = run("merge", Stream.of("--adapter=" + adapter, "--output=" + merged));
    Command export =
        run(
            "export",
            Stream.of("--adapter=" + adapter, "--format=huggingface", "--output=" + exported));

    assertThat(merge.errors()).isEmpty();
    assertThat(merge.output().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("4 projections merged"),
            line ->
                assertThat(line)
                    .matches(
                        "largest difference of an output on 4 x 16 random tokens: \\d\\.\\de-0[6-9]"
                            + " of the largest output, at layers\\.[01]\\.attention\\.(query|value)"),
            line -> assertThat(line).isEqualTo("written to " + merged));
    assertThat(export.exitCode()).isZero();
    assertThat(exported.resolve("model.safetensors"))
        .hasSameBinaryContentAs(merged.resolve("model.safetensors"));
    assertThat(alone("evaluate", merged, "--task=" + study.task()).output())
        .isEqualTo(with("evaluate", "--task=" + study.task()).output());
    assertThat(alone("predict", merged, "w20 w10 w30").output())
        .isEqualTo(with("predict", "w20 w10 w30").output());
    assertThat(alone("evaluate", merged, "--task=" + study.task(), "--json").output())
        .contains("\"tensor\": \"classifier.weight\"", "\"source\": \"CHECKPOINT\"");
  }

  private static Command alone(String command, Path model, String... more) {
    return Command.run(
        Stream.concat(
                Stream.of(command, "--device=cpu", "--model=" + model, "--max-length=32"),
                Arrays.stream(more))
            .toArray(String[]::new));
  }

  @Test
  void inspectTellsWhereAHeadIsFrom() {
    Command command = Command.run("inspect", adapter.toString(), "--model=" + study.model());

    assertThat(command.output())
        .contains("\ntask head\n  classifier.weight  of the adapter\n", "classifier.bias");
    assertThat(Command.run("inspect", study.model().toString()).output())
        .doesNotContain("task head\n");
  }

  @Test
  void exportsTorchScript() throws IOException {
    Path file = folder.resolve("model.pt");

    Command export =
        run(
            "export",
            Stream.of("--adapter=" + adapter, "--format=torchscript", "--output=" + file));

    assertThat(export).isEqualTo(new Command(0, "written to %s\n".formatted(file), ""));
    assertThat(Files.readAllBytes(file)).startsWith('P', 'K');
  }

  @Test
  void anotherBaseMustBeForced() throws IOException {
    Map<String, TensorData> weights = TinyModel.weights(true);
    weights.put("pooler.dense.bias", TensorData.of("pooler.dense.bias", new float[16], 16));
    Path other = TinyModel.write(folder.resolve("other"), weights);
    Files.copy(study.model().resolve("tokenizer.json"), other.resolve("tokenizer.json"));
    String[] evaluate = {
      "evaluate",
      "--device=cpu",
      "--model=" + other,
      "--adapter=" + adapter,
      "--task=" + study.task(),
      "--max-length=32"
    };
    Command refused = Command.run(evaluate);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.errors())
        .startsWith("graft: The stack in %s was made for another base.".formatted(adapter));
    String[] forced = Arrays.copyOf(evaluate, evaluate.length + 1);
    forced[evaluate.length] = "--any-base";
    assertThat(Command.run(forced).exitCode()).isZero();
  }

  @Test
  void inspectShowsAStack() {
    Command command = Command.run("inspect", adapter.toString());

    assertThat(command.exitCode()).isZero();
    assertThat(
            command
                .output()
                .substring(0, command.output().indexOf("provenance"))
                .replaceAll("[0-9a-f]{64}", "HASH"))
        .isEqualTo(
            """
            %s: a saved stack
              seal          holds
              architecture  bert
              methods       lora
              head          pooled
              labels        negative, positive
              problem       single_label_classification
              base          HASH

            task head
              classifier.bias    of the adapter
              classifier.weight  of the adapter

            1-lora: 256 parameters, 1.0 kB
              rank=2, alpha=8, dropout=0, targets=[query,value], exclude=[], layers=[], rank-pattern=[],
              alpha-pattern=[], rank-stabilized=false, initializer=kaiming, dora=false, bias=none,
              modules-to-save=[], weight-tying=saved, rate-ratio=1
              fingerprint HASH
              tensor                            shape  type  tensors  parameters
              -------------------------------  ------  ----  -------  ----------
              layers.*.attention.query.lora_A  2 x 16   F32        2          64
              layers.*.attention.query.lora_B  16 x 2   F32        2          64
              layers.*.attention.value.lora_A  2 x 16   F32        2          64
              layers.*.attention.value.lora_B  16 x 2   F32        2          64

            head: 34 parameters, 136 B
              fingerprint HASH
              tensor              shape  type  tensors  parameters
              -----------------  ------  ----  -------  ----------
              classifier.bias         2   F32        1           2
              classifier.weight  2 x 16   F32        1          32

            """
                .formatted(adapter));
    assertThat(command.output()).containsPattern("\n  seed +1\n");
  }

  @Test
  void inspectSeesWhatWasChanged() throws IOException {
    Path copy = folder.resolve("changed");
    try (Stream<Path> files = Files.walk(adapter)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(adapter.relativize(file).toString()));
      }
    }
    Path tensors = copy.resolve("1-lora").resolve(GraftRecord.TENSORS);
    byte[] bytes = Files.readAllBytes(tensors);
    bytes[bytes.length - 1] ^= 1;
    Files.write(tensors, bytes);

    assertThat(Command.run("inspect", copy.toString()).output())
        .contains("seal          BROKEN, not as saved: 1-lora/graft.safetensors\n")
        .containsOnlyOnce(", NOT as saved\n");
    Command evaluated =
        Command.run(
            "evaluate", "--adapter=" + copy, "--model=" + study.model(), "--task=" + study.task());
    assertThat(evaluated.exitCode()).isEqualTo(2);
    assertThat(evaluated.errors()).contains("graft seal");

    assertThat(Command.run("seal", copy.toString()).output())
        .isEqualTo("Sealed, with changes in 1-lora/graft.safetensors.\n");
    assertThat(Command.run("seal", copy.toString()).output())
        .isEqualTo("The seal holds: nothing to be done.\n");
    assertThat(Command.run("inspect", copy.toString()).output())
        .contains("seal          holds\n")
        .contains("  sealed-again ");
  }

  @Test
  void inspectShowsAModel() {
    Command command = Command.run("inspect", study.model().toString(), "--json");

    var json = JsonParser.parseString(command.output()).getAsJsonObject();
    assertThat(json.get("kind").getAsString()).isEqualTo("a model");
    assertThat(json.getAsJsonObject("facts").get("architecture").getAsString()).isEqualTo("bert");
    assertThat(json.getAsJsonArray("parts").get(0).getAsJsonObject().get("elements").getAsLong())
        .isEqualTo(6256);
  }
}
