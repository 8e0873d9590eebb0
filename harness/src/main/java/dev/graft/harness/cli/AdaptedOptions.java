package dev.graft.harness.cli;

import dev.graft.harness.experiment.Adapted;
import dev.graft.harness.wiring.Harness;
import dev.graft.program.Precision;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model and the adapter that is put on it. */
final class AdaptedOptions {
  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "A folder that graft train wrote, or an adapter of PEFT or AdapterHub.")
  private Path adapter;

  @Mixin private AnyBaseOption anyBase = new AnyBaseOption();

  /** What is to be opened; that there is an adapter is checked before a model is looked for. */
  Adapted.Spec spec(Main main, Harness harness, Terminal terminal, Precision precision) {
    Adapted.requireAdapter(adapter);
    return new Adapted.Spec(
        model.pinned(harness, terminal), adapter, anyBase.value(), main.device(), precision);
  }
}
