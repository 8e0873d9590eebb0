package dev.graft.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A loss's graph cut at checkpoints, for gradient checkpointing (Chen et al. 2016): segment i is
 * what is computed from checkpoint i and not from a later one. Before the first there is what
 * depends on no checkpoint, behind the last there is the loss.
 */
final class Segments {
  /** The place of what depends on no checkpoint. */
  static final int FIRST = -1;

  /** Beyond what a seed of a segment is not drawn. */
  private static final long MOST_SEED = 1L << 31;

  private final List<Tensor> order;
  private final List<Tensor> checkpoints;
  private final Set<Tensor> with;

  /** What gradients of the loss come through. */
  private final Set<Tensor> dependent;

  private final Map<Tensor, Integer> places = new HashMap<>();

  /** What other segments read than the one that computes it, inputs before what reads them. */
  private final Set<Tensor> passed = new LinkedHashSet<>();

  /**
   * Those of a loss.
   *
   * @param checkpoints in the order in which they are computed
   * @param with what gradients are taken by
   */
  Segments(Tensor loss, List<Tensor> checkpoints, Set<Tensor> with) {
    this.checkpoints = checkpoints;
    this.with = with;
    this.dependent = Hoisting.Gradients.between(List.of(loss), with, Set.of());
    this.order =
        Program.inOrder(List.of(loss), with::contains).stream()
            .filter(node -> !node.isLeaf() && !with.contains(node))
            .toList();
    for (Tensor node : order) {
      places.put(node, inputs(node).stream().mapToInt(this::reached).max().orElse(FIRST));
    }
    moveToReaders();
    for (Tensor node : order) {
      for (Tensor input : inputs(node)) {
        if (!place(input).equals(place(node))) {
          passed.add(input);
        }
      }
    }
  }

  private List<Tensor> inputs(Tensor node) {
    return node.call().inputs().stream().filter(places::containsKey).toList();
  }

  private int reached(Tensor input) {
    return Math.max(places.get(input), checkpoints.indexOf(input));
  }

  /** What is computed from weights alone for one segment is computed in it, as often as that is. */
  private void moveToReaders() {
    Map<Tensor, Set<Integer>> readers = new HashMap<>();
    for (int i = order.size() - 1; i >= 0; i--) {
      Tensor node = order.get(i);
      Set<Integer> by = readers.getOrDefault(node, Set.of());
      if (place(node) == FIRST
          && dependent.contains(node)
          && by.size() == 1
          && !checkpoints.contains(node)) {
        places.put(node, by.iterator().next());
      }
      for (Tensor input : inputs(node)) {
        readers.computeIfAbsent(input, each -> new LinkedHashSet<>()).add(place(node));
      }
    }
  }

  Integer place(Tensor node) {
    return places.get(node);
  }

  /** The place of the loss. */
  int last() {
    return checkpoints.size() - 1;
  }

  /** What a segment computes for later ones. */
  List<Tensor> given(int segment) {
    return passed.stream().filter(node -> place(node) == segment).toList();
  }

  /** What a segment reads of earlier ones. */
  List<Tensor> read(int segment) {
    Set<Tensor> read = new LinkedHashSet<>();
    for (Tensor node : order) {
      if (place(node) == segment) {
        inputs(node).stream().filter(input -> place(input) != segment).forEach(read::add);
      }
    }
    return List.copyOf(read);
  }

  /** By what gradients are taken in a segment: what it reads, and weights. */
  List<Tensor> with(int segment) {
    Set<Tensor> found = new LinkedHashSet<>();
    for (Tensor node : order) {
      if (place(node) == segment && dependent.contains(node)) {
        for (Tensor input : node.call().inputs()) {
          boolean isPassed = places.containsKey(input) && place(input) != segment;
          if (with.contains(input) || (isPassed && dependent.contains(input))) {
            found.add(input);
          }
        }
      }
    }
    return new ArrayList<>(found);
  }

  /** Whether a segment that runs twice draws random numbers. */
  boolean draw() {
    return IntStream.range(0, last()).anyMatch(this::draws);
  }

  /** Whether a segment draws random numbers. */
  boolean draws(int segment) {
    return order.stream().anyMatch(node -> place(node) == segment && !node.call().isPure(true));
  }

  /**
   * Writes what all segments but the last give others, without gradients; those of what no block is
   * needed for are kept.
   *
   * @param source which gradients go through
   * @param forward is appended to it
   * @return the variables
   */
  Map<Tensor, String> ahead(SourceCode source, SourceCode forward) {
    Map<Tensor, String> values = new LinkedHashMap<>();
    source.take(given(FIRST));
    given(FIRST).forEach(node -> values.put(node, source.value(node)));
    values.forEach(forward::define);
    forward.take(IntStream.range(0, last()).boxed().flatMap(i -> given(i).stream()).toList());
    forward.statement("torch.set_grad_enabled(False)");
    for (int i = 0; i < last(); i++) {
      if (draws(i)) {
        forward.statement("seed%s = int(torch.randint(0, %s, [1]))".formatted(i, MOST_SEED));
        reseed(forward, i);
      }
      given(i).forEach(node -> values.put(node, forward.value(node)));
    }
    forward.statement("torch.set_grad_enabled(True)");
    source.append(forward);
    return values;
  }

  private static void reseed(SourceCode code, int segment) {
    code.statement("torch.manual_seed(seed%s)".formatted(segment));
  }

  /**
   * Begins the second run of a segment: what it reads of others becomes what gradients can be taken
   * by, and what it draws at random it draws again.
   *
   * @param values what {@link #ahead} gave
   * @return the variables of what it reads
   */
  Map<Tensor, String> again(SourceCode code, int segment, Map<Tensor, String> values) {
    Map<Tensor, String> variables = new LinkedHashMap<>();
    int k = 0;
    for (Tensor node : read(segment)) {
      String value = values.get(node);
      if (dependent.contains(node)) {
        String own = "b%s_x%s".formatted(segment, k++);
        code.statement(own + " = torch.requires_grad_(torch.detach(" + value + "), True)");
        value = own;
      }
      variables.put(node, value);
      code.define(node, value);
    }
    if (segment < last() && draws(segment)) {
      reseed(code, segment);
    }
    return variables;
  }

  /** What a segment gives later ones, each with the gradients that have come back by it. */
  List<ChunkedLoss.Back> ends(SourceCode code, int segment, Map<Tensor, String> gradients) {
    if (segment > FIRST) {
      code.take(given(segment));
    }
    List<ChunkedLoss.Back> ends = new ArrayList<>();
    for (Tensor node : given(segment)) {
      String value = code.value(node);
      if (dependent.contains(node)) {
        ends.add(new ChunkedLoss.Back(value, gradients.get(node)));
      }
    }
    return ends;
  }
}
