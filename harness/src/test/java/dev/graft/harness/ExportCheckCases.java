package dev.graft.harness;

import dev.graft.api.Methods;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.NewFolder;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorSource;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Stack;
import dev.graft.model.TokenBatch;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
  private static final int STEPS = 5;
  private static final double LEARNING_RATE = 1e-2;

  /**
   * A case.
   *
   * @param merges whether transformers can have it too
   */
  private record Case(String name, String base, String stack, boolean merges) {}

  private static final List<Case> CASES =
      List.of(
          new Case("bert-lora", "bert", "lora:targets=all-linear", true),
          new Case("bert-houlsby-prefix", "bert", "houlsby+prefix-tuning", false),
          new Case("bert-full", "bert", "full", true),
          new Case("roberta-lora", "roberta", "lora", true),
          new Case("deberta-v2-lora", "deberta-v2", "lora", true),
          new Case("gpt2-lora-qkv", "gpt2", "lora:targets=qkv", true),
          new Case("gpt2-lora-head", "gpt2", "lora:targets=[query,value,lm_head]", true),
          new Case("gpt2-full", "gpt2", "full", true),
          new Case("gpt2-prefix", "gpt2", "prefix-tuning:virtual-tokens=4", false),
          new Case("llama-lora", "llama", "lora:targets=all-linear", true),
          new Case("qwen2-lora-head", "qwen2", "lora:targets=[query,lm_head],dora=true", true));

  private ExportCheckCases() {}

  /** Takes the reference folder and a folder to be made. */
  public static void main(String... arguments) {
    Path references = Path.of(arguments[0]);
    NewFolder.write(
        Path.of(arguments[1]),
        cases -> {
          for (Case each : CASES) {
            Path base = references.resolve(each.base()).resolve("base");
            write(each, new Reference(base, base), cases.resolve(each.name()));
          }
        });
  }

  private static void write(Case each, Reference reference, Path folder) throws IOException {
    StackSpec spec = StackSpec.parse(each.stack(), Methods.installed());
    try (Device device = Device.cpu();
        Model model = Model.load(reference.model(), device)) {
      Stack stack =
          reference.isLanguageModel()
              ? model.languageModel(spec)
              : model.stack(spec, model.labels());
      TokenBatch batch = reference.batch(model.host().config().paddingId());
      try (Attachment attachment = model.attach(stack, 1)) {
        try (Training training = attachment.training(new Training.Options(AdamW.DEFAULT, 0.01))) {
          for (int step = 0; step < STEPS; step++) {
            training.step(batch, reference.labels(), LEARNING_RATE, step);
          }
        }
        Files.createDirectories(folder);
        attachment.exportTorchScript(folder.resolve("module.pt"));
        if (each.merges()) {
          attachment.exportHuggingFace(folder.resolve("huggingface"));
        }
        writeExpected(reference.inputs(), AttachedReference.logits(attachment, batch), folder);
      }
    }
  }

  private static void writeExpected(TensorSource inputs, float[] logits, Path folder) {
    List<TensorData> tensors =
        Stream.concat(
                Stream.of("in.input_ids", "in.attention_mask", "in.token_type_ids")
                    .filter(inputs.names()::contains)
                    .map(name -> TensorData.of(inputs, name)),
                Stream.of(TensorData.of("logits", logits, inputs.info("logits").dims())))
            .toList();
    SafetensorsWriter.write(
        folder.resolve("expected.safetensors"), tensors, Map.of("format", "pt"));
  }
}
