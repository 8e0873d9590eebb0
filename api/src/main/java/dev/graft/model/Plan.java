package dev.graft.model;

import dev.graft.api.GraftException;
import dev.graft.api.Owned;
import dev.graft.program.Dim;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a stack on a host will cost, before anything is loaded.
 *
 * @param precision of the host's weights and of what programs compute
 * @param rows sequences of a batch
 * @param length tokens of each
 */
public record Plan(Stack stack, Precision precision, int rows, int length) {
  /** AdamW keeps two numbers for each that is trained, 32 bits each. */
  private static final int MOMENTS = 2;

  /**
   * @throws GraftException if there is less than one row or token, or more tokens than the host has
   *     positions for
   */
  public Plan {
    if (rows < 1 || length < 1) {
      throw GraftException.input(
          "A batch of %d rows of %d tokens can't be planned.%n  expected: at least one of each"
              .formatted(rows, length));
    }
    new Forward(stack, Map.of()).refuseLonger(length);
  }

  /** The host's weights, without any task head. */
  public long hostParameters() {
    return stack.host().parameterCount();
  }

  /** Numbers that the methods train. */
  public long methodParameters() {
    return stack.methodCount();
  }

  /** Numbers that the methods save but don't train. */
  public long bufferParameters() {
    return stack.grafts().stream()
        .flatMap(graft -> graft.owned().stream())
        .filter(owned -> owned.isSaved() && !owned.isTrained())
        .mapToLong(Owned::size)
        .sum();
  }

  /** Numbers that the task head trains. */
  public long headParameters() {
    return stack.headCount();
  }

  /** Bytes of the host's weights on the device. */
  public long weightBytes() {
    return hostParameters() * precision.bytes();
  }

  /** Bytes of everything that grafts and head own, 32 bits a number. */
  public long graftBytes() {
    return stack.owned().stream().mapToLong(Owned::size).sum() * Float.BYTES;
  }

  /** Bytes of the gradients. */
  public long gradientBytes() {
    return (methodParameters() + headParameters()) * Float.BYTES;
  }

  /** Bytes of the optimiser's state. */
  public long optimizerBytes() {
    return (methodParameters() + headParameters()) * Float.BYTES * MOMENTS;
  }

  /**
   * Bytes that a training step keeps between forward and backward: the results of all operators
   * behind the first trained tensor, views left out. An estimate: kernels keep less than all of
   * them, and some keep statistics besides.
   */
  public long activationBytes() {
    Forward forward = new Forward(stack, Map.of());
    Tensor loss = stack.head().loss(forward, stack.head().labelsLeaf());
    Set<Tensor> trained =
        stack.owned().stream()
            .filter(Owned::isTrained)
            .map(Owned::leaf)
            .collect(Collectors.toSet());
    return at(Program.kept(List.of(loss), trained, precision));
  }

  /** Bytes that training needs, all of the above together. */
  public long trainingBytes() {
    return weightBytes() + graftBytes() + gradientBytes() + optimizerBytes() + activationBytes();
  }

  /** Floating-point operations of a forward pass, two for a multiply-add. */
  public long forwardFlops() {
    Forward forward = new Forward(stack, Map.of());
    return at(Program.builder(precision).outputs(List.of(forward.logits())).build().flops());
  }

  private long at(Dim dim) {
    try {
      return dim.at(Map.of("B", (long) rows, "T", (long) length));
    } catch (ArithmeticException e) {
      throw GraftException.input(
          "A batch of %d rows of %d tokens can't be planned.%n  expected: so few that operations and bytes can be counted in 64 bits"
              .formatted(rows, length));
    }
  }
}
