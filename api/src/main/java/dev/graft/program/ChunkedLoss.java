package dev.graft.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The mean cross entropy of a batch's tokens over a vocabulary, taken over chunks of tokens: the
 * logits of all of them, the largest tensor of a language model by far, are never there at once.
 *
 * <p>What makes the logits of a token from its hidden state is found in the graph: a head, with
 * what methods do at it. In training each chunk goes back to its hidden states at once; from these
 * on, the way back is gone for all together.
 */
final class ChunkedLoss {
  /**
   * The most logits that there are at a time. Some three numbers of 32 bits are held for each
   * between forward and backward; products of fewer rows keep a GPU less busy.
   */
  private static final long MOST_LOGITS = 1L << 24;

  /** Numbers of 32 bits a logit: what the loss reads, what it keeps, and its gradient. */
  private static final long NUMBERS = 3;

  /** The same where the gradient is written by its formula, over one of them. */
  private static final long DIRECT_NUMBERS = 2;

  /** A multiple of this many rows makes full tiles of a product. */
  private static final long TILE = 64;

  /** Operators that give each token its own result, whatever others there are beside it. */
  private static final Set<String> ELEMENTWISE =
      Set.of(Call.ADD, "torch.sub", Call.MULTIPLY, "torch.div", "torch.tanh", Call.TO);

  private static final Set<String> PRODUCTS = Set.of(Call.LINEAR, Call.MATMUL);

  /** The way back from a node: the variables of its value and of the gradient that comes to it. */
  record Back(String value, String gradient) {}

  private final Tensor loss;
  private final Dim count;
  private final Dim classes;

  /** What each token has a row of: hidden states, and what else logits are computed from. */
  private final Set<Tensor> rows = new LinkedHashSet<>();

  /** What all tokens share: weights, and what is computed from them. */
  private final Set<Tensor> shared = new LinkedHashSet<>();

  /** Logits in another shape. */
  private final Set<Tensor> reshaped = new LinkedHashSet<>();

  private ChunkedLoss(Tensor loss) {
    this.loss = loss;
    this.count = logits().shape().dim(0);
    this.classes = logits().shape().dim(1);
  }

  /** That of a node, if it is one and its head treats each token alike. */
  static Optional<ChunkedLoss> of(Tensor node) {
    if (node.isLeaf() || !isMean(node.call()) || !Optimization.CHUNKED_LOSS.isOn()) {
      return Optional.empty();
    }
    ChunkedLoss found = new ChunkedLoss(node);
    boolean isOfTokens = found.count.symbols().size() > 1; // rows and length of a batch
    return isOfTokens && found.classes.isFixed() && found.look()
        ? Optional.of(found)
        : Optional.empty();
  }

  /** Whether it is what {@link Tensor#crossEntropy} records, whatever the smoothing. */
  private static boolean isMean(Call call) {
    List<Object> arguments = call.arguments();
    return call.function().equals(Call.CROSS_ENTROPY)
        && call.keywords().isEmpty()
        && arguments.size() == 6
        && arguments.subList(2, 5).equals(Arrays.asList(null, 1L, -100L))
        && call.inputs().get(0).shape().rank() == 2
        && call.inputs().get(1).shape().rank() == 1;
  }

  /** The one that a loss is, or is the sum of with others. */
  static Optional<ChunkedLoss> in(Tensor sum) {
    Deque<Tensor> pending = new ArrayDeque<>(List.of(sum));
    while (!pending.isEmpty()) {
      Tensor node = pending.pop();
      Optional<ChunkedLoss> found = of(node).filter(each -> isReadOnce(node, sum));
      if (found.isPresent()) {
        return found;
      }
      if (!node.isLeaf() && node.call().has(Call.ADD, Tensor.class)) {
        node.call().inputs().stream().filter(t -> t.shape().rank() == 0).forEach(pending::push);
      }
    }
    return Optional.empty();
  }

  /** Whether a term of a sum is one once, and nothing but a term. */
  private static boolean isReadOnce(Tensor term, Tensor sum) {
    return Program.inOrder(List.of(sum), term::equals).stream()
            .filter(node -> !node.isLeaf() && !node.equals(term))
            .flatMap(node -> node.call().inputs().stream())
            .filter(term::equals)
            .count()
        <= 1;
  }

  private Tensor logits() {
    return (Tensor) loss.call().arguments().get(0);
  }

