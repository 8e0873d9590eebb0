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
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes what a {@link TrainingStep} runs. In the code w is the list of frozen weights, g that of
 * the values, x that of the inputs with the learning rate and the loss's share behind them, and a
 * that of the gradients added up.
 */
final class StepCode {
  /**
   * What changes after the optimiser's step.
   *
   * @param updates from a value's leaf to its new value
   * @param gradients from trained leaves to what stands for their gradients
   */
  record After(Map<Tensor, Tensor> updates, Map<Tensor, Tensor> gradients) {
    After {
      updates = new LinkedHashMap<>(updates);
      gradients = new LinkedHashMap<>(gradients);
    }
  }

  private final Precision precision;
  private final AdamW adamW;
  private final List<Tensor> weights;
  private final List<Tensor> values;
  private final List<Tensor> inputs;
  private final List<Trained> trained;
  private final Tensor loss;
  private final After after;
  private final List<List<Integer>> groups;

  StepCode(
      Precision precision,
      AdamW adamW,
      List<Tensor> weights,
      List<Tensor> values,
      List<Tensor> inputs,
      List<Trained> trained,
      Tensor loss,
      After after) {
    this.precision = precision;
    this.adamW = adamW;
    this.weights = List.copyOf(weights);
    this.values = List.copyOf(values);
    this.inputs = List.copyOf(inputs);
    this.loss = loss;
    this.after = after;
    Set<Tensor> reached = Program.reached(List.of(loss));
    this.trained = trained.stream().filter(t -> reached.contains(t.leaf())).toList();
    if (this.trained.isEmpty()) {
      throw new IllegalArgumentException("the loss does not depend on anything that is trained");
    }
    refuseForeignLeaves();
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

  /** Those that the loss depends on. */
  List<Trained> trained() {
    return trained;
  }

  /** The trained leaves by index, those with one rate factor and weight decay together. */
  List<List<Integer>> groups() {
    return groups;
  }

  /** Which of the values a trained leaf is. */
  int valueOfTrained(int index) {
    return values.indexOf(trained.get(index).leaf());
  }

  private boolean isScaled() {
    return precision == Precision.FLOAT16;
  }

  private void refuseForeignLeaves() {
    Set<Tensor> foreign = new HashSet<>(Program.reached(List.copyOf(after.updates().values())));
    values.forEach(foreign::remove);
    foreign.removeAll(after.gradients().values());
    if (!foreign.isEmpty()) {
      GraftException failure =
          GraftException.plugin(
              "What changes after a step depends on %s.",
              foreign.stream().map(Tensor::name).sorted().collect(Collectors.joining(", ")));
      failure =
          Call.located(failure, foreign, after.updates().values())
              .expected("tensors of the graft, their gradients, and its scheduled numbers");
      throw failure;
    }
  }

  /** One of the ways to run: step, accumulate, finish or gradients. */
  Method method(String name) {
    SourceCode source = new SourceCode(precision, true);
    source.read("w", weights);
    source.read("x", inputs);
    int n = trained.size();
    List<Tensor> leaves = trained.stream().map(Trained::leaf).toList();
    for (int i = 0; i < values.size(); i++) {
      Tensor leaf = values.get(i);
      String expression = read(i);
      if (leaves.contains(leaf)) {
        String variable = "p" + leaves.indexOf(leaf);
        source.statement(
            variable + " = torch.requires_grad_(torch.detach(" + expression + "), True)");
        expression = variable;
      }
      source.define(leaf, expression, "c" + i, Precision.FLOAT32);
    }
    String lossValue = source.value(loss);
    String share = "x[" + (inputs.size() + 1) + "]";
    source.statement("share = " + (!isScaled() ? share : "torch.mul(" + share + ", scaling[0])"));
    source.statement(
        "raw = torch.grad([torch.mul(%s, share)], %s, None, None, False, False)"
            .formatted(lossValue, all("p", n)));
    gradients(source, n);
    source.statement("grads = " + all("d", n));
    source.statement("loss = torch.detach(" + lossValue + ")");
    String result =
        switch (name) {
          case "gradients" -> "[loss, " + all("d", n).substring(1);
          case "accumulate" -> {
            source.statement("torch._foreach_add_(a, grads)");
            yield "[loss]";
          }
          case "finish" -> {
            source.statement("torch._foreach_add_(a, grads)");
            update(source, "a");
            afterStep(source, "a");
            source.statement("torch._foreach_zero_(a)");
            yield "[loss, norm]";
          }
          default -> {
            update(source, "grads");
            afterStep(source, "grads");
            yield "[loss, norm]";
          }
        };
    return new Method(name, List.of("x"), source.lines(), source.calls(), result);
  }

  private void gradients(SourceCode source, int n) {
    String taken = !isScaled() ? "d" : "scaled";
    for (int i = 0; i < n; i++) {
      source.statement("%s%d = unchecked_cast(Tensor, raw[%d])".formatted(taken, i, i));
    }
    if (isScaled()) {
      LossScale.divide(source, all(taken, n), "divided");
      for (int i = 0; i < n; i++) {
        source.statement("d%d = divided[%d]".formatted(i, i));
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
      String member = clipped + "[%d]";
      source.statement(
          "torch._foreach_add_(steps%d, %s)"
              .formatted(k, !isScaled() ? "1" : "torch.rsub(found, 1)"));
      source.statement(
          ("torch._fused_adamw_(parameters%1$d, %2$s, first%1$d, second%1$d,"
                  + " annotate(List[Tensor], []), steps%1$d, lr=torch.mul(rate, %3$s), beta1=%4$s,"
                  + " beta2=%5$s, weight_decay=%6$s, eps=%7$s, amsgrad=False, maximize=False%8$s)")
              .formatted(
                  k,
                  groups.get(k).stream()
                      .map(member::formatted)
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

  /** The variable of a value, as it is kept. */
  private String read(int value) {
    int input = inputs.indexOf(values.get(value));
    return input < 0 ? "g[" + value + "]" : "x[" + input + "]";
  }

  private void afterStep(SourceCode source, String grads) {
    SourceCode code = new SourceCode(Precision.FLOAT32, false, "u");
    for (int i = 0; i < values.size(); i++) {
      code.define(values.get(i), read(i));
    }
    List<Tensor> leaves = trained.stream().map(Trained::leaf).toList();
    after
        .gradients()
        .forEach(
            (leaf, gradient) ->
                code.define(
                    gradient,
                    leaves.contains(leaf)
                        ? grads + "[" + leaves.indexOf(leaf) + "]"
                        : "torch.zeros_like(" + read(values.indexOf(leaf)) + ")"));
    // A new value may be a view of another tensor that changes.
    List<String> copies = new ArrayList<>();
    after
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
    for (Tensor changed : after.updates().keySet()) {
      code.statement("torch.copy_(" + read(values.indexOf(changed)) + ", new" + k++ + ")");
    }
    source.append(code);
  }

  private static String all(String prefix, int n) {
    return IntStream.range(0, n)
        .mapToObj(i -> prefix + i)
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
