package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.program.Shape;
import dev.graft.program.Type;
import java.util.OptionalLong;

/**
 * A frozen tensor that a method declares. Immutable; the {@code with} methods make changed copies.
 *
 * @param name unique in the graft, among its parameters too
 * @param shape of numbers only: no size that a batch decides
 * @param type of the elements: {@link Type#REAL} is kept in 32 bits and read in the program's
 *     precision, {@link Type#FLOAT32} is read as it is kept, and {@link Type#INT64} holds whole
 *     numbers, such as places, exactly in every precision
 * @param initializer how it begins, unless it is read from a checkpoint
 * @param seed from which it is drawn again wherever the graft is opened, if it is not saved
 */
public record BufferSpec(
    String name, Shape shape, Type type, Initializer initializer, OptionalLong seed) {
  /**
   * A declaration, checked.
   *
   * @param name unique in the graft
   * @param shape of numbers only
   * @param type REAL, FLOAT32 or INT64
   * @param initializer how it begins
   * @param seed if it is not saved
   * @throws GraftException if buffers can't have the type, or what is not saved is not drawn
   */
  public BufferSpec {
    if (type != Type.REAL && type != Type.FLOAT32 && type != Type.INT64) {
      throw GraftException.plugin("The buffer '%s' can't be of the type %s.", name, type)
          .expected("REAL, FLOAT32 or INT64")
          .remedy("keep truth values as 0 and 1 of INT64, and ask equalTo(1)");
    }
    boolean isDrawn =
        initializer instanceof Initializer.Drawn || initializer instanceof Initializer.Together;
    if (seed.isPresent() && !isDrawn) {
      throw GraftException.plugin("The buffer '%s' can't be drawn again from a seed.", name)
          .expected("an initializer that makes its numbers in Java")
          .found("one that computes them on a device, where they may differ in the last bits")
          .remedy("have the buffer saved");
    }
  }

  /**
   * {@return a tensor of real numbers that is saved}
   *
   * @param name unique in the graft, among its parameters too
   * @param shape of numbers only: no size that a batch decides
   * @param initializer how it begins, unless it is read from a checkpoint
   */
  public static BufferSpec of(String name, Shape shape, Initializer initializer) {
    return new BufferSpec(name, shape, Type.REAL, initializer, OptionalLong.empty());
  }

  /**
   * {@return a copy of another type}
   *
   * @param other REAL, FLOAT32 or INT64
   * @throws GraftException if buffers can't have the type
   */
  public BufferSpec withType(Type other) {
    return new BufferSpec(name, shape, other, initializer, seed);
  }

  /**
   * {@return a copy that is not saved but drawn again, from a seed of its own, wherever the graft
   * is attached (VeRA, Kopiczko et al. 2024)} The seed of an attachment has no part in it, so that
   * tasks of one model have equal buffers.
   *
   * @param number usually a setting of the method: it travels with the settings
   * @throws GraftException if the initializer computes on a device
   */
  public BufferSpec drawnFrom(long number) {
    return new BufferSpec(name, shape, type, initializer, OptionalLong.of(number));
  }
}