  private Tensor labels() {
    return (Tensor) loss.call().arguments().get(1);
  }

  /** The node that it stands for. */
  Tensor loss() {
    return loss;
  }

  /** What is computed before it. */
  List<Tensor> inputs() {
    List<Tensor> inputs = new ArrayList<>(rows);
    inputs.addAll(shared);
    inputs.add(labels());
    return inputs;
  }

  /** Finds what logits are computed from, back to what is not as wide as the vocabulary. */
  private boolean look() {
    Set<Tensor> seen = new LinkedHashSet<>(List.of(logits()));
    Deque<Tensor> pending = new ArrayDeque<>(seen);
    while (!pending.isEmpty()) {
      Tensor node = pending.pop();
      if (node.isLeaf() || node.call().results() > 0) {
        return false;
      }
      String function = node.call().function();
      List<Tensor> inputs = node.call().inputs();
      if (PRODUCTS.contains(function)) {
        Tensor factor = inputs.get(0);
        if (!hasRows(factor) || factor.shape().dim(-1).equals(classes)) {
          return false;
        }
        rows.add(factor);
        inputs = inputs.subList(1, inputs.size());
        if (!inputs.stream().allMatch(each -> each.shape().isFixed())) {
          return false;
        }
        shared.addAll(inputs);
      } else if (function.equals(Call.RESHAPE)) {
        reshaped.add(node);
        if (!isWide(inputs.get(0)) || !isWide(node)) {
          return false;
        }
        pending.addAll(inputs.stream().filter(seen::add).toList());
      } else if (ELEMENTWISE.contains(function)) {
        for (Tensor input : inputs) {
          boolean isBeside = hasRows(input) && input.shape().rank() == node.shape().rank();
          if (isBeside && isWide(input)) {
            pending.addAll(seen.add(input) ? List.of(input) : List.of());
          } else if (isBeside && input.shape().dim(-1).equals(Dim.ONE)) {
            rows.add(input);
          } else if (input.shape().rank() <= 1 && input.shape().isFixed()) {
            shared.add(input);
          } else {
            return false;
          }
        }
      } else {
        return false;
      }
    }
    return true;
  }

  private boolean isWide(Tensor node) {
    return hasRows(node) && node.shape().dim(-1).equals(classes);
  }

  /** Whether there is a row of it for each token. */
  private boolean hasRows(Tensor node) {
    return node.shape().rank() > 1 && node.shape().size().equals(count.times(node.shape().dim(-1)));
  }

  /** The tokens of a chunk. */
  private long most() {
    return Math.max(1, MOST_LOGITS / classes.fixed() / TILE) * TILE;
  }

  /**
   * The bytes that it takes in training.
   *
   * @param tokens of a batch
   */
  long bytes(long tokens, Precision precision) {
    long wide = Type.FLOAT32.bytes(precision);
    long ofLogit =
        !hasFormula()
            ? NUMBERS * wide
            : DIRECT_NUMBERS * wide + (precision.isHalf() ? Type.REAL.bytes(precision) : 0);
    long held = ofLogit * classes.fixed();
    long ofRows =
        rows.stream()
            .mapToLong(each -> each.shape().dim(-1).fixed() * each.type().bytes(precision))
            .sum();
    return Math.addExact(
        Math.multiplyExact(Math.min(tokens, most()), held), Math.multiplyExact(tokens, ofRows));
  }

  /** How many tokens a batch has. */
  Dim count() {
    return count;
  }

