package dev.graft.harness.model;

import dev.graft.merging.MergeError;
import dev.graft.model.Attachment;
import dev.graft.program.Precision;
import dev.graft.saved.Saved;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A model that an adapter was merged into, as it was written.
 *
 * @param sites projections whose weights hold what the methods did
 * @param worst the one that is farthest from its unmerged self, as a share of its largest output
 * @param rows of the batch that tells
 * @param length of the batch, in tokens
 */
public record MergedModel(int sites, Optional<MergeError> worst, int rows, int length) {
  private static final int ROWS = 4;
  private static final int LENGTH = 16;

  /**
   * Merges and writes, and compares merged with unmerged projections.
   *
   * @param output the Hugging Face folder to be made
   * @param precision of the weights there; if absent that of the model's own files
   */
  public static MergedModel write(
      Attachment attachment, Path output, Optional<Precision> precision) {
    if (precision.isPresent()) {
      Saved.exportHuggingFace(attachment, output, precision.get());
    } else {
      Saved.exportHuggingFace(attachment, output);
    }
    try (Attachment merged = attachment.merged()) {
      List<MergeError> errors =
          merged.mergeErrors(AnyTokens.batch(attachment.model().host(), ROWS, LENGTH));
      return new MergedModel(
          merged.mergedSites(),
          errors.stream().max(Comparator.comparingDouble(MergeError::relative)),
          ROWS,
          LENGTH);
    }
  }
}
