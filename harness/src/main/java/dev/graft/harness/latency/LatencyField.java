package dev.graft.harness.latency;

import com.google.gson.annotations.JsonAdapter;
import dev.graft.GraftException;
import dev.graft.harness.json.LeftOut;
import dev.graft.harness.model.Hosts;
import dev.graft.host.HostShape;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Plan;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who is timed: a host alone and with stacks on it, each also merged where it can be.
 *
 * @param model the host, as {@link dev.graft.checkpoint.ModelDirectory#of} takes it
 * @param device as {@link dev.graft.program.Device#named} takes it
 * @param precision in which the host is kept and computes
 * @param capture when passes are captured and replayed; absent where they never are, as in fields
 *     of before there was a choice
 * @param arms by different names
 */
public record LatencyField(
    String model,
    String device,
    Precision precision,
    @JsonAdapter(value = LeftOut.class, nullSafe = false) Optional<Device.Capture> capture,
    List<LatencyArm> arms) {
  public LatencyField {
    capture = capture.filter(when -> when != Device.Capture.OFF);
    arms = List.copyOf(arms);
  }

  /** The head of what was never trained: two classes, on any host. */
  static TaskHead head(HostShape host) {
    return Hosts.head(host, Optional.of(2));
  }

  /**
   * Refuses what every process would refuse, before one begins.
   *
   * @param host of the model
   * @param methods that arms may name
   * @throws GraftException if methods don't fit the host, or lengths its positions
   */
  public static void check(
      HostShape host, List<LatencyArm> arms, List<LatencySpec.Size> sizes, Methods methods) {
    List<String> stacks = new ArrayList<>(List.of(""));
    arms.forEach(arm -> arm.stack().ifPresent(stacks::add));
    for (String stack : stacks) {
      StackSpec spec = stack.isEmpty() ? new StackSpec(List.of()) : StackSpec.parse(stack, methods);
      Stack placed = Stack.of(host, spec, head(host));
      sizes.forEach(size -> new Plan(placed, Precision.FLOAT32, size.rows(), size.length()));
    }
    Set<String> names = new HashSet<>();
    for (LatencyArm arm : arms) {
      if (!names.add(arm.name())) {
        throw GraftException.input("The methods '%s' are timed twice.", arm.name())
            .remedy("settings at their defaults make no difference; leave one of them out");
      }
    }
  }
}
