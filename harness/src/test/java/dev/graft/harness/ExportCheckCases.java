package dev.graft.harness;

import dev.graft.harness.CheckCases.Case;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Writes the cases that {@code torchscript_check.py} compares with PyTorch and transformers:
 * exports of stacks that Graft trained on the bases of the reference folder, with the logits that
 * it computes. After the build, in the repository's folder:
 *
 * <pre>
 *   OPT_OUT_TRACKING=true java -cp 'harness/target/test-classes:api/target/test-classes:harness/target/dist/lib/*:harness/target/dist/plugins/*:harness/target/dist/natives/cpu/*' \
 *     dev.graft.harness.ExportCheckCases ../shared/reference CASES
 *   python3 harness/src/test/resources/dev/graft/harness/torchscript_check.py CASES
 * </pre>
 */
final class ExportCheckCases {
  private static final List<Case> CASES =
      List.of(
          new Case("bert-lora", "bert", "lora:targets=all-linear"),
          new Case("bert-houlsby-prefix", "bert", "houlsby+prefix-tuning"),
          new Case("bert-full", "bert", "full"),
          new Case("roberta-lora", "roberta", "lora"),
          new Case("deberta-v2-lora", "deberta-v2", "lora"),
          new Case("gpt2-lora-qkv", "gpt2", "lora:targets=qkv"),
          new Case("gpt2-lora-head", "gpt2", "lora:targets=[query,value,lm_head]"),
          new Case("gpt2-full", "gpt2", "full"),
          new Case("gpt2-prefix", "gpt2", "prefix-tuning:virtual-tokens=4"),
          new Case("llama-lora", "llama", "lora:targets=all-linear"),
          new Case("qwen2-lora-head", "qwen2", "lora:targets=[query,lm_head],dora=true"));

  /** Those that transformers can't have, as they don't merge. */
  private static final Set<String> GRAFT_ALONE = Set.of("bert-houlsby-prefix", "gpt2-prefix");

  private ExportCheckCases() {}

  /** Takes the reference folder and a folder to be made. */
  public static void main(String... arguments) {
    CheckCases.write(arguments, CASES, ExportCheckCases::export);
  }

  private static void export(Case each, Reference reference, Attachment trained, Path folder) {
    Saved.exportTorchScript(trained, folder.resolve("module.pt"));
    if (!GRAFT_ALONE.contains(each.name())) {
      Saved.exportHuggingFace(trained, folder.resolve("huggingface"));
    }
  }
}
