package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.HostParameter;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.host.HostShape;
import dev.graft.host.HostWeights;
import dev.graft.host.MaskedHead;
import dev.graft.program.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What a checkpoint holds of the {@link MaskedHead} of its architecture: all of it, or nothing. */
final class StoredMaskedHead {
  /** The parts of which it is made. */
  enum Part {
    DENSE_WEIGHT,
    DENSE_BIAS,
    NORM_WEIGHT,
    NORM_BIAS,
    /** Of the outputs. */
    BIAS,
    /** Where it is not the token table. */
    OUTPUT
  }

  private static final String TABLE = "embeddings.word.weight";

  private final ModelDirectory directory;
  private final HostShape host;
  private final HostWeights stored;
  private final Map<Part, TensorInfo> parts = new LinkedHashMap<>();

  /**
   * Finds it.
   *
   * @throws GraftException if any of it is not there, or has another shape
   */
  StoredMaskedHead(
      ModelDirectory directory, HostShape host, HostWeights stored, MaskedHead layout) {
    this.directory = directory;
    this.host = host;
    this.stored = stored;
    int width = host.config().width();
    int tokens = host.config().vocabulary();
    List<String> missing = new ArrayList<>();
    add(Part.DENSE_WEIGHT, Shape.of(width, width), missing, layout.dense() + ".weight");
    add(Part.DENSE_BIAS, Shape.of(width), missing, layout.dense() + ".bias");
    add(
        Part.NORM_WEIGHT,
        Shape.of(width),
        missing,
        layout.norm() + ".gamma",
        layout.norm() + ".weight");
    add(Part.NORM_BIAS, Shape.of(width), missing, layout.norm() + ".beta", layout.norm() + ".bias");
    add(Part.BIAS, Shape.of(tokens), missing, layout.biases().toArray(String[]::new));
    if (hasOwnOutput(layout)) {
      add(Part.OUTPUT, Shape.of(tokens, width), missing, layout.output().get() + ".weight");
    }
    if (!missing.isEmpty()) {
      throw GraftException.input(
              "The checkpoint has no head for masked tokens, which %s hosts are pretrained with.",
              host.architecture())
          .in(directory.path())
          .line("missing", String.join(", ", missing))
          .remedy("take a checkpoint that holds it, such as one of a %sForMaskedLM", host.family());
    }
  }

  /**
   * As transformers has it: what a configuration calls tied is so unless the checkpoint says
   * otherwise.
   */
  private boolean hasOwnOutput(MaskedHead layout) {
    if (layout.output().isEmpty()) {
      return false;
    }
    if (!directory.config().booleanOr("tie_word_embeddings", true)) {
      return true;
    }
    String name = layout.output().get() + ".weight";
    HostParameter table = host.parameter(TABLE);
    return stored.find(name).isPresent()
        && !stored.holds(table, new StoredTensor(shape(name), stored.floats(name)));
  }

  private Shape shape(String name) {
    return stored.find(name).orElseThrow().shape();
  }

  private void add(Part part, Shape expected, List<String> missing, String... names) {
    Optional<TensorInfo> found =
        Stream.of(names).map(stored::find).flatMap(Optional::stream).findFirst();
    if (found.isEmpty()) {
      missing.add(names[names.length - 1]);
      return;
    }
    if (!found.get().shape().equals(expected)) {
      throw GraftException.input("The weight '%s' has the wrong shape.", found.get().name())
          .in(directory.path())
          .expected("%s, from config.json", expected.dims())
          .found(found.get().shape().dims())
          .remedy("take config.json and weights from one model");
    }
    parts.put(part, found.get());
  }

  /** The parts that are the head's own, in a fixed order. */
  List<Part> parts() {
    return List.copyOf(parts.keySet());
  }

  Shape shape(Part part) {
    return parts.get(part).shape();
  }

  /** The numbers of a part, which are finite. */
  float[] floats(Part part) {
    return stored.floats(parts.get(part).name());
  }
}
