package dev.graft.harness.model;

import dev.graft.model.HeadOrigin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in the folder of a model, a saved stack or another library's adapter.
 *
 * @param kind which of them it is
 * @param facts about the whole, by name
 * @param head where the tensors of the task head are from, as far as that is known
 * @param parts the tensors' files
 * @param provenance how it was made, as far as the folder tells
 */
public record Inspection(
    String folder,
    String kind,
    Map<String, String> facts,
    List<HeadOrigin> head,
    List<Part> parts,
    Map<String, String> provenance) {
  /**
   * One file of tensors, or the shards of a model.
   *
   * @param settings of a method, or another library's configuration
   * @param fingerprint of the tensors as they are
   * @param isAsSaved whether that is the one that was noted when they were saved; true where none
   *     was noted
   */
  public record Part(
      String name,
      Map<String, String> settings,
      List<TensorGroup> tensors,
      long elements,
      long bytes,
      String fingerprint,
      boolean isAsSaved) {
    public Part {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      tensors = List.copyOf(tensors);
    }

    static Part of(
        String name,
        Map<String, String> settings,
        List<TensorGroup> tensors,
        String fingerprint,
        boolean isAsSaved) {
      return new Part(
          name,
          settings,
          tensors,
          tensors.stream().mapToLong(TensorGroup::elements).sum(),
          tensors.stream().mapToLong(TensorGroup::bytes).sum(),
          fingerprint,
          isAsSaved);
    }
  }

  public Inspection {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    head = List.copyOf(head);
    parts = List.copyOf(parts);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /** The same with what a model adds to an adapter's head. */
  public Inspection withHead(List<HeadOrigin> origins) {
    return new Inspection(folder, kind, facts, origins, parts, provenance);
  }
}
