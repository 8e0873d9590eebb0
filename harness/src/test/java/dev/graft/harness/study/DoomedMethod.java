package dev.graft.harness.study;

import dev.graft.api.Graft;
import dev.graft.api.Host;
import dev.graft.api.Initializer;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.Settings;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;

/** Ends a trial when its values are drawn, as a defect of a plugin or of the engine would. */
public final class DoomedMethod implements PeftMethod {
  /** How it ends. */
  public enum End {
    EXCEPTION,
    ERROR,
    CRASH,
    LOST_NUMBERS
  }

  private static final Setting<End> END = Setting.choice("end", End.EXCEPTION, "how it ends");

  @Override
  public int apiVersion() {
    return PeftMethod.API_VERSION;
  }

  @Override
  public MethodSpec spec() {
    return MethodSpec.of("test-doomed", "").withSettings(SettingsSpec.of(END));
  }

  @Override
  public void graft(Host host, Settings settings, Graft graft) {
    End end = settings.get(END);
    if (end == End.LOST_NUMBERS) {
      Tensor one = graft.buffer("a", Shape.of(1), Initializer.ones());
      graft.afterStep(one, one.dividedBy(one.minus(one)));
      return;
    }
    graft.parameter(
        "a",
        Shape.of(1),
        new Initializer.Drawn(
            (random, shape) -> {
              if (end == End.CRASH) {
                Runtime.getRuntime().halt(134);
              }
              if (end == End.ERROR) {
                throw new OutOfMemoryError("the plugin wants it all");
              }
              throw new IllegalStateException("the plugin is broken");
            }));
  }
}
