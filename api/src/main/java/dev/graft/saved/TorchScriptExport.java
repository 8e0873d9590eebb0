package dev.graft.saved;

import dev.graft.GraftException;
import dev.graft.files.AtomicFile;
import dev.graft.merging.BaseWeights;
import dev.graft.model.Attachment;
import dev.graft.program.Program.Argument;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a host with a stack as a TorchScript module. */
final class TorchScriptExport {
  private static final List<Argument> ARGUMENTS =
      List.of(
          Argument.required("input_ids"),
          Argument.optional("attention_mask", 1),
          Argument.optional("token_type_ids", 0));

  private TorchScriptExport() {}

  static void write(Attachment attachment, Path file) {
    if (Files.exists(file)) {
      throw GraftException.input("%s is there already.", file)
          .expected("a file to be made")
          .remedy("name another one or remove it");
    }
    BaseWeights weights = attachment.weights();
    AtomicFile.write(
        file,
        channel ->
            attachment
                .program()
                .save(
                    Channels.newOutputStream(channel),
                    ARGUMENTS,
                    weights.device(),
                    weights.values(),
                    attachment.values()));
  }
}
