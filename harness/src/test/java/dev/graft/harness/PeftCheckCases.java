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
  private static final int STEPS = 5;
  private static final double LEARNING_RATE = 1e-2;

  private record Case(String name, String base, String stack) {}

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
          new Case("gpt2-prefix", "gpt2", "prefix-tuning:virtual-tokens=4"));

  private PeftCheckCases() {}

  /** Takes the reference folder and a folder to be made. */
  public static void main(String... arguments) {
    Path references = Path.of(arguments[0]);
    NewFolder.write(
        Path.of(arguments[1]),
        cases -> {
          for (Case each : CASES) {
            Path base = references.resolve(each.base()).resolve("base");
            write(new Reference(base, base), each.stack(), cases.resolve(each.name()));
          }
        });
  }

  private static void write(Reference reference, String text, Path folder) throws IOException {
    StackSpec spec = StackSpec.parse(text, Methods.installed());
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
        Files.createDirectories(folder.resolve("base"));
        for (String file : List.of("config.json", "model.safetensors")) {
          Files.copy(reference.base().resolve(file), folder.resolve("base").resolve(file));
        }
        attachment.saveForeign(folder.resolve("adapter"), Map.of());
        writeExpected(reference, attachment.logits(batch), folder);
      }
    }
  }

  private static void writeExpected(Reference reference, float[][] rows, Path folder) {
    TensorSource inputs = reference.inputs();
    float[] logits = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, logits, i * rows[i].length, rows[i].length);
    }
    SafetensorsWriter.write(
        folder.resolve("expected.safetensors"),
        List.of(
            TensorData.of(inputs, "in.input_ids"),
            TensorData.of(inputs, "in.attention_mask"),
            TensorData.of("logits", logits, inputs.info("logits").dims())),
        Map.of("format", "pt"));
  }
}