  /**
   * Writes it, a constant in what reads it; gives the ways back.
   *
   * @param dependent the nodes that gradients come to; none outside of training
   * @param factor the variable by which the gradients of the mean are multiplied
   */
  List<Back> write(SourceCode source, Set<Tensor> dependent, String factor) {
    String name = source.fresh();
    boolean isDirect = isDirect(dependent);
    boolean isOfRows = shared.stream().noneMatch(dependent::contains);
    SourceCode chunk = source.inner(name + "_v");
    List<String> of = new ArrayList<>();
    List<Back> backs = new ArrayList<>();
    List<String> after = new ArrayList<>();
    chunk.statement("%s_from = torch.mul(%s_i, %s)".formatted(name, name, most()));
    chunk.statement("%s_to = torch.add(%s_from, %s)".formatted(name, name, most()));
    for (Tensor each : rows) {
      String all = name + "_x" + of(rows, each);
      source.statement(
          "%s = torch.reshape(%s, [-1, %s])"
              .formatted(all, source.value(each), each.shape().dim(-1).fixed()));
      String part = name + "_r" + of(rows, each);
      String cut = "torch.slice(%s, 0, %s_from, %s_to, 1)".formatted(all, name, name);
      if (dependent.contains(each)) {
        source.statement("%s_d = torch.empty_like(%s)".formatted(all, all));
        chunk.statement(leaf(part, cut));
        String gradient = "unchecked_cast(Tensor, %s_g[%s])".formatted(name, of.size());
        after.add(
            "torch.copy_(torch.slice(%s_d, 0, %s_from, %s_to, 1), %s)"
                .formatted(
                    all,
                    name,
                    name,
                    isDirect && isOfRows
                        ? "torch.mul(%s, %s_m)".formatted(gradient, name)
                        : gradient));
        of.add(part);
        backs.add(new Back(all, all + "_d"));
      } else {
        chunk.statement(part + " = " + cut);
      }
      chunk.define(each, part);
    }
    List<String> sums = new ArrayList<>();
    for (Tensor each : shared) {
      String value = source.value(each);
      if (dependent.contains(each)) {
        String own = name + "_w" + of(shared, each);
        source.statement(leaf(own, value));
        // Summed in 32 bits, as one product sums over all rows.
        source.statement(
            "%s_s = torch.zeros_like(%s, dtype=%s)"
                .formatted(own, own, Type.FLOAT32.code(source.precision())));
        after.add(
            "torch.add_(%s_s, unchecked_cast(Tensor, %s_g[%s]))".formatted(own, name, of.size()));
        sums.add("%s_d = torch.to(%s_s, ops.prim.dtype(%s))".formatted(own, own, own));
        of.add(own);
        backs.add(new Back(value, own + "_d"));
        value = own;
      }
      chunk.define(each, value);
    }
    String labels = source.value(labels());
    source.statement("%s_n = torch.sum(torch.ne(%s, -100))".formatted(name, labels));
    source.statement(
        "%s_sum = torch.zeros([], dtype=%s, device=ops.prim.device(%s))"
            .formatted(name, Type.FLOAT32.code(source.precision()), labels));
    aligned(source)
        .ifPresent(
            product -> {
              Tensor table = (Tensor) product.call().arguments().get(1);
              String own = source.value(table);
              source.statement("%s_a = %s".formatted(name, AlignedRows.all(table, own)));
              source.statement(
                  "%s_b = %s".formatted(name, AlignedRows.bias(table, own, source.precision())));
              Tensor x = (Tensor) product.call().arguments().get(0);
              chunk.statement(
                  "%1$s_p = %2$s(%3$s, %1$s_a, %1$s_b)"
                      .formatted(name, Call.LINEAR, chunk.value(x)),
                  product.call());
              chunk.define(product, name + "_p");
            });
    reshaped(chunk);
    chunk.statement("%1$s_y = torch.slice(%2$s, 0, %1$s_from, %1$s_to, 1)".formatted(name, labels));
    if (!of.isEmpty()) {
      // Without labels there are no gradients: their formula would multiply zeros by infinity.
      source.statement(
          "%1$s_f = torch.div(%2$s, torch.clamp(%1$s_n, 1, None))".formatted(name, factor));
    }
    if (isDirect) {
      direct(chunk, name, of, isOfRows);
    } else {
      chunk.statement(
          "%1$s_l = torch.cross_entropy_loss(%2$s, %1$s_y, None, 2, -100, %3$s)"
              .formatted(name, chunk.value(logits()), smoothing()),
          loss.call());
      if (!of.isEmpty()) {
        chunk.statement(
            "%1$s_g = torch.grad([torch.mul(%1$s_l, %1$s_f)], [%2$s], None, None, False, False)"
                .formatted(name, String.join(", ", of)));
      }
    }
    after.forEach(chunk::statement);
    chunk.statement("%1$s_sum = torch.add(%1$s_sum, torch.detach(%1$s_l))".formatted(name));
    source.statement(
        "for %s_i in range(torch.floordiv(torch.add(torch.size(%s, 0), %s), %s)):"
            .formatted(name, labels, most() - 1, most()));
    source.append(chunk, "  ");
    sums.forEach(source::statement);
    source.statement("%1$s = torch.div(%1$s_sum, %1$s_n)".formatted(name));
    source.define(loss, name);
    return backs;
  }

