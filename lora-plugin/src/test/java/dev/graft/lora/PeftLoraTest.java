package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.Safetensors;
import dev.graft.files.JsonFile;
import dev.graft.host.TokenBatch;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import dev.graft.testing.TorchSave;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PeftLoraTest {
  @TempDir Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final TokenBatch batch = TinyModel.batch(5, 7, 3);

  static Stream<Arguments> hostsAndStacks() {
    List<String> stacks =
        List.of(
            "lora:targets=all-linear,rank=3,dropout=0.1",
            "lora:targets=[output,mlp.up],initializer=gaussian,rate-ratio=4",
            "lora:targets=all-linear,rank-pattern=[output=5,mlp.up=2],alpha-pattern=[1.mlp.up=3]",
            "lora:targets=all-linear,rank-stabilized=true,alpha=2.5,exclude=[mlp.down]",
            "lora:targets=all-linear,dora=true,bias=lora-only",
            "lora:targets=[output],bias=all,layers=[1]",
            "lora:targets=[/.*\\.1\\..*output.*/],dora=true,rank-stabilized=true",
            "lora:targets=[mlp.up],layers=[0],modules-to-save=[1.mlp.up,embeddings.word]",
            "lora:targets=[layers.1.attention.output],modules-to-save=[mlp.norm]");
    return Stream.of("bert", "distilbert", "deberta-v2", "gpt2", "llama")
        .flatMap(host -> stacks.stream().map(stack -> Arguments.of(host, stack)));
  }

  @ParameterizedTest
  @MethodSource("hostsAndStacks")
  void aTrainedUpdateIsTheSameBitForBitAfterPeftsFiles(String host, String stack) {
    roundTrip(host, stack, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bert; lora:initializer=pissa,rank=3,alpha=5",
        "roberta; lora:initializer=pissa,rank=3,rank-pattern=[query=2],rank-stabilized=true",
        "llama; lora:initializer=pissa,rank=2,dora=true,targets=[key,mlp.down]",
        "gpt2; lora:rank=3,alpha=5",
        "gpt2; lora:targets=[key,output],rank=3,rank-stabilized=true,bias=all",
        "gpt2; lora:targets=[query,key,value],dora=true,rank-pattern=[key=2],alpha-pattern=[key=2]",
        "gpt2; lora:initializer=pissa,rank=2"
      })
  void whatPeftHasInOtherFactorsIsTheSameButForRounding(String host, String stack) {
    roundTrip(host, stack, 1e-5f);
  }

  private void roundTrip(String host, String stack, float tolerance) {
    TinyHost tiny = cpu.host(host);
    try (Attachment trained = trained(tiny, stack)) {
      Saved.saveForeign(trained, folder.resolve("saved"), Map.of());
      float[][] expected = trained.logits(batch);
      try (Attachment opened = Saved.open(tiny.model(), folder.resolve("saved"))) {
        float[][] found = opened.logits(batch);
        for (int row = 0; row < expected.length; row++) {
          assertThat(found[row]).containsExactly(expected[row], within(tolerance));
        }
        Saved.saveForeign(opened, folder.resolve("again"), Map.of());
      }
    }
    assertThat(folder.resolve("again/adapter_config.json"))
        .hasSameBinaryContentAs(folder.resolve("saved/adapter_config.json"));
    assertThat(Safetensors.open(folder.resolve("again/adapter_model.safetensors")).names())
        .isEqualTo(Safetensors.open(folder.resolve("saved/adapter_model.safetensors")).names());
  }

  @Test
  void whatPeftPickledIsReadAsItsSafetensors() {
    TinyHost tiny = cpu.host("bert");
    try (Attachment trained = trained(tiny, "lora:rank=3")) {
      Saved.saveForeign(trained, folder.resolve("saved"), Map.of());
      TorchSave.replace(folder.resolve("saved/adapter_model.safetensors"), "adapter_model.bin");
      try (Attachment opened = Saved.open(tiny.model(), folder.resolve("saved"))) {
        assertThat(opened.logits(batch)).isDeepEqualTo(trained.logits(batch));
        assertThat(Saved.provenance(folder.resolve("saved"))).isEmpty();
      }
    }
  }

  private Attachment trained(TinyHost host, String stack) {
    Attachment attachment = host.attach(stack);
    float[][] before = attachment.logits(batch);
    try (Training training = AttachedReference.training(attachment)) {
      for (int step = 0; step < 3; step++) {
        training.step(batch, new double[] {0, 1, 1}, 1e-2, step);
      }
    }
    assertThat(attachment.logits(batch)[0]).isNotEqualTo(before[0]);
    return attachment;
  }

  private JsonFile written(String host, String stack) {
    try (Attachment attachment = cpu.host(host).attach(stack)) {
      Saved.saveForeign(attachment, folder.resolve("peft"), Map.of());
    }
    return JsonFile.read(folder.resolve("peft/adapter_config.json"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "bert; targets=[query,value]; [\"query\",\"value\"]",
        "bert; targets=[mlp.up]; [\"intermediate.dense\"]",
        "llama; targets=[query,mlp.gate]; [\"q_proj\",\"gate_proj\"]",
        "gpt2; targets=[qkv]; [\"c_attn\"]",
        "gpt2; targets=[query,value]; [\"c_attn\"]",
        "gpt2; targets=[qkv,output]; [\"c_attn\",\"attn.c_proj\"]",
        "llama; targets=[/.*layers\\.1.*_proj/]; \".*layers\\\\.1.*_proj\"",
        "llama; targets=[/layers\\.1\\.attention\\.(query|key)/]; [\"model.layers.1.self_attn.q_proj\",\"model.layers.1.self_attn.k_proj\"]",
        "bert; targets=[layers.1.mlp.down]; [\"bert.encoder.layer.1.output.dense\"]"
      })
  void targetsAreWrittenInPeftsWords(String host, String settings, String expected) {
    assertThat(written(host, "lora:" + settings).json().get("target_modules"))
        .hasToString(expected);
  }

  @Test
  void whatPeftHasNoWordsForIsListed() {
    JsonFile file = written("llama", "lora:targets=[/.*_proj/],layers=[1],exclude=[mlp.up]");
    assertThat(file.json().getAsJsonArray("target_modules")).hasSize(6);
    assertThat(file.json().get("layers_to_transform").isJsonNull()).isTrue();
    assertThat(file.json().get("exclude_modules").isJsonNull()).isTrue();
  }

  @Test
  void layersExclusionsAndPatternsAreWrittenInPeftsWords() {
    JsonFile file =
        written(
            "bert",
            "lora:targets=[query,value,mlp.up],layers=[0],exclude=[mlp.up],rank=4,rank-pattern=[value=6]");
    assertThat(file.json().get("layers_to_transform")).hasToString("[0]");
    assertThat(file.json().get("exclude_modules")).hasToString("[\"intermediate.dense\"]");
    assertThat(file.json().get("rank_pattern")).hasToString("{\"value\":6}");
    assertThat(file.json().get("r")).hasToString("4");
  }

  @Test
  void aPlainUpdateOfTwiceTheRankStandsForPissa() {
    JsonFile file = written("bert", "lora:initializer=pissa,rank=3,alpha=5,rank-pattern=[value=2]");
    assertThat(file.json().get("r")).hasToString("6");
    assertThat(file.json().get("lora_alpha")).hasToString("10");
    assertThat(file.json().get("rank_pattern")).hasToString("{\"value\":4}");
    assertThat(file.json().get("init_lora_weights")).hasToString("true");
  }

  @Test
  void tensorsHaveTheNamesThatPeftGivesThem() {
    written(
        "bert",
        "lora:targets=[query],layers=[1],dora=true,bias=lora-only,modules-to-save=[0.mlp.up]");
    assertThat(Safetensors.open(folder.resolve("peft/adapter_model.safetensors")).names())
        .containsExactlyInAnyOrder(
            "base_model.model.bert.encoder.layer.1.attention.self.query.lora_A.weight",
            "base_model.model.bert.encoder.layer.1.attention.self.query.lora_B.weight",
            "base_model.model.bert.encoder.layer.1.attention.self.query.lora_magnitude_vector",
            "base_model.model.bert.encoder.layer.1.attention.self.query.base_layer.bias",
            "base_model.model.bert.encoder.layer.0.intermediate.dense.weight",
            "base_model.model.bert.encoder.layer.0.intermediate.dense.bias",
            "base_model.model.classifier.weight",
            "base_model.model.classifier.bias");
  }

  @Test
  void theRatioOfLearningRatesIsKeptBesideTheTensors() {
    written("bert", "lora:rate-ratio=16");
    assertThat(Safetensors.open(folder.resolve("peft/adapter_model.safetensors")).metadata())
        .containsEntry("graft.method", "lora:rate-ratio=16");
  }
}
