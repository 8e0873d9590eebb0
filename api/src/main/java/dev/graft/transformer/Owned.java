package dev.graft.transformer;

import dev.graft.api.ParameterSpec;
import dev.graft.api.StoredTensor;
import dev.graft.program.Device;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import java.util.OptionalLong;

/**
 * A tensor that belongs to a graft.
 *
 * @param leaf what programs read
 * @param role whether it is trained, saved and counted
 * @param spec its name, shape and beginning
 * @param seed from which it is drawn again wherever the graft is attached, if it is not saved
 */
public record Owned(Tensor leaf, Role role, ParameterSpec spec, OptionalLong seed) {
  /** What happens to the tensor. */
  public enum Role {
    /** Trained and saved. */
    PARAMETER,
    /** A copy of a weight of the host, trained in its place and saved. */
    UNFROZEN,
    /** Frozen and counted apart; saved unless it is drawn again from a seed. */
    BUFFER,
    /** A number that the settings give, or training at each step; neither counted nor saved. */
    NUMBER
  }

  /** {@return its name, unique in its graft; of an unfrozen weight the host's} */
  public String name() {
    return spec.name();
  }

  /** {@return whether its elements are whole numbers} */
  public boolean isWhole() {
    return leaf.type() == Type.INT64;
  }

  /** {@return numbers of it on a device, as they are kept} */
  public Value on(Device device, StoredTensor numbers) {
    long[] shape = spec.shape().fixed();
    return isWhole()
        ? device.create(name(), numbers.wholeElements(), shape)
        : device.create(name(), numbers.elements(), shape);
  }

  /** {@return a copy of a value of it} */
  public StoredTensor stored(Value value) {
    return isWhole()
        ? StoredTensor.whole(spec.shape(), value.longs())
        : new StoredTensor(spec.shape(), value.floats());
  }

  /** {@return whether numbers of a file can be its own: of its shape and kind} */
  public boolean isLike(StoredTensor numbers) {
    return numbers.shape().equals(spec.shape()) && (numbers.type() == Type.INT64) == isWhole();
  }

  /** {@return whether the optimiser changes it} */
  public boolean isTrained() {
    return role == Role.PARAMETER || role == Role.UNFROZEN;
  }

  /** {@return whether checkpoints hold it} */
  public boolean isSaved() {
    return role != Role.NUMBER && seed.isEmpty();
  }

  /** {@return the number of its elements} */
  public long size() {
    return spec.shape().size().fixed();
  }
}
