package dev.graft.program;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The call of an operator: a node of the graph, with the place in Java that recorded it. */
final class Call {
  /** Recorded always, compiled into training programs only. */
  static final String DROPOUT = "torch.dropout";

  /** Has a dropout of its own, which training programs keep. */
  static final String ATTENTION = "torch.scaled_dot_product_attention";

  /** Converts to another type. */
  static final String TO = "torch.to";

  /** Not an operator: one of the results of an operator that has several. */
  static final String ELEMENT = "element";

  private static final Set<String> VIEWS =
      Set.of(
          "torch.reshape",
          "torch.transpose",
          "torch.unsqueeze",
          "torch.squeeze",
          "torch.expand",
          "torch.slice",
          "torch.select",
          "torch.detach",
          ELEMENT);

  private static final StackWalker WALKER = StackWalker.getInstance();
  private static final Set<String> RECORDERS =
      Set.of(Call.class.getName(), Tensor.class.getName(), Scope.class.getName());

  private final String function;
  private final List<Object> arguments;
  private final Map<String, Object> keywords;
  private final Dim flops;
  private final StackTraceElement site;
  private final String scope;

  Call(String function, List<Object> arguments, Map<String, Object> keywords, Dim flops) {
    this.function = function;
    this.arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
    this.keywords = new TreeMap<>(keywords);
    this.flops = flops;
    this.site =
        WALKER.walk(
            frames ->
                frames
                    .filter(frame -> !RECORDERS.contains(frame.getClassName()))
                    .findFirst()
                    .map(StackWalker.StackFrame::toStackTraceElement)
                    .orElse(null));
    this.scope = Scope.current();
  }

  String function() {
    return function;
  }

  List<Object> arguments() {
    return arguments;
  }

  Map<String, Object> keywords() {
    return keywords;
  }

  Dim flops() {
    return flops;
  }

  /** Whether the result shares the memory of what is read. */
  boolean isView() {
    return VIEWS.contains(function);
  }

  /** For messages: the operator, who asked for it, and where. */
  String described() {
    return function
        + (scope.isEmpty() ? "" : " of " + scope)
        + (site == null ? "" : ", recorded at " + site);
  }

  String scope() {
    return scope;
  }

  /** The nodes that this one reads. */
  List<Tensor> inputs() {
    List<Tensor> inputs = new ArrayList<>();
    collect(arguments, inputs);
    collect(new ArrayList<>(keywords.values()), inputs);
    return inputs;
  }

  private static void collect(List<?> arguments, List<Tensor> into) {
    for (Object argument : arguments) {
      if (argument instanceof Tensor tensor) {
        into.add(tensor);
      } else if (argument instanceof Tensor.DeviceOf device) {
        into.add(device.tensor());
      } else if (argument instanceof List<?> list) {
        collect(list, into);
      }
    }
  }
}
