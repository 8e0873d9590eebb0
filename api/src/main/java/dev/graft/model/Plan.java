package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.program.Activations;
import dev.graft.program.Dim;
import dev.graft.program.Kernels;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHeadOutput;
import dev.graft.transformer.Transformer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;

/** What a stack on a host will cost, before anything is loaded; the host need not be. */
public final class Plan {
  /** AdamW keeps two numbers for each that is trained, 32 bits each. */
  private static final int MOMENTS = 2;

  private final Stack stack;
  private final Precision precision;
  private final int rows;
  private final int length;
  private final boolean checkpointing;
  private final Transformer pass;
  private final TaskHeadOutput output;
  private Activations activations; // counted when they are first asked for

  /**
   * A plan for batches of one size.
   *
   * @param precision of the host's weights and of what programs compute
   * @param rows sequences of a batch
   * @param length tokens of each
   * @param checkpointing whether training computes blocks once more on the way back
   * @throws GraftException if there is less than one row or token, or more tokens than the host has
   *     positions for
   */
  public Plan(Stack stack, Precision precision, int rows, int length, boolean checkpointing) {
    if (rows < 1 || length < 1) {
      throw GraftException.input("A batch of %d rows of %d tokens can't be planned.", rows, length)
          .expected("at least one of each");
    }
    this.stack = stack;
    this.precision = precision;
    this.rows = rows;
    this.length = length;
    this.checkpointing = checkpointing;
    this.pass = new Transformer(stack.placed());
    this.output = new TaskHeadOutput(stack, pass);
    stack.host().config().refuseLonger(length, pass.virtualPositions());
  }

  /** A plan without gradient checkpointing. */
  public Plan(Stack stack, Precision precision, int rows, int length) {
    this(stack, precision, rows, length, false);
  }

  public Stack stack() {
    return stack;
  }

  public Precision precision() {
    return precision;
  }

  /** {@return the sequences of a batch} */
  public int rows() {
    return rows;
  }

  /** {@return the tokens of each sequence} */
  public int length() {
    return length;
  }

  /** {@return the number of the host's weights, without any task head} */
  public long hostParameters() {
    return stack.host().parameterCount();
  }

  /** {@return the number of weights that the methods train} */
  public long methodParameters() {
    return stack.methodCount();
  }

  /** {@return the number of weights that the methods save but don't train} */
  public long bufferParameters() {
    return stack.grafts().stream()
        .flatMap(graft -> graft.owned().stream())
        .filter(owned -> owned.role() == Owned.Role.BUFFER)
        .mapToLong(Owned::size)
        .sum();
  }

  /** {@return the number of weights that the task head trains} */
  public long headParameters() {
    return stack.headCount();
  }

  /** {@return the bytes of the host's weights on the device} */
  public long weightBytes() {
    return hostParameters() * precision.bytes();
  }

  /** {@return the bytes of everything that grafts and head own, 32 bits a number} */
  public long graftBytes() {
    return stack.owned().stream().mapToLong(Owned::size).sum() * Float.BYTES;
  }

  /** {@return the bytes of the gradients, 32 bits a number} */
  public long gradientBytes() {
    return (methodParameters() + headParameters()) * Float.BYTES;
  }

  /**
   * {@return the bytes of the optimiser's state: two moments of 32 bits for each trained weight}
   */
  public long optimizerBytes() {
    return (methodParameters() + headParameters()) * Float.BYTES * MOMENTS;
  }

  /**
   * {@return the bytes that a training step keeps between forward and backward: the results of all
   * operators behind the first trained tensor, views left out, and what attention keeps besides; of
   * the logits of a language model those of one chunk of tokens} An estimate: kernels keep less
   * than all of them, and some keep statistics besides. With checkpointing it is what blocks read,
   * and the results of the largest one.
   *
   * @param kernels that run the step: with dropout a processor's keep all scores of attention
   */
  public long activationBytes(Kernels kernels) {
    if (activations == null) {
      List<Tensor> checkpoints = checkpointing ? pass.stream() : List.of();
      activations = new Activations(loss(stack, output), checkpoints, trained(stack), precision);
    }
    return count(
        (batchRows, tokens) -> activations.bytes(kernels, Map.of("B", batchRows, "T", tokens)));
  }

  private static Tensor loss(Stack stack, TaskHeadOutput output) {
    return output.loss(stack.head().labelsLeaf());
  }

  private static Set<Tensor> trained(Stack stack) {
    return stack.owned().stream()
        .filter(Owned::isTrained)
        .map(Owned::leaf)
        .collect(Collectors.toSet());
  }

  /**
   * {@return the bytes that come and go within a step} They are the activations, or the clipped
   * gradients beside the gradients, which are more if there are few activations.
   *
   * @param kernels that run the step
   */
  public long passingBytes(Kernels kernels) {
    return Math.max(activationBytes(kernels), gradientBytes());
  }

  /**
   * {@return the bytes that training needs: weights, what is trained, gradients, the optimiser's
   * state, and what passes}
   *
   * @param kernels that run the step
   */
  public long trainingBytes(Kernels kernels) {
    return weightBytes()
        + graftBytes()
        + gradientBytes()
        + optimizerBytes()
        + passingBytes(kernels);
  }

  /** {@return the floating-point operations of a forward pass, two for a multiply-add} */
  public long forwardFlops() {
    return at(Program.builder(precision).outputs(List.of(output.logits())).build().flops());
  }

  /**
   * {@return the floating-point operations of a training step: the loss, and the gradients of what
   * is trained} Those of the optimiser are left out.
   */
  public long trainingFlops() {
    return at(trainingFlops(stack, output));
  }

  /**
   * {@return the same for batches of any size, as {@link #at(Dim, long, long)} reads it}
   *
   * @param stack whose host need not be loaded
   */
  public static Dim trainingFlops(Stack stack) {
    return trainingFlops(stack, new TaskHeadOutput(stack, new Transformer(stack.placed())));
  }

  private static Dim trainingFlops(Stack stack, TaskHeadOutput output) {
    return Program.trainingFlops(List.of(loss(stack, output)), trained(stack));
  }

  /**
   * {@return what a size or count is for a batch}
   *
   * @param dim of which rows and length of a batch decide
   * @param rows sequences of the batch
   * @param length tokens of each, padding included
   * @throws ArithmeticException if it overflows 64 bits
   */
  public static long at(Dim dim, long rows, long length) {
    return dim.at(Map.of("B", rows, "T", length));
  }

  private long at(Dim dim) {
    return count((batchRows, tokens) -> at(dim, batchRows, tokens));
  }

  private long count(LongBinaryOperator bySize) {
    try {
      return bySize.applyAsLong(rows, length);
    } catch (ArithmeticException e) {
      throw GraftException.input("A batch of %d rows of %d tokens can't be planned.", rows, length)
          .expected("so few that operations and bytes can be counted in 64 bits");
    }
  }
}
