package dev.graft.errors;

import dev.graft.api.Methods;
import dev.graft.api.Setting;
import dev.graft.api.SettingsSpec;
import dev.graft.api.StackSpec;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Ia3Method;
import java.util.List;
import java.util.Map;

/** Methods, their settings, and stacks of them. */
final class ContractErrors {
  private static final SettingsSpec SPEC =
      SettingsSpec.of(Setting.integer("rank", 8, 1, 64, "the rank"));
  private static final Methods METHODS = Methods.of(List.of(new Ia3Method()));

  private ContractErrors() {}

  static void addTo(ErrorTexts errors) {
    errors.add("A setting that a method does not have", () -> SPEC.read("m", Map.of("rnak", "4")));
    errors.add("A setting out of its range", () -> SPEC.read("m", Map.of("rank", "0")));
    errors.add("A method that is not installed", () -> METHODS.get("ia4"));
    errors.add("A stack with a gap", () -> StackSpec.parse("ia3+", METHODS));
  }
}
