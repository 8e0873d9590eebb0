package dev.graft.harness.model;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The forms in which an adapter can leave Graft. */
public enum ExportFormat {
  PEFT("peft") {
    @Override
    public void write(Attachment attachment, Path output, Map<String, String> provenance) {
      save(attachment, Library.PEFT, output, provenance);
    }
  },
  ADAPTER_HUB("adapterhub") {
    @Override
    public void write(Attachment attachment, Path output, Map<String, String> provenance) {
      save(attachment, Library.ADAPTER_HUB, output, provenance);
    }
  },
  HUGGING_FACE("huggingface") {
    @Override
    public void write(Attachment attachment, Path output, Map<String, String> provenance) {
      Saved.exportHuggingFace(attachment, output);
    }
  },
  TORCHSCRIPT("torchscript") {
    @Override
    public void write(Attachment attachment, Path output, Map<String, String> provenance) {
      try (Attachment merged = attachment.merged()) {
        Saved.exportTorchScript(merged, output);
      }
    }
  };

  private final String label;

  ExportFormat(String label) {
    this.label = label;
  }

  /** As the command line calls it. */
  public String label() {
    return label;
  }

  /** All labels, for help and errors. */
  public static String labels() {
    return Arrays.stream(values()).map(ExportFormat::label).collect(Collectors.joining(", "));
  }

  /**
   * Writes an adapter.
   *
   * @param output the folder, or of TorchScript the file, to be made
   * @param provenance of the adapter, for forms that have a place for it
   * @throws GraftException if this adapter has no such form
   */
  public abstract void write(Attachment attachment, Path output, Map<String, String> provenance);

  private static void save(
      Attachment attachment, Library library, Path output, Map<String, String> provenance) {
    List<StackSpec.Item> items = attachment.stack().spec().items();
    Optional<Library> own =
        items.size() == 1
            ? items.get(0).method().foreignFormat().map(ForeignFormat::library)
            : Optional.empty();
    if (own.isPresent() && own.get() != library) {
      throw GraftException.input(
              "Adapters of the method '%s' are another library's.", items.get(0).name())
          .expected("--format %s", of(own.get()).label())
          .found("--format %s", of(library).label());
    }
    Saved.saveForeign(attachment, output, provenance);
  }

  private static ExportFormat of(Library library) {
    return library == Library.PEFT ? PEFT : ADAPTER_HUB;
  }
}
