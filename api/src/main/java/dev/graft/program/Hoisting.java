package dev.graft.program;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds the expressions of a graph that no batch changes: of those over weights and grafts' values
 * alone the largest ones. They need to be computed once only where the rest of the graph is run
 * many times.
 *
 * <p>Views of a leaf are left where they are, since they cost nothing, and so is what depends on
 * weights of the host alone: its architectures compute nothing from these that would be worth the
 * memory.
 */
final class Hoisting {
  /**
   * How the gradients of a loss come to trained leaves where expressions are hoisted out of it.
   *
   * @param passed the hoisted expressions that gradients go through
   * @param behind the leaves that they come to through these
   * @param direct the leaves that they come to past them
   */
  record Gradients(List<Tensor> passed, List<Tensor> behind, List<Tensor> direct) {
    static Gradients of(Tensor loss, List<Tensor> hoisted, List<Tensor> trained) {
      Set<Tensor> withoutHoisted = reached(List.of(loss), hoisted);
      List<Tensor> passed =
          hoisted.stream()
              .filter(withoutHoisted::contains)
              .filter(h -> !Collections.disjoint(reached(List.of(h), List.of()), trained))
              .toList();
      Set<Tensor> through = reached(passed, List.of());
      List<Tensor> behind = trained.stream().filter(through::contains).toList();
      // A leaf that no gradient comes to is an error of the engine's, here as anywhere.
      List<Tensor> direct =
          trained.stream()
              .filter(leaf -> withoutHoisted.contains(leaf) || !through.contains(leaf))
              .toList();
      return new Gradients(passed, behind, direct);
    }

    /** The nodes that a gradient comes to on its way from the ends up to some nodes. */
    private static Set<Tensor> reached(List<Tensor> ends, List<Tensor> upTo) {
      Set<Tensor> last = Set.copyOf(upTo);
      Predicate<Tensor> isEnd =
          node -> last.contains(node) || !hasGradient(node) || node.call().isDetached();
      return Set.copyOf(Program.inOrder(ends, isEnd));
    }

    /** Whether the elements are such as change little by little; of several results some may. */
    private static boolean hasGradient(Tensor node) {
      return node.type().isReal()
          || node.type() == Type.COMPLEX
          || (!node.isLeaf() && node.call().results() > 0);
    }

    /** With respect to what a micro-batch takes gradients. */
    List<Tensor> ofMicroBatch() {
      return Stream.concat(direct.stream(), passed.stream()).toList();
    }

    /**
     * The nodes between some ends and some others, which gradients of the ends come through.
     *
     * @param with what the gradients are taken by; among the result if it is come to
     * @param constants what no gradient is to come through
     */
    static Set<Tensor> between(List<Tensor> ends, Set<Tensor> with, Set<Tensor> constants) {
      Set<Tensor> between = new HashSet<>();
      Predicate<Tensor> isPassed =
          node -> !node.isLeaf() && hasGradient(node) && !node.call().isDetached();
      Predicate<Tensor> isEnd =
          node -> with.contains(node) || constants.contains(node) || !isPassed.test(node);
      for (Tensor node : Program.inOrder(ends, isEnd)) {
        if (with.contains(node)
            || (!isEnd.test(node) && node.call().inputs().stream().anyMatch(between::contains))) {
          between.add(node);
        }
      }
      return between;
    }
  }

  private final Set<Tensor> inputs;
  private final boolean training;
  private final Predicate<Tensor> converted;

  /** The nodes that are the same for all batches, and of these those that read a graft's value. */
  private final Set<Tensor> fixed = new HashSet<>();

  private final Set<Tensor> owned = new HashSet<>();

  /** The nodes that are more than a view of a leaf. */
  private final Set<Tensor> computed = new HashSet<>();

  private Hoisting(Set<Tensor> inputs, boolean training, Predicate<Tensor> converted) {
    this.inputs = inputs;
    this.training = training;
    this.converted = converted;
  }

  /**
   * The expressions, each once, inputs before what reads them.
   *
   * @param inputs the leaves that a batch fills
   * @param training whether dropout is at work
   * @param converted the values whose conversion to the program's precision counts as an expression
   */
  static List<Tensor> of(
      List<Tensor> outputs,
      Collection<Tensor> inputs,
      boolean training,
      Predicate<Tensor> converted) {
    Hoisting hoisting = new Hoisting(Set.copyOf(inputs), training, converted);
    Set<Tensor> found = new LinkedHashSet<>();
    for (Tensor node : Program.inOrder(outputs, each -> false)) {
      hoisting.look(node);
      if (!hoisting.fixed.contains(node) && !node.isLeaf()) {
        node.call().inputs().stream().filter(hoisting::isWorthIt).forEach(found::add);
      }
    }
    outputs.stream().filter(hoisting::isWorthIt).forEach(found::add);
    return List.copyOf(found);
  }

  private boolean isWorthIt(Tensor node) {
    boolean isTensor = node.isLeaf() || node.call().results() == 0;
    // The gradients that micro-batches add up are of real numbers.
    boolean isAdded = !training || node.type() != Type.COMPLEX;
    return isTensor && isAdded && owned.contains(node) && computed.contains(node);
  }

  private void look(Tensor node) {
    if (!isFixed(node)) {
      return;
    }
    fixed.add(node);
    if (node.isLeaf()
        ? node.source() == Tensor.Source.VALUE
        : node.call().inputs().stream().anyMatch(owned::contains)) {
      owned.add(node);
    }
    if (node.isLeaf() ? converted.test(node) : isComputed(node)) {
      computed.add(node);
    }
  }

  private boolean isFixed(Tensor node) {
    return node.isLeaf()
        ? !inputs.contains(node)
        : node.shape().isFixed()
            && !node.call().readsSizes()
            && node.call().isPure(training)
            && fixed.containsAll(node.call().inputs());
  }

  private boolean isComputed(Tensor node) {
    Call call = node.call();
    if (call.isView() || call.function().equals(Call.DROPOUT)) {
      return computed.containsAll(call.inputs());
    }
    if (call.function().equals(Call.TO) && node.type().isReal()) {
      // A value is kept in 32 bits: as such it is read, not converted.
      Tensor from = call.inputs().get(0);
      return !from.type().isReal() || (computed.contains(from) && !from.isLeaf());
    }
    return true;
  }
}
