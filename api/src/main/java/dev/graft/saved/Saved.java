package dev.graft.saved;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.methods.Methods;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Stacks on disk: saving and opening them, and exporting the models that they make. */
public final class Saved {
  /** Before what Graft notes in the metadata of tensors. */
  static final String OURS = "graft.";

  private Saved() {}

  /**
   * Saves a stack's values into a new folder, whole or not at all: one sub-folder a graft, one for
   * the head, and a record of methods, settings and base.
   *
   * @param attachment whose values they are
   * @param folder a new one
   * @param provenance how the values were made
   * @throws GraftException if the folder is there already or can't be written
   */
  public static void save(Attachment attachment, Path folder, Map<String, String> provenance) {
    requireFinite(attachment);
    SavedStack.write(attachment, folder, provenance);
  }

  /**
   * Seals a saved stack as it is, after its files were changed on purpose. Its provenance says so
   * from then on.
   *
   * @param folder as {@link #save} wrote it, with its record or tensors changed
   * @throws GraftException if the record or a file of tensors can't be read, or the record can't be
   *     written
   */
  public static void seal(Path folder) {
    SavedStack.seal(folder);
  }

  /**
   * Saves the only graft of a stack, with the head, as the library that its method knows would:
   * PEFT or AdapterHub.
   *
   * @param attachment whose values they are
   * @param folder a new one, written whole or not at all
   * @param provenance goes into the metadata of the tensors' file
   * @throws GraftException if there is not exactly one graft, no library has such adapters, or the
   *     folder is there already or can't be written
   */
  public static void saveForeign(
      Attachment attachment, Path folder, Map<String, String> provenance) {
    requireFinite(attachment);
    ForeignStack.write(attachment, folder, provenance);
  }

  /**
   * {@return a stack of installed methods that was saved on the same base, or an adapter of another
   * library; the caller closes it}
   *
   * @param model the base
   * @param folder as {@link #save} or {@link #saveForeign} wrote it, or PEFT or AdapterHub did
   * @throws GraftException if it was made for another base, or is damaged; any change of what
   *     {@link #save} wrote is seen, which adapters of other libraries have nothing for
   */
  public static Attachment open(Model model, Path folder) {
    return open(model, folder, Methods.installed(), Base.SAME);
  }

  /**
   * {@return a saved stack, or an adapter of another library, on a base; the caller closes it}
   *
   * @param model the base
   * @param folder as {@link #open(Model, Path)} reads it
   * @param methods where the stack's methods are looked up
   * @param base for which the stack may have been made
   * @throws GraftException if it does not fit this base, or is damaged
   */
  public static Attachment open(Model model, Path folder, Methods methods, Base base) {
    return isForeign(folder)
        ? ForeignStack.open(model, folder, methods, base)
        : SavedStack.open(model, folder, methods, base);
  }

  /** For which base a stack may have been made that is opened. */
  public enum Base {
    /** The one that it is opened on. */
    SAME,
    /** Any one that its shapes fit. */
    ANY
  }

  /**
   * Refuses a folder that holds neither a saved stack nor an adapter of another library.
   *
   * @param folder any path
   * @throws GraftException if there is nothing in it that {@link #open} could read
   */
  public static void require(Path folder) {
    if (!isOwn(folder) && !isForeign(folder)) {
      throw GraftException.input("There is no adapter in %s.", folder)
          .expected(
              "a folder with %s, as graft train writes it, or with %s, as PEFT does",
              GraftRecord.FILE, ForeignFiles.CONFIGURATION)
          .found(Files.isDirectory(folder) ? "neither" : Folders.kind(folder));
    }
  }

  /** What else lies in it: a file beside a record does not make that another library's. */
  private static boolean isOwn(Path folder) {
    return Files.isRegularFile(folder.resolve(GraftRecord.FILE));
  }

  private static boolean isForeign(Path folder) {
    return !isOwn(folder) && ForeignFiles.isAdapter(folder);
  }

  /**
   * {@return how a stack was made, as far as its folder tells}
   *
   * @param folder as {@link #open} reads it
   */
  public static Map<String, String> provenance(Path folder) {
    if (!isForeign(folder)) {
      return GraftRecord.read(folder).provenance();
    }
    Map<String, String> provenance = new TreeMap<>();
    ForeignFiles.tensors(folder)
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(OURS)) {
                provenance.put(key.substring(OURS.length()), value);
              }
            });
    return provenance;
  }

  /**
   * Saves a host with a stack merged into its weights, as a folder that Hugging Face's transformers
   * loads without Graft, tokenizer included. Weights keep the types that the base's are stored in.
   *
   * <p>Whatever precision the model is loaded in, merging starts from the weights as the base's
   * checkpoint holds them. A tied language-model head that the stack changes is written beside the
   * token table, untied. The configuration is the base's but for the head: transformers classifies
   * batches with a decoder only where it has a {@code pad_token_id}.
   *
   * @param attachment of the stack
   * @param folder a new one, written whole or not at all
   * @throws GraftException if a graft can't be merged, transformers has no class with the head, or
   *     the folder is there already or can't be written
   */
  public static void exportHuggingFace(Attachment attachment, Path folder) {
    requireFinite(attachment);
    HuggingFaceExport.write(attachment, folder, Optional.empty());
  }

  /**
   * As {@link #exportHuggingFace(Attachment, Path)}, with all weights in one precision.
   *
   * @param attachment of the stack
   * @param folder a new one, written whole or not at all
   * @param precision of every weight in the file
   * @throws GraftException also if a weight is too large for the precision
   */
  public static void exportHuggingFace(Attachment attachment, Path folder, Precision precision) {
    requireFinite(attachment);
    HuggingFaceExport.write(attachment, folder, Optional.of(precision));
  }

  /**
   * Saves a host with a stack as a TorchScript module that PyTorch, libtorch and DJL load without
   * Graft, weights included, in the precision they are kept in. Its method is {@code
   * forward(input_ids, attention_mask=None, token_type_ids=None)}, each (rows, length), padded on
   * the right; it gives the logits, (rows, labels) or (rows, length, vocabulary), in 32 bits. What
   * is {@link Attachment#merged} is written merged, the rest stays beside the weights.
   *
   * @param attachment of the stack
   * @param file a new one, written whole or not at all
   * @throws GraftException if the file is there already or can't be written
   */
  public static void exportTorchScript(Attachment attachment, Path file) {
    requireFinite(attachment);
    TorchScriptExport.write(attachment, file);
  }

  /** Refuses to write what nobody can use. */
  private static void requireFinite(Attachment attachment) {
    List<String> lost = attachment.lost();
    if (!lost.isEmpty()) {
      throw GraftException.input("The stack '%s' holds what is not a number.", attachment.stack())
          .expected("finite numbers")
          .line("infinite, or not a number", String.join(", ", lost))
          .remedy("train with a lower learning rate, or begin again from what was saved before");
    }
  }
}
