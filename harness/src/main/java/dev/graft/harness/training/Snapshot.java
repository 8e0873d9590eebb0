package dev.graft.harness.training;

import dev.graft.GraftException;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.harness.json.Json;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.program.Type;
import dev.graft.transformer.Owned;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * A training between two steps, in a file: all that decides how it goes on and is not known from
 * the seed, the recipe and the number of steps.
 */
record Snapshot(Safetensors file) {
  private static final String FORMAT = "format";
  private static final String VERSION = "graft snapshot 1";
  private static final String OTHER_VERSION = "this version of Graft has not written it";
  private static final String OF = "of ";
  private static final String SECONDS = "seconds";
  private static final String VALIDATIONS = "validations";
  private static final String LOSSES = "losses";
  private static final String WEIGHTS = "weights/";
  private static final String OPTIMIZER = "optimizer/";
  private static final String BEST = "best/";

  /**
   * Writes a file, whole or not at all, one tensor after the other.
   *
   * @param identity of the training
   */
  static void write(
      Path file,
      Map<String, String> identity,
      Attachment attachment,
      Training training,
      Course course) {
    List<LazyTensor> tensors = new ArrayList<>();
    List<Owned> owned = attachment.stack().owned();
    for (int i = 0; i < owned.size(); i++) {
      Owned each = owned.get(i);
      if (each.isSaved()) {
        tensors.add(attachment.written(each, WEIGHTS + attachment.stack().names().get(i)));
      }
    }
    training
        .stateValues()
        .forEach(
            (state, value) ->
                tensors.add(
                    LazyTensor.of(OPTIMIZER + state, DType.F32, value::floats, value.shape())));
    course.best().forEach((name, tensor) -> tensors.add(lazy(data(BEST + name, tensor))));
    tensors.add(lazy(TensorData.of(LOSSES, course.losses(), course.taken())));
    Map<String, String> metadata = new TreeMap<>();
    identity.forEach((name, value) -> metadata.put(OF + name, value));
    metadata.put(FORMAT, VERSION);
    metadata.put(SECONDS, String.valueOf(course.seconds()));
    metadata.put(VALIDATIONS, Json.line(course.validations()));
    SafetensorsWriter.writeEach(file, Seal.on(tensors, metadata), metadata);
  }

  private static LazyTensor lazy(TensorData data) {
    return new LazyTensor(data.info(), () -> data.pieces().stream().map(ByteBuffer::duplicate));
  }

  static TensorData data(String name, StoredTensor tensor) {
    long[] shape = tensor.shape().fixed();
    return tensor.type() == Type.INT64
        ? TensorData.of(name, tensor.wholeElements(), shape)
        : TensorData.of(name, tensor.elements(), shape);
  }

  /**
   * In what it is not a snapshot of a training, if so.
   *
   * @param identity of the training
   */
  Optional<String> objection(Map<String, String> identity) {
    if (!VERSION.equals(file.metadata().get(FORMAT))) {
      return Optional.of(OTHER_VERSION);
    }
    if (!Seal.isWhole(file)) {
      return Optional.of("it is damaged");
    }
    return identity.entrySet().stream()
        .filter(each -> !each.getValue().equals(file.metadata().get(OF + each.getKey())))
        .findFirst()
        .map(
            each ->
                "it is of another training: %s was %s, and is %s"
                    .formatted(
                        each.getKey(), file.metadata().get(OF + each.getKey()), each.getValue()))
        .or(() -> isComplete() ? Optional.empty() : Optional.of(OTHER_VERSION));
  }

  /** Whether all is there of which a course is made, so that none begins that can't go on. */
  private boolean isComplete() {
    try {
      return seconds() >= 0
          && validations().stream().allMatch(each -> each.step() <= taken())
          && (forms(BEST).isEmpty() || forms(BEST).equals(forms(WEIGHTS)));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The types and shapes of tensors. */
  private Map<String, String> forms(String prefix) {
    Map<String, String> forms = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(prefix)) {
        TensorInfo info = file.info(name);
        forms.put(name.substring(prefix.length()), info.type() + " " + info.shape());
      }
    }
    return forms;
  }

  private double seconds() {
    return Double.parseDouble(file.metadata().getOrDefault(SECONDS, ""));
  }

  private List<Validation> validations() {
    String written = file.metadata().getOrDefault(VALIDATIONS, "");
    return Arrays.asList(Json.read(written, Validation[].class));
  }

  private float[] losses() {
    return file.names().contains(LOSSES) ? file.floats(LOSSES) : new float[0];
  }

  int taken() {
    return losses().length;
  }

  /**
   * The training as far as it had come.
   *
   * @param more the seconds that its steps took since then
   */
  Course course(int planned, DoubleSupplier more) {
    double before = seconds();
    return new Course(
        planned, losses(), () -> before + more.getAsDouble(), validations(), tensors(BEST));
  }

  /** Gives an attachment the weights that it had. */
  void restore(Attachment attachment) {
    attachment.restore(tensors(WEIGHTS));
  }

  /**
   * Gives an optimiser the state that it had.
   *
   * @throws GraftException if it is that of another one; the attachment has its weights by then
   */
  void resume(Training training) {
    Map<String, float[]> state = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(OPTIMIZER)) {
        state.put(name.substring(OPTIMIZER.length()), file.floats(name));
      }
    }
    try {
      training.resume(state);
    } catch (IllegalArgumentException e) {
      throw GraftException.machine("A training can't go on from what was kept of it.")
          .in(file.file())
          .expected("the state of its optimiser")
          .found(e.getMessage())
          .remedy("remove the file, and start it again: the training then begins anew")
          .causedBy(e);
    }
  }

  private Map<String, StoredTensor> tensors(String prefix) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(prefix)) {
        TensorInfo info = file.info(name);
        tensors.put(
            name.substring(prefix.length()),
            info.type() == DType.I64
                ? StoredTensor.whole(info.shape(), file.longs(name))
                : new StoredTensor(info.shape(), file.floats(name)));
      }
    }
    return tensors;
  }
}
