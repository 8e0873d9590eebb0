package dev.graft.program;

import dev.graft.GraftException;
import dev.graft.program.NativeModule.Method;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.program.TrainingStep.Trained;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes what a {@link TrainingStep} runs. In the code w is the list of frozen weights, g that of
 * the values, x that of the inputs with the learning rate and the loss's share behind them, and a
 * that of the gradients added up.
 *
 * <p>What no micro-batch changes is hoisted where gradients are accumulated: computed once before
 * the first micro-batch, and behind the share in x from there on. Each micro-batch takes gradients
 * with respect to it, and the way back through it is gone once, with their sum.
 */
final class StepCode {
  /**
   * What is computed before and after the optimiser's step.
   *
   * @param replaced from a trained leaf to what its step is taken with in the place of its gradient
   * @param updates from a value's leaf to its new value
   * @param gradients from trained leaves to what stands for their gradients in both
   */
  record Around(
      Map<Tensor, Tensor> replaced, Map<Tensor, Tensor> updates, Map<Tensor, Tensor> gradients) {
    Around {
      replaced = new LinkedHashMap<>(replaced);
      updates = new LinkedHashMap<>(updates);
      gradients = new LinkedHashMap<>(gradients);
    }

    List<Tensor> expressions() {
      List<Tensor> all = new ArrayList<>(replaced.values());
      all.addAll(updates.values());
      return all;
    }
  }

  /** The method that gives what is hoisted. */
  static final String HOIST = "hoist";

  /** The methods that add to the gradients of earlier micro-batches. */
  static final Set<String> ADDING = Set.of("accumulate", "finish");

  private final Kernels kernels;
  private final Precision precision;
  private final AdamW adamW;
  private final List<Tensor> weights;
  private final Values bound;
  private final List<Tensor> values;
  private final List<Tensor> inputs;
  private final List<Trained> trained;
  private final List<Tensor> leaves;
  private final Tensor loss;
  private final Around around;
  private final List<List<Integer>> groups;

  /** The expressions that no micro-batch changes. */
  private final List<Tensor> hoisted;

  /** How gradients go through them, and by them. */
  private final Hoisting.Gradients gradients;

  /** What is read of values where nothing is hoisted. */
  private final HalfCopies copies;

  /** What is kept for the way back, if not everything is. */
  private final List<Tensor> checkpoints;

  /** The part of the loss that is taken over chunks of tokens, if there is one. */
  private final Optional<ChunkedLoss> chunked;

