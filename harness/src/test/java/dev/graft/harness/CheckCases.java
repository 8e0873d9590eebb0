package dev.graft.harness;

import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.NewFolder;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes cases that a Python script compares with another library: stacks that Graft trained on the
 * bases of the reference folder, as files, with the logits that it computes.
 */
final class CheckCases {
  private static final int STEPS = 5;
  private static final double LEARNING_RATE = 1e-2;

  private CheckCases() {}

  /**
   * A case.
   *
   * @param base a folder of the reference folder
   */
  record Case(String name, String base, String stack) {}

  /** Writes what was trained in the form that the script reads. */
  @FunctionalInterface
  interface Export {
    void write(Case each, Reference reference, Attachment trained, Path folder) throws IOException;
  }

  /**
   * Writes all.
   *
   * @param arguments the reference folder, and a folder to be made
   */
  static void write(String[] arguments, List<Case> cases, Export export) {
    Path references = Path.of(arguments[0]);
    NewFolder.write(
        Path.of(arguments[1]),
        folder -> {
          for (Case each : cases) {
            write(each, references, folder.resolve(each.name()), export);
          }
        });
  }

  private static void write(Case each, Path references, Path folder, Export export)
      throws IOException {
    Path base = references.resolve(each.base()).resolve("base");
    Reference reference = new Reference(base, base);
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
        export.write(each, reference, attachment, folder);
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
                Stream.of(TensorData.of("logits", logits, inputs.info("logits").shape().fixed())))
            .toList();
    SafetensorsWriter.write(
        folder.resolve("expected.safetensors"), tensors, Map.of("format", "pt"));
  }
}
