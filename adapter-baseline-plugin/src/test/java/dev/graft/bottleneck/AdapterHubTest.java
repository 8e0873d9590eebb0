package dev.graft.bottleneck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.Safetensors;
import dev.graft.files.JsonFile;
import dev.graft.host.TaskHeadLayout;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Shape;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.TorchSave;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterHubTest {
  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 7, 3);

  static Stream<Arguments> hostsAndStacks() {
    List<String> sequential =
        List.of(
            "houlsby:reduction-factor=4,activation=silu",
            "houlsby:bottleneck=5,activation=gelu-tanh,drop-layers=1",
            "pfeiffer:reduction-factor=3",
            "pfeiffer:activation=gelu");
    List<String> parallel =
        List.of(
            "parallel:reduction-factor=2",
            "parallel:bottleneck=7,scale=0.5,drop-layers=1",
            "parallel:learn-scale=true,activation=tanh");
    Stream<Arguments> both =
        Stream.of("bert", "roberta", "electra", "distilbert")
            .flatMap(
                host ->
                    Stream.concat(sequential.stream(), parallel.stream())
                        .map(stack -> Arguments.of(host, stack)));
    Stream<Arguments> deberta =
        Stream.of(sequential.get(0), parallel.get(2))
            .map(stack -> Arguments.of("deberta-v2", stack));
    return Stream.concat(
        Stream.concat(both, deberta),
        Stream.of("gpt2", "llama", "mistral")
            .flatMap(host -> sequential.stream().map(stack -> Arguments.of(host, stack))));
  }

  @ParameterizedTest
  @MethodSource("hostsAndStacks")
  void trainedAdaptersAreTheSameBitForBitAfterAdapterHubsFiles(String host, String stack) {
    Path saved = folder.resolve("saved");
    TinyHost tiny = cpu.host(host);
    try (Attachment trained = tiny.attach(stack)) {
      float[][] before = trained.logits(batch);
      try (Training training = AttachedReference.training(trained)) {
        training.step(batch, new double[] {0, 1, 1}, 1e-2, 1);
        training.step(batch, new double[] {0, 1, 1}, 1e-2, 2);
      }
      Saved.saveForeign(trained, saved, Map.of());
      float[][] expected = trained.logits(batch);
      assertThat(expected[0]).isNotEqualTo(before[0]);
      try (Attachment opened = Saved.open(tiny.model(), saved)) {
        assertThat(opened.logits(batch)).isDeepEqualTo(expected);
        Saved.saveForeign(opened, folder.resolve("again"), Map.of());
      }
    }
    for (String file : List.of("adapter_config.json", "head_config.json")) {
      assertThat(folder.resolve("again").resolve(file))
          .content()
          .isEqualToIgnoringNewLines(content(saved.resolve(file)));
    }
    assertThat(Safetensors.open(folder.resolve("again/adapter.safetensors")).names())
        .isEqualTo(Safetensors.open(saved.resolve("adapter.safetensors")).names());
  }

  private static String content(Path file) {
    try {
      return Files.readString(file)
          .replace("\"no\"", "\"LABEL_0\"")
          .replace("\"yes\"", "\"LABEL_1\"");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void save(String host, String stack) {
    try (Attachment attachment = cpu.host(host).attach(stack)) {
      Saved.saveForeign(attachment, folder.resolve("saved"), Map.of());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bert, bert.encoder.layer.1.attention.output, bert.encoder.layer.1.output",
    "roberta, roberta.encoder.layer.1.attention.output, roberta.encoder.layer.1.output",
    "distilbert, distilbert.transformer.layer.1.attention_adapters, distilbert.transformer.layer.1.output_adapters",
    "gpt2, transformer.h.1.attention_adapters, transformer.h.1.output_adapters",
    "llama, model.layers.1.attention_adapters, model.layers.1.output_adapters"
  })
  void tensorsHaveTheNamesThatAdapterHubGivesThem(String host, String attention, String mlp) {
    save(host, "houlsby:drop-layers=1");
    String[] names =
        Stream.of(attention, mlp)
            .flatMap(
                module ->
                    Stream.of(
                            "adapter_down.0.weight",
                            "adapter_down.0.bias",
                            "adapter_up.weight",
                            "adapter_up.bias")
                        .map(part -> module + ".adapters.graft." + part))
            .toArray(String[]::new);
    assertThat(Safetensors.open(folder.resolve("saved/adapter.safetensors")).names())
        .containsExactlyInAnyOrder(names);
  }

  @Test
  void theConfigurationIsAsAdapterHubWritesIt() {
    save("bert", "parallel:reduction-factor=2,drop-layers=1");
    assertThat(folder.resolve("saved/adapter_config.json"))
        .content()
        .isEqualToNormalizingNewlines(
            """
            {
              "config": {
                "adapter_residual_before_ln": false,
                "cross_adapter": false,
                "dropout": 0.0,
                "factorized_phm_W": true,
                "factorized_phm_rule": false,
                "hypercomplex_nonlinearity": "glorot-uniform",
                "init_weights": "mam_adapter",
                "init_weights_seed": null,
                "inv_adapter": null,
                "inv_adapter_reduction_factor": null,
                "is_parallel": true,
                "learn_phm": true,
                "leave_out": [
                  0
                ],
                "ln_after": false,
                "ln_before": false,
                "mh_adapter": false,
                "non_linearity": "relu",
                "original_ln_after": true,
                "original_ln_before": false,
                "output_adapter": true,
                "phm_bias": true,
                "phm_c_init": "normal",
                "phm_dim": 4,
                "phm_init_range": 0.0001,
                "phm_layer": false,
                "phm_rank": 1,
                "reduction_factor": 2,
                "residual_before_ln": true,
                "scaling": 4.0,
                "shared_W_phm": false,
                "shared_phm_rule": true,
                "stochastic_depth": 0.0,
                "use_gating": false
              },
              "hidden_size": 16,
              "model_class": "BertForSequenceClassification",
              "model_name": "",
              "model_type": "bert",
              "name": "graft",
              "version": "adapters.1.3.0"
            }""");
  }

  @Test
  void theHeadIsAFileOfItsOwn() {
    save("roberta", "pfeiffer");
    assertThat(Safetensors.open(folder.resolve("saved/model_head.safetensors")).names())
        .containsExactlyInAnyOrder(
            "classifier.dense.weight",
            "classifier.dense.bias",
            "classifier.out_proj.weight",
            "classifier.out_proj.bias");
    JsonFile head = JsonFile.read(folder.resolve("saved/head_config.json"));
    assertThat(head.requireInt("num_labels")).isEqualTo(2);
    assertThat(head.json().get("label2id")).hasToString("{\"no\":0,\"yes\":1}");
    assertThat(head.requireString("model_class")).isEqualTo("RobertaForSequenceClassification");
  }

  /** The library trains and saves what stands outside of the bare model with the head. */
  @ParameterizedTest
  @CsvSource({"0, POOLED", "0.5, OWN_POOLER_OF_DEBERTA"})
  void aPoolerThatWasTrainedWithTheHeadIsAPartOfIt(float moved, TaskHeadLayout layout)
      throws IOException {
    save("deberta-v2", "pfeiffer");
    Model model = cpu.load("deberta-v2");
    Adapter adapter = ForeignFiles.read(folder.resolve("saved"));
    Map<String, StoredTensor> head = new TreeMap<>();
    Map<String, StoredTensor> tensors = new TreeMap<>(adapter.tensors());
    for (String name : List.of("classifier.weight", "classifier.bias")) {
      head.put(name, tensors.remove(name));
    }
    for (String name : List.of("pooler.weight", "pooler.bias")) {
      float[] numbers = model.copyWeights().get(name).clone();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] += moved * (i % 3);
      }
      Shape shape = model.host().parameter(name).tensor().shape();
      head.put(name.replace("pooler.", "pooler.dense."), new StoredTensor(shape, numbers));
    }
    Path changed = Files.createDirectory(folder.resolve("changed"));
    ForeignFiles.write(
        new Adapter(adapter.configuration(), tensors, ""),
        head,
        List.of("no", "yes"),
        Library.ADAPTER_HUB,
        changed,
        Map.of());
    Map<String, float[]> own = new TreeMap<>();
    head.forEach((name, numbers) -> own.put(name, numbers.elements()));
    try (Attachment opened = Saved.open(model, changed);
        Attachment plain = Saved.open(model, folder.resolve("saved"))) {
      assertThat(opened.stack().head().layout()).isEqualTo(layout);
      own.keySet().retainAll(opened.tensors().keySet());
      own.forEach((name, numbers) -> assertThat(opened.tensors()).containsEntry(name, numbers));
      boolean isAsBefore = Arrays.deepEquals(opened.logits(batch), plain.logits(batch));
      assertThat(isAsBefore).isEqualTo(moved == 0);
    }
  }

  @Test
  void whatIsNotComputedIsNamedBeforeItsTensorsAre() {
    save("bert", "pfeiffer");
    Adapter adapter = ForeignFiles.read(folder.resolve("saved"));
    Map<String, StoredTensor> tensors = new TreeMap<>(adapter.tensors());
    tensors.put(
        "bert.encoder.layer.0.output.adapters.graft.gate.bias",
        new StoredTensor(Shape.of(1), new float[1]));
    Map<String, Object> configuration = new TreeMap<>(adapter.configuration());
    Map<Object, Object> inner = new HashMap<>((Map<?, ?>) configuration.get("config"));
    inner.put("use_gating", true);
    configuration.put("config", inner);
    assertRefused(configuration, tensors, "The adapter has use_gating=true");
    configuration.put("config", Map.of("architecture", "lora"));
    assertRefused(configuration, tensors, "an 'architecture' of lora, which none knows");
  }

  private void assertChangedIsRefused(Map<String, Object> changes, String message) {
    Adapter adapter = ForeignFiles.read(folder.resolve("saved"));
    Map<String, Object> configuration = new TreeMap<>(adapter.configuration());
    Map<String, Object> inner = new TreeMap<>();
    ((Map<?, ?>) configuration.get("config"))
        .forEach((key, value) -> inner.put(key.toString(), value));
    inner.putAll(changes);
    configuration.put("config", inner);
    assertRefused(configuration, adapter.tensors(), message);
  }

  private void assertRefused(
      Map<String, Object> configuration, Map<String, StoredTensor> tensors, String message) {
    try {
      Path changed = Files.createTempDirectory(folder, "changed");
      ForeignFiles.write(
          new Adapter(configuration, tensors, ""),
          Map.of(),
          List.of(),
          Library.ADAPTER_HUB,
          changed,
          Map.of());
      Model model = cpu.load("bert");
      assertThatThrownBy(() -> Saved.open(model, changed))
          .isInstanceOf(GraftException.class)
          .hasMessageContaining(message);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void anotherComputationIsRefusedByItsName() {
    save("bert", "pfeiffer");
    Map.<String, Object>of(
            "residual_before_ln", "post_add",
            "original_ln_before", false,
            "original_ln_after", false,
            "ln_before", true,
            "ln_after", true,
            "use_gating", true,
            "phm_layer", true,
            "inv_adapter", "nice",
            "scaling", 2.0,
            "output_adapter", false)
        .forEach(
            (key, value) ->
                assertChangedIsRefused(
                    Map.of(key, value),
                    "The adapter has %s=%s in its configuration, which pfeiffer can't compute."
                        .formatted(key, value)));
    assertChangedIsRefused(Map.of("leave_out", List.of(1)), "leave_out=[1]");
    assertChangedIsRefused(Map.of("what_comes_next", 1), "what_comes_next=1");
    assertChangedIsRefused(Map.of("non_linearity", "mish"), "The activation 'mish' is not known.");
    assertChangedIsRefused(Map.of("mh_adapter", true), "original_ln_before=true");
    assertChangedIsRefused(Map.of("is_parallel", true, "scaling", "channel"), "scaling=channel");
  }

  @Test
  void whatChangesNothingOfWhatItComputesIsRead() {
    save("bert", "houlsby:bottleneck=4");
    Adapter adapter = ForeignFiles.read(folder.resolve("saved"));
    Map<String, Object> inner =
        Map.of(
            "mh_adapter",
            true,
            "output_adapter",
            true,
            "reduction_factor",
            Map.of("default", 4),
            "non_linearity",
            "swish",
            "residual_before_ln",
            false,
            "init_weights",
            "houlsby",
            "dropout",
            0.1);
    Map<String, Object> configuration = new TreeMap<>(adapter.configuration());
    configuration.put("config", inner);
    Map<String, StoredTensor> tensors = new TreeMap<>();
    adapter
        .tensors()
        .forEach((name, numbers) -> tensors.put(name.replaceFirst("^bert\\.", ""), numbers));
    try {
      Path changed = Files.createDirectory(folder.resolve("changed"));
      ForeignFiles.write(
          new Adapter(configuration, tensors, ""),
          Map.of(),
          List.of(),
          Library.ADAPTER_HUB,
          changed,
          Map.of());
      try (Attachment opened = Saved.open(cpu.load("bert"), changed)) {
        assertThat(opened.stack().toString()).isEqualTo("houlsby:bottleneck=4,activation=silu");
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void whatAdapterHubPickledIsReadAsItsSafetensors() {
    save("bert", "pfeiffer");
    Map<String, float[]> expected = opened();

    TorchSave.replace(folder.resolve("saved/model_head.safetensors"), "pytorch_model_head.bin");
    assertThat(opened()).containsExactlyEntriesOf(expected);
    TorchSave.replace(folder.resolve("saved/adapter.safetensors"), "pytorch_adapter.bin");
    assertThat(opened()).containsExactlyEntriesOf(expected);
  }

  private Map<String, float[]> opened() {
    try (Attachment opened = Saved.open(cpu.load("bert"), folder.resolve("saved"))) {
      return opened.tensors();
    }
  }

  @Test
  void aHeadWithoutItsTensorsIsRefused() throws IOException {
    save("bert", "pfeiffer");
    Files.delete(folder.resolve("saved/model_head.safetensors"));
    Model model = cpu.load("bert");
    assertThatThrownBy(() -> Saved.open(model, folder.resolve("saved")))
        .isInstanceOf(GraftException.class)
        .hasMessageContaining("save it again with its head");
  }

  @ParameterizedTest
  @CsvSource({"gpt2, parallel", "qwen2, houlsby", "bert, houlsby:train-norms=true", "bert, lin"})
  void whatAdapterHubComputesOtherwiseIsNotWritten(String host, String stack) {
    assertThatThrownBy(() -> save(host, stack)).isInstanceOf(GraftException.class);
    assertThat(folder.resolve("saved")).doesNotExist();
  }
}
