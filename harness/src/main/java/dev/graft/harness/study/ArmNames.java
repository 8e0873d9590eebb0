package dev.graft.harness.study;

import dev.graft.harness.trial.Arm;
import dev.graft.methods.Methods;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names arms by what varies between them. */
public final class ArmNames {
  private ArmNames() {}

  /** The arms by names, in their order. */
  public static Map<String, Arm> of(List<Arm> arms, Methods methods) {
    Map<String, Arm> named = new LinkedHashMap<>();
    for (Arm arm : arms) {
      named.put(arm.method() + (arm.untrained() ? " (untrained host)" : ""), arm);
    }
    return named;
  }
}
