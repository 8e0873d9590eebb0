package dev.graft.host;

import dev.graft.GraftException;
import dev.graft.api.HostParameter;
import dev.graft.api.Site;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.checkpoint.TensorSource;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.program.Shape;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds a host's weights in a checkpoint. Strict both ways: a weight that is missing is an error,
 * and so is one that is left over and that the architecture does not account for.
 */
public final class HostWeights {
  private final HostShape host;
  private final TensorSource source;
  private final Map<String, String> theirs = new LinkedHashMap<>();
  private final Set<String> left;

  public HostWeights(HostShape host, TensorSource source) {
    this.host = host;
    this.source = source;
    this.left = new TreeSet<>(source.names());
    Naming naming = host.naming();
    List<String> missing = new ArrayList<>();
    for (HostParameter parameter : host.parameters()) {
      String name = found(naming.theirs(parameter.name()), naming.prefix());
      if (name == null) {
        missing.add(naming.prefix() + naming.theirs(parameter.name()));
      } else {
        theirs.put(parameter.name(), name);
        left.remove(name);
        checkShape(name, host.storedShape(parameter));
      }
    }
    left.removeIf(name -> isIgnored(name, naming));
    if (!missing.isEmpty()) {
      throw GraftException.input(
              "The checkpoint lacks %d of the %d weights that a %s host has.",
              missing.size(), host.parameters().size(), host.architecture())
          .in(source.file())
          .line("missing", some(missing))
          .line("not used", left.isEmpty() ? "none" : some(left))
          .remedy("take config.json and weights from one model");
    }
  }

  /** Tries the plain name, the prefixed one, and the old spellings of norms. */
  private String found(String name, String prefix) {
    for (String spelled : List.of(name, oldNorm(name))) {
      for (String candidate : List.of(prefix + spelled, spelled)) {
        if (source.names().contains(candidate)) {
          return candidate;
        }
      }
    }
    return null;
  }

  private static String oldNorm(String name) {
    return name.replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta");
  }

  private static boolean isIgnored(String name, Naming naming) {
    String bare =
        name.startsWith(naming.prefix()) ? name.substring(naming.prefix().length()) : name;
    return naming.ignored().stream()
        .anyMatch(pattern -> name.matches(pattern) || bare.matches(pattern));
  }

  /** The transpose of a matrix with so many rows. */
  public static float[] transposed(float[] numbers, int rows) {
    int columns = numbers.length / rows;
    float[] transposed = new float[numbers.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = numbers[i * columns + j];
      }
    }
    return transposed;
  }

  private void checkShape(String name, Shape expected) {
    Shape found = source.info(name).shape();
    if (!found.equals(expected)) {
      throw GraftException.input("The weight '%s' has the wrong shape.", name)
          .in(source.file())
          .expected("%s, from config.json", expected.dims())
          .found(found.dims())
          .remedy("take config.json and weights from one model");
    }
  }

  /** What the checkpoint has of a tensor besides the host's, such as a head's. */
  public Optional<TensorInfo> find(String name) {
    return source.names().contains(name) ? Optional.of(source.info(name)) : Optional.empty();
  }

  /** The elements of a tensor of the checkpoint, which are finite. */
  public float[] floats(String name) {
    return source.finite(name);
  }

  /** Refuses weights that neither the host nor any head of its architecture accounts for. */
  public void refuseLeftOver() {
    List<String> unknown = left.stream().filter(name -> !isHead(name)).toList();
    if (!unknown.isEmpty()) {
      throw GraftException.input(
              "A %s host does not read %d of the checkpoint's %d weights.",
              host.architecture(), unknown.size(), source.names().size())
          .in(source.file())
          .line("left over", some(unknown))
          .remedy("take config.json and weights from one model");
    }
  }

  private static boolean isHead(String name) {
    return name.startsWith("classifier.")
        || name.startsWith("pre_classifier.")
        || name.startsWith("score.");
  }

  /**
   * Puts the weights on a device; none stays if one can't be. On a processor several threads do it:
   * one alone does not use the memory's speed.
   */
  public Values onto(Device device, Precision precision) {
    List<HostParameter> parameters = host.parameters();
    Value[] values = new Value[parameters.size()];
    AtomicReference<Throwable> failure = new AtomicReference<>();
    IntStream indices = IntStream.range(0, values.length);
    (device.isGpu() ? indices : indices.parallel())
        .filter(i -> failure.get() == null)
        .forEach(
            i -> {
              try {
                values[i] = kept(device, parameters.get(i), precision);
              } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
              }
            });
    if (failure.get() == null) {
      return Values.owning(List.of(values));
    }
    Arrays.stream(values).filter(Objects::nonNull).forEach(Value::close);
    if (failure.get() instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure.get();
  }

  /** A weight's value, as the device computes fastest with it. */
  private Value kept(Device device, HostParameter parameter, Precision precision) {
    Value weight = created(device, parameter, precision);
    if (isHead(parameter)) {
      return device.aligned(weight, precision);
    }
    Site.Projection site = host.projection(parameter.module());
    boolean isMatrix = site != null && site.weight().equals(parameter.tensor());
    return isMatrix ? device.ordered(weight, precision) : weight;
  }

  /** Whether the products with it are logits over the vocabulary. */
  private boolean isHead(HostParameter parameter) {
    return host.isLanguageModel()
        && host.projection(HostShape.LM_HEAD).weight().equals(parameter.tensor());
  }

  /** What the checkpoint holds of a weight, under its name there. */
  public TensorInfo info(HostParameter parameter) {
    return source.info(theirs.get(parameter.name()));
  }

  /** Whether the checkpoint has these numbers, in the shape that they are stored in. */
  public boolean holds(HostParameter parameter, StoredTensor numbers) {
    return numbers.type() != Type.INT64
        && info(parameter).shape().equals(numbers.shape())
        && Arrays.equals(source.floats(theirs.get(parameter.name())), numbers.elements());
  }

  /** A weight as it is stored, to be written under another name. */
  public LazyTensor stored(HostParameter parameter, String name, DType type) {
    return LazyTensor.of(source, theirs.get(parameter.name()), name, type);
  }

  /** A weight's value, as the architecture has it. */
  public Value created(Device device, HostParameter parameter, Precision precision) {
    return source.onto(
        device,
        theirs.get(parameter.name()),
        parameter.name(),
        host.isTransposed(parameter),
        precision);
  }

  private static String some(Iterable<String> names) {
    List<String> all = new ArrayList<>();
    names.forEach(all::add);
    return all.stream().limit(5).collect(Collectors.joining(", "))
        + (all.size() > 5 ? " and %s more".formatted(all.size() - 5) : "");
  }
}