  StepCode(
      Kernels kernels,
      Precision precision,
      AdamW adamW,
      List<Tensor> weights,
      Values bound,
      List<Tensor> values,
      List<Tensor> inputs,
      List<Trained> trained,
      Tensor loss,
      List<Tensor> checkpoints,
      Around around) {
    this.kernels = kernels;
    this.precision = precision;
    this.adamW = adamW;
    this.weights = List.copyOf(weights);
    this.bound = bound;
    this.values = List.copyOf(values);
    this.inputs = List.copyOf(inputs);
    this.loss = loss;
    this.around = around;
    Set<Tensor> reached = Program.reached(List.of(loss));
    this.trained = trained.stream().filter(t -> reached.contains(t.leaf())).toList();
    this.leaves = this.trained.stream().map(Trained::leaf).toList();
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("the loss does not depend on anything that is trained");
    }
    refuseForeignLeaves();
    this.hoisted = Hoisting.of(List.of(loss), inputs, true, leaf -> false);
    this.gradients = Hoisting.Gradients.of(loss, hoisted, leaves);
    this.copies = HalfCopies.of(loss, kept(), leaves, precision);
    this.checkpoints = List.copyOf(checkpoints);
    this.chunked = ChunkedLoss.in(loss).filter(part -> isAtTheEnd(part.loss()));
    this.groups =
        List.copyOf(
            IntStream.range(0, this.trained.size())
                .boxed()
                .collect(
                    Collectors.groupingBy(
                        i ->
                            List.of(
                                this.trained.get(i).rateFactor(),
                                this.trained.get(i).weightDecay()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values());
  }

  /** The values that are not read among the inputs. */
  private List<Tensor> kept() {
    return values.stream().filter(value -> !inputs.contains(value)).toList();
  }

  /** Whether a part of the loss is computed behind the last checkpoint. */
  private boolean isAtTheEnd(Tensor part) {
    return checkpoints.isEmpty()
        || Program.inOrder(List.of(part), node -> false)
            .contains(checkpoints.get(checkpoints.size() - 1));
  }

  /** Those that the loss depends on. */
  List<Trained> trained() {
    return trained;
  }

  /** Whether a method is run at step after step. */
  boolean isRepeated(String method) {
    return !method.equals("gradients") && !method.equals(HOIST);
  }

  /** When a method changes what is trained, the optimiser's state or the sums of gradients. */
  Replays.Changes changes(String method) {
    boolean isAtTheEnd = !method.equals("finish") && around.updates().isEmpty();
    return isAtTheEnd ? Replays.Changes.AT_THE_END : Replays.Changes.ON_THE_WAY;
  }

  /** Whether a method reads what is hoisted. */
  boolean readsHoisted(String method) {
    return ADDING.contains(method) && !hoisted.isEmpty();
  }

  /** With respect to what micro-batches take the gradients that are added up. */
  List<Tensor> added() {
    return gradients.ofMicroBatch();
  }

  /** The trained leaves by index, those with one rate factor and weight decay together. */
  List<List<Integer>> groups() {
    return groups;
  }

  /** Which of the values a trained leaf is. */
  int valueOfTrained(int index) {
    return indexOf(trained.get(index).leaf());
  }

  /** Which of the values a leaf is. */
  int indexOf(Tensor value) {
    return values.indexOf(value);
  }

  /** What a method reads in the place of values. */
  HalfCopies copies(String method) {
    return readsHoisted(method) || method.equals(HOIST) ? HalfCopies.NONE : copies;
  }

  private boolean isScaled() {
    return precision == Precision.FLOAT16;
  }

  private void refuseForeignLeaves() {
    Set<Tensor> foreign = new HashSet<>(Program.reached(around.expressions()));
    values.forEach(foreign::remove);
    foreign.removeAll(around.gradients().values());
    if (!foreign.isEmpty()) {
      GraftException failure =
          GraftException.plugin(
              "What is computed at a step depends on %s.",
              foreign.stream().map(Tensor::name).sorted().collect(Collectors.joining(", ")));
      failure =
          Call.located(failure, foreign, around.expressions())
              .expected("tensors of the graft, their gradients, and its scheduled numbers");
      throw failure;
    }
  }

  /** One of the ways to run: step, accumulate, finish or gradients. */
  Method method(String name) {
    SourceCode source = reading("v");
    int n = trained.size();
    HalfCopies by = copies(name);
    by.write(source);
    for (int i = 0; i < n; i++) {
      source.statement(
          "p%s = torch.requires_grad_(torch.detach(%s), True)"
              .formatted(i, read(valueOfTrained(i), by)));
    }
    define(source, leaves, by);
    List<Tensor> with = readsHoisted(name) ? added() : leaves;
    List<String> of = readsHoisted(name) ? readHoisted(source) : variables("p", n);
    if (readsHoisted(name)) {
      defineHoisted(source);
    }
    String share = "x[" + (inputs.size() + 1) + "]";
    source.statement("share = " + (!isScaled() ? share : "torch.mul(" + share + ", scaling[0])"));
    if (checkpoints.isEmpty()) {
      gradients(source, ends(source, Set.copyOf(with)), with, of, by, "d");
    } else {
      List<String> sums = checkpointed(source, with, of, name);
      unscaled(source, with, sums::get, by, "d");
    }
    source.statement("grads = " + all("d", of.size()));
    String result =
        switch (name) {
          case "gradients" -> "[loss, " + all("d", n).substring(1);
          case "accumulate" -> {
            source.statement("torch._foreach_add_(a, grads)");
            yield "[loss]";
          }
          case "finish" -> {
            source.statement("torch._foreach_add_(a, grads)");
            String sums = gradients.passed().isEmpty() ? "a" : throughHoisted(source);
            update(source, replaced(source, sums));
            afterStep(source, sums);
            source.statement("torch._foreach_zero_(a)");
            yield "[loss, norm]";
          }
          default -> {
            update(source, replaced(source, "grads"));
            afterStep(source, "grads");
            yield "[loss, norm]";
          }
        };
    return new Method(name, List.of("x"), source.lines(), source.calls(), result);
  }

  /** Computes the loss; gives what its gradients come from. */
  private List<ChunkedLoss.Back> ends(SourceCode source, Set<Tensor> with) {
    List<ChunkedLoss.Back> ends = new ArrayList<>();
    chunked.ifPresent(
        part -> {
          source.take(List.of(loss), List.of(part));
          Set<Tensor> dependent = Hoisting.Gradients.between(List.of(part.loss()), with, Set.of());
          ends.addAll(part.write(source, dependent, "share"));
        });
    String value = source.value(loss);
    if (isMoreThanChunked()) {
      source.statement("end = torch.mul(" + value + ", share)");
      ends.add(new ChunkedLoss.Back("end", "None"));
    }
    source.statement("loss = torch.detach(" + value + ")");
    return ends;
  }

  private Segments segments(String method) {
    return new Segments(loss, checkpoints, Set.copyOf(readsHoisted(method) ? added() : leaves));
  }

  /** Whether a method begins to draw at random from seeds of its own. */
  boolean reseeds(String method) {
    return !checkpoints.isEmpty() && segments(method).draw();
  }

  /**
   * The loss and its gradients where of each block no more is kept than what it reads: blocks run
   * without gradients, and on the way back each runs once more. What it draws at random it draws
   * again.
   *
   * @return the variables of the gradients, in 32 bits or those of the nodes, scaled as the loss is
   */
  private List<String> checkpointed(
      SourceCode source, List<Tensor> with, List<String> of, String method) {
    Segments segments = segments(method);
    Map<Tensor, String> values = segments.ahead(source, part("f", method));
    Map<Tensor, String> sums = new LinkedHashMap<>();
    for (int i = segments.last(); i >= Segments.FIRST; i--) {
      SourceCode code = i == Segments.FIRST ? source : part("b" + i + "_", method);
      Map<Tensor, String> variables = new LinkedHashMap<>();
      for (int k = 0; k < with.size(); k++) {
        variables.put(with.get(k), of.get(k));
      }
      if (i > Segments.FIRST) {
        variables.putAll(segments.again(code, i, values));
      }
      List<ChunkedLoss.Back> ends =
          i == segments.last()
              ? ends(code, Set.copyOf(segments.with(i)))
              : segments.ends(code, i, sums);
      back(code, ends, segments.with(i), variables, "raw_b" + (i + 1), sums);
      if (code != source) {
        source.append(code);
      }
    }
    return with.stream().map(sums::get).toList();
  }

  /** Adds the gradients that come back through a segment to the sums. */
  private void back(
      SourceCode code,
      List<ChunkedLoss.Back> ends,
      List<Tensor> by,
      Map<Tensor, String> variables,
      String raw,
      Map<Tensor, String> sums) {
    if (by.isEmpty()) {
      return;
    }
    take(code, ends, by.stream().map(variables::get).toList(), raw);
    for (int k = 0; k < by.size(); k++) {
      String gradient = "unchecked_cast(Tensor, %s[%s])".formatted(raw, k);
      String sum = raw + "_" + k;
      String before = sums.put(by.get(k), sum);
      code.statement(
          sum
              + " = "
              + (before == null ? gradient : "torch.add(%s, %s)".formatted(before, gradient)));
    }
  }

  /** A part of a step by itself, which reads all leaves. */
  private SourceCode part(String prefix, String method) {
    SourceCode part = reading(prefix);
    define(part, leaves, copies(method));
    if (readsHoisted(method)) {
      defineHoisted(part);
    }
    return part;
  }

  /** Whether gradients come from more than the loss in chunks: from penalties. */
  private boolean isMoreThanChunked() {
    Set<Tensor> constant = chunked.stream().map(ChunkedLoss::loss).collect(Collectors.toSet());
    return Hoisting.Gradients.between(List.of(loss), Set.copyOf(leaves), constant).contains(loss);
  }

  /** What gives the hoisted expressions. */
  Method hoist() {
    SourceCode source = reading("v");
    define(source, List.of(), HalfCopies.NONE);
    source.take(hoisted);
    String results =
        hoisted.stream().map(source::value).collect(Collectors.joining(", ", "[", "]"));
    return new Method(HOIST, List.of("x"), source.lines(), source.calls(), results);
  }

  private SourceCode reading(String prefix) {
    SourceCode source = new SourceCode(kernels, precision, true, prefix);
    source.read("w", weights);
    source.align(weights, bound);
    source.read("x", inputs);
    return source;
  }

  /** Says where values are read: the variables of those that gradients are taken of. */
  private void define(SourceCode source, List<Tensor> requiring, HalfCopies by) {
    for (int i = 0; i < values.size(); i++) {
      Tensor value = values.get(i);
      int p = requiring.indexOf(value);
      String variable = p < 0 ? read(i, by) : "p" + p;
      if (by.has(value)) {
        source.define(value, variable);
      } else {
        source.define(value, variable, "c" + i, Precision.FLOAT32);
      }
    }
  }

  /** Reads what is hoisted; gives the variables of {@link #added()}. */
  private List<String> readHoisted(SourceCode source) {
    List<String> variables = new ArrayList<>();
    gradients.direct().forEach(leaf -> variables.add("p" + leaves.indexOf(leaf)));
    for (int i = 0; i < hoisted.size(); i++) {
      if (gradients.passed().contains(hoisted.get(i))) {
        variables.add("h" + i);
        source.statement(
            "h%s = torch.requires_grad_(torch.detach(%s), True)".formatted(i, passedAs(i)));
      }
    }
    return variables;
  }

  private void defineHoisted(SourceCode source) {
    for (int i = 0; i < hoisted.size(); i++) {
      boolean isPassed = gradients.passed().contains(hoisted.get(i));
      source.define(hoisted.get(i), isPassed ? "h" + i : passedAs(i));
    }
  }

  private String passedAs(int hoistedIndex) {
    return "x[" + (inputs.size() + 2 + hoistedIndex) + "]";
  }

  /**
   * The way back from the sums of gradients to the trained leaves: the gradients of the products of
   * sums with what they belong to, which reach each of the leaves.
   */
  private String throughHoisted(SourceCode source) {
    SourceCode code = reading("b");
    define(code, leaves, HalfCopies.NONE);
    List<String> products = new ArrayList<>();
    List<Tensor> added = added();
    List<Tensor> behind = gradients.behind();
    code.take(gradients.passed());
    for (int i = 0; i < added.size(); i++) {
      Tensor node = added.get(i);
      int p = leaves.indexOf(node);
      if (p < 0 || behind.contains(node)) {
        // The sums have 32 bits and are to be scaled before they are rounded to 16.
        String factor = p < 0 ? code.value(node, Precision.FLOAT32) : "p" + p;
        products.add("torch.sum(torch.mul(" + factor + ", a[" + i + "]))");
      }
    }
    code.statement(
        "total = torch.sum(torch.stack("
            + products.stream().collect(Collectors.joining(", ", "[", "]"))
            + "))");
    List<String> of = behind.stream().map(leaf -> "p" + leaves.indexOf(leaf)).toList();
    String end = !isScaled() ? "total" : "torch.mul(total, scaling[0])";
    code.statement("back = " + end);
    gradients(
        code, List.of(new ChunkedLoss.Back("back", "None")), behind, of, HalfCopies.NONE, "e");
    code.statement(
        "sums = "
            + leaves.stream()
                .map(
                    leaf ->
                        behind.contains(leaf)
                            ? "e" + behind.indexOf(leaf)
                            : "a[" + added.indexOf(leaf) + "]")
                .collect(Collectors.joining(", ", "[", "]")));
    source.append(code);
    return "sums";
  }

  /**
   * Takes gradients, in 32 bits and without the loss scale.
   *
   * @param ends what they come from
   * @param with respect to which nodes, and their variables
   * @param by in whose place some of these stand for values
   * @param into the prefix of the results' variables
   */
  private void gradients(
      SourceCode source,
      List<ChunkedLoss.Back> ends,
      List<Tensor> with,
      List<String> variables,
      HalfCopies by,
      String into) {
    take(source, ends, variables, "raw_" + into);
    unscaled(source, with, i -> "unchecked_cast(Tensor, raw_%s[%s])".formatted(into, i), by, into);
  }

  private static void take(
      SourceCode source, List<ChunkedLoss.Back> ends, List<String> variables, String into) {
    source.statement(
        "%s = torch.grad([%s], [%s], annotate(List[Optional[Tensor]], [%s]), None, False, False)"
            .formatted(
                into,
                ends.stream().map(ChunkedLoss.Back::value).collect(Collectors.joining(", ")),
                String.join(", ", variables),
                ends.stream().map(ChunkedLoss.Back::gradient).collect(Collectors.joining(", "))));
  }

  /** Gradients in 32 bits and without the loss scale. */
  private void unscaled(
      SourceCode source,
      List<Tensor> with,
      IntFunction<String> gradient,
      HalfCopies by,
      String into) {
    by.widen(source, value -> gradient.apply(with.indexOf(value)));
    String taken = !isScaled() ? into : "scaled_" + into;
    for (int i = 0; i < with.size(); i++) {
      String raw = by.has(with.get(i)) ? by.gradient(with.get(i)) : gradient.apply(i);
      boolean narrow = precision != Precision.FLOAT32 && !with.get(i).isLeaf();
      source.statement("%s%s = %s".formatted(taken, i, narrow ? "torch.to(" + raw + ", 6)" : raw));
    }
    if (isScaled()) {
      LossScale.divide(source, all(taken, with.size()), "divided_" + into);
      for (int i = 0; i < with.size(); i++) {
        source.statement("%s%s = divided_%s[%s]".formatted(into, i, into, i));
      }
    }
  }

  /**
   * The optimiser's lists are the bound ones themselves: the compiler takes a write to a list made
   * in the function for dead.
   */
  private void update(SourceCode source, String grads) {
    source.statement(
        "norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(" + grads + ", 2)))");
    if (isScaled()) {
      LossScale.look(source, "norm");
    }
    String clipped = grads;
    if (adamW.clipNorm() > 0) {
      source.statement(
          "clip = torch.clamp(torch.div(%s, torch.add(norm, 1e-06)), None, 1.)"
              .formatted(SourceCode.number(adamW.clipNorm())));
      source.statement("clipped = torch._foreach_mul(" + grads + ", clip)");
      clipped = "clipped";
    }
    source.statement("rate = x[" + inputs.size() + "]");
    for (int k = 0; k < groups.size(); k++) {
      Trained group = trained.get(groups.get(k).get(0));
      String gradients = clipped;
      source.statement(
          "torch._foreach_add_(steps%s, %s)"
              .formatted(k, !isScaled() ? "1" : "torch.rsub(found, 1)"));
      source.statement(
          ("torch._fused_adamw_(parameters%1$s, %2$s, first%1$s, second%1$s,"
                  + " annotate(List[Tensor], []), steps%1$s, lr=torch.mul(rate, %3$s), beta1=%4$s,"
                  + " beta2=%5$s, weight_decay=%6$s, eps=%7$s, amsgrad=False, maximize=False%8$s)")
              .formatted(
                  k,
                  groups.get(k).stream()
                      // It reads gradients in the order of the parameters' memory, whatever theirs.
                      .map(i -> "torch.contiguous(" + gradients + "[" + i + "])")
                      .collect(Collectors.joining(", ", "[", "]")),
                  SourceCode.number(group.rateFactor()),
                  SourceCode.number(adamW.beta1()),
                  SourceCode.number(adamW.beta2()),
                  SourceCode.number(group.weightDecay()),
                  SourceCode.number(adamW.epsilon()),
                  !isScaled() ? "" : ", found_inf=found"));
    }
    if (isScaled()) {
      LossScale.adapt(source);
    }
  }

  /** The variable of a value, or of its copy. */
  private String read(int value, HalfCopies by) {
    return by.has(values.get(value)) ? by.copy(values.get(value)) : read(value);
  }

  /** The variable of a value, as it is kept. */
  private String read(int value) {
    int input = inputs.indexOf(values.get(value));
    return input < 0 ? "g[" + value + "]" : "x[" + input + "]";
  }

  /** The list of what the step is taken with. */
  private String replaced(SourceCode source, String grads) {
    if (around.replaced().isEmpty()) {
      return grads;
    }
    SourceCode code = around("r", grads);
    code.take(List.copyOf(around.replaced().values()));
    List<String> all = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      Tensor value = around.replaced().get(leaves.get(i));
      all.add(value == null ? grads + "[" + i + "]" : code.value(value));
    }
    code.statement("replaced = [" + String.join(", ", all) + "]");
    source.append(code);
    return "replaced";
  }

  /** Reads values and gradients in 32 bits. */
  private SourceCode around(String prefix, String grads) {
    SourceCode code = new SourceCode(kernels, Precision.FLOAT32, false, prefix);
    for (int i = 0; i < values.size(); i++) {
      code.define(values.get(i), read(i));
    }
    around
        .gradients()
        .forEach(
            (leaf, gradient) ->
                code.define(
                    gradient,
                    leaves.contains(leaf)
                        ? grads + "[" + leaves.indexOf(leaf) + "]"
                        : "torch.zeros_like(" + read(values.indexOf(leaf)) + ")"));
    return code;
  }

  private void afterStep(SourceCode source, String grads) {
    SourceCode code = around("u", grads);
    code.take(List.copyOf(around.updates().values()));
    // A new value may be a view of another tensor that changes.
    List<String> copies = new ArrayList<>();
    around
        .updates()
        .forEach(
            (changed, value) ->
                copies.add(
                    !isScaled()
                        ? "torch.clone(" + code.value(value) + ")"
                        : LossScale.unlessLeftOut(
                            read(values.indexOf(changed)), code.value(value))));
    for (int k = 0; k < copies.size(); k++) {
      code.statement("new" + k + " = " + copies.get(k));
    }
    int k = 0;
    for (Tensor changed : around.updates().keySet()) {
      code.statement("torch.copy_(" + read(values.indexOf(changed)) + ", new" + k++ + ")");
    }
    source.append(code);
  }

  private static String all(String prefix, int n) {
    return "[" + String.join(", ", variables(prefix, n)) + "]";
  }

  private static List<String> variables(String prefix, int n) {
    return IntStream.range(0, n).mapToObj(i -> prefix + i).toList();
  }
}