  /** Whether the gradient by the logits is written by its formula. */
  private boolean isDirect(Set<Tensor> dependent) {
    return hasFormula()
        && Stream.concat(rows.stream(), shared.stream()).anyMatch(dependent::contains);
  }

  private boolean hasFormula() {
    return Optimization.LOSS_GRADIENT.isOn() && smoothing().equals(0.0);
  }

  private Object smoothing() {
    return loss.call().arguments().get(5);
  }

  /**
   * The loss of a chunk and its gradients, which are softmax less one at the label, and nothing
   * where there is no label. As autograd would have it, there would be three more tensors of the
   * logits' size.
   *
   * @param isOfRows whether only rows have gradients, so that each is multiplied by its factor
   *     afterwards: then the logits' gradient is written over the logits where these are a product,
   *     whose own gradients don't read it
   */
  private void direct(SourceCode chunk, String name, List<String> of, boolean isOfRows) {
    Tensor node = unconverted();
    String logits = chunk.value(node);
    List<String> lines =
        new ArrayList<>(
            List.of(
                "%1$s_q = torch.log_softmax(torch.to(torch.detach(%2$s), %3$s), 1)",
                "%1$s_i = torch.unsqueeze(torch.eq(%1$s_y, -100), 1)",
                "%1$s_m = torch.mul(torch.logical_not(%1$s_i), %1$s_f)",
                "%1$s_k = torch.masked_fill(torch.unsqueeze(%1$s_y, 1), %1$s_i, 0)",
                "%1$s_o = torch.gather(%1$s_q, 1, %1$s_k)",
                "%1$s_l = torch.neg(torch.sum(torch.masked_fill(%1$s_o, %1$s_i, 0)))",
                "%1$s_h = torch.expm1(%1$s_o)"));
    if (isOfRows) {
      boolean isProduct = node.call().function().equals(Call.LINEAR);
      lines.add(
          "%1$s_e = torch.exp(%1$s_q, out=torch."
              + (isProduct ? "detach" : "empty_like")
              + "(%2$s))");
      lines.add(
          "%1$s_t = torch.scatter_(%1$s_e, 1, %1$s_k, torch.to(%1$s_h, ops.prim.dtype(%2$s)))");
    } else {
      lines.add("%1$s_e = torch.scatter_(torch.exp_(%1$s_q), 1, %1$s_k, %1$s_h)");
      lines.add("%1$s_t = torch.to(torch.mul_(%1$s_e, %1$s_m), ops.prim.dtype(%2$s))");
    }
    lines.add(
        "%1$s_g = torch.grad([%2$s], [%4$s], annotate(List[Optional[Tensor]], [%1$s_t]), None,"
            + " False, False)");
    int type = Type.FLOAT32.code(chunk.precision());
    String all = String.join(", ", of);
    lines.forEach(
        line ->
            chunk.statement(
                String.format(Locale.ROOT, line, name, logits, type, all), loss.call()));
  }

  /** The logits before they are widened and of another shape. */
  private Tensor unconverted() {
    Tensor node = logits();
    while (reshaped.contains(node) || node.call().function().equals(Call.TO)) {
      node = node.call().inputs().get(0);
    }
    return node;
  }

  /** The product that logits are, if nothing else is and it is with {@link AlignedRows}. */
  private Optional<Tensor> aligned(SourceCode source) {
    Tensor node = unconverted();
    List<Object> arguments = node.call().arguments();
    return smoothing().equals(0.0)
            && node.call().function().equals(Call.LINEAR)
            && arguments.size() == 2
            && source.isAligned((Tensor) arguments.get(1))
        ? Optional.of(node)
        : Optional.empty();
  }

  /** In a chunk logits have one shape. */
  private void reshaped(SourceCode chunk) {
    for (Tensor each : Program.inOrder(List.of(logits()), inputs()::contains)) {
      if (reshaped.contains(each)) {
        chunk.define(each, chunk.value(each.call().inputs().get(0)));
      }
    }
  }

  private static int of(Set<Tensor> all, Tensor each) {
    return List.copyOf(all).indexOf(each);
  }

  private static String leaf(String variable, String value) {
    return "%s = torch.requires_grad_(torch.detach(%s), True)".formatted(variable, value);
  }
}
