package dev.graft.harness.experiment;

import dev.graft.api.ForeignFormat;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.GraftException;
import dev.graft.api.StackSpec;
import dev.graft.model.Attachment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The forms in which an adapter can leave Graft. */
public enum ExportFormat {
  PEFT("peft", "PEFT", Library.PEFT),
  ADAPTER_HUB("adapterhub", "AdapterHub", Library.ADAPTER_HUB);

  private final String label;
  private final String title;
  private final Library library;

  ExportFormat(String label, String title, Library library) {
    this.label = label;
    this.title = title;
    this.library = library;
  }

  /** As the command line calls it. */
  public String label() {
    return label;
  }

  /**
   * Writes an adapter.
   *
   * @param output to be made
   * @param provenance of the adapter
   * @throws GraftException if this adapter has no such form
   */
  public void write(Attachment attachment, Path output, Map<String, String> provenance) {
    List<StackSpec.Item> items = attachment.stack().spec().items();
    if (items.size() == 1
        && items.get(0).method() instanceof ForeignFormat format
        && format.library() != library) {
      throw GraftException.input(
          "%s has no adapters of the method '%s'.%n  try: --format %s"
              .formatted(title, items.get(0).method().name(), of(format.library()).label()));
    }
    attachment.saveForeign(output, provenance);
  }

  private static ExportFormat of(Library library) {
    return library == Library.PEFT ? PEFT : ADAPTER_HUB;
  }
}
