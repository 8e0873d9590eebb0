package dev.graft.harness;

import dev.graft.harness.CheckCases.Case;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes the cases that {@code peft_check.py} compares with PEFT: adapters that Graft trained on
 * the bases of the reference folder, with the logits that it computes. After the build, in the
 * repository's folder:
 *
 * <pre>
 *   OPT_OUT_TRACKING=true java -cp 'harness/target/test-classes:api/target/test-classes:harness/target/dist/lib/*:harness/target/dist/plugins/*:harness/target/dist/natives/cpu/*' \
 *     dev.graft.harness.PeftCheckCases ../shared/reference CASES
 *   python3 harness/src/test/resources/dev/graft/harness/peft_check.py CASES
 * </pre>
 */
final class PeftCheckCases {
  private static final List<Case> CASES =
      List.of(
          new Case("bert-lora", "bert", "lora:rank=4,alpha=8"),
          new Case("bert-lora-all-linear", "bert", "lora:rank=4,alpha=8,targets=all-linear"),
          new Case("gpt2-lora", "gpt2", "lora:rank=4,alpha=8,targets=qkv"),
          new Case("gpt2-lora-all-linear", "gpt2", "lora:rank=4,alpha=8,targets=all-linear"),
          new Case("llama-lora", "llama", "lora:rank=4,alpha=8"),
          new Case("llama-lora-all-linear", "llama", "lora:rank=4,alpha=8,targets=all-linear"),
          new Case("bert-lora-dora", "bert", "lora:targets=[query,mlp.up],dora=true"),
          new Case("bert-lora-biases", "bert", "lora:bias=lora-only,layers=[1]"),
          new Case("roberta-lora-modules", "roberta", "lora:modules-to-save=[embeddings.word]"),
          new Case(
              "bert-lora-patterns",
              "bert",
              "lora:targets=[query,output,mlp.up],rank-pattern=[output=2],rank-stabilized=true"),
          new Case("llama-lora-pissa", "llama", "lora:initializer=pissa,rank=3,alpha=5"),
          new Case("gpt2-lora-parts", "gpt2", "lora:rank=3,modules-to-save=[0.mlp.up]"),
          new Case("gpt2-lora-dora", "gpt2", "lora:targets=[query,key,value],dora=true"),
          new Case("gpt2-prefix", "gpt2", "prefix-tuning:virtual-tokens=4"),
          new Case("gpt2-lora-words", "gpt2", "lora:targets=[qkv,embeddings.word]"),
          new Case("qwen2-lora-words", "qwen2", "lora:targets=[query,embeddings.word],dora=true"),
          new Case("qwen2-lora-tied", "qwen2", "lora:targets=[query,lm_head],weight-tying=all"),
          new Case("qwen2-lora-words-saved", "qwen2", "lora:modules-to-save=[embeddings.word]"),
          new Case(
              "qwen2-lora-words-alone",
              "qwen2",
              "lora:modules-to-save=[embeddings.word],weight-tying=none"),
          new Case("llama-lora-tables", "llama", "lora:modules-to-save=[embeddings.word,lm_head]"));

  private PeftCheckCases() {}

  /** Takes the reference folder and a folder to be made. */
  public static void main(String... arguments) {
    CheckCases.write(arguments, CASES, PeftCheckCases::export);
  }

  static void export(Case each, Reference reference, Attachment trained, Path folder)
      throws IOException {
    Path base = Files.createDirectories(folder.resolve("base"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(reference.base().resolve(file), base.resolve(file));
    }
    Saved.saveForeign(trained, folder.resolve("adapter"), Map.of());
  }
}
