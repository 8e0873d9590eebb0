package dev.graft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.api.Methods;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.JsonFile;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.TokenBatch;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.TinyHosts;
import dev.graft.testing.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeftLoraTest {
  @TempDir Path folder;
  private final Device device = Device.cpu();
  private final TokenBatch batch = TinyModel.batch(5, 7, 3);

  @AfterEach
  void closeTheDevice() {
    assertThat(device.liveTensors()).isZero();
    device.close();
  }

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
    return TinyHosts.names().stream()
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
    try (Model model = Model.load(TinyHosts.named(host), device, 0);
        Attachment trained = trained(model, stack)) {
      trained.saveForeign(folder.resolve("saved"), Map.of());
      float[][] expected = trained.logits(batch);
      try (Attachment opened = model.open(folder.resolve("saved"), Methods.installed())) {
        float[][] found = opened.logits(batch);
        for (int row = 0; row < expected.length; row++) {
          assertThat(found[row]).containsExactly(expected[row], within(tolerance));
        }
        opened.saveForeign(folder.resolve("again"), Map.of());
      }
    }
    assertThat(folder.resolve("again/adapter_config.json"))
        .hasSameBinaryContentAs(folder.resolve("saved/adapter_config.json"));
    assertThat(Safetensors.open(folder.resolve("again/adapter_model.safetensors")).names())
        .isEqualTo(Safetensors.open(folder.resolve("saved/adapter_model.safetensors")).names());
  }

  private Attachment trained(Model model, String stack) {
    StackSpec spec = StackSpec.parse(stack, Methods.installed());
    Attachment attachment = model.attach(model.stack(spec, List.of("no", "yes")), 1);
    float[][] before = attachment.logits(batch);
    try (Training training = AttachedReference.training(attachment)) {
      for (int step = 0; step < 3; step++) {
        training.step(batch, new double[] {0, 1, 1}, 1e-2, step);
      }
    }
    assertThat(attachment.logits(batch)[0]).isNotEqualTo(before[0]);
    return attachment;
  }
}
