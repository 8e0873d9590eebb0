package dev.graft.program;

import ai.djl.util.Utils;
import java.util.Map;

/** What Graft does otherwise than DJL, unless the environment or a system property says it. */
public final class EngineDefaults {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          // DJL tells its makers of each start.
          "OPT_OUT_TRACKING", "true",
          // On a machine with a GPU DJL would download a tokenizer for it, which is no faster.
          "RUST_FLAVOR", "cpu");

  private EngineDefaults() {}

  /** Sets them; to be called before a class of DJL is used. */
  public static void set() {
    DEFAULTS.forEach(
        (name, value) -> {
          if (Utils.getEnvOrSystemProperty(name) == null) {
            System.setProperty(name, value);
          }
        });
  }
}
