package dev.graft.harness.cli.options;

import dev.graft.harness.cli.terminal.Terminal;
import dev.graft.harness.model.AdaptedModel;
import dev.graft.harness.wiring.Harness;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.saved.Saved;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A model and how an adapter is put on it; which one, each command asks for itself. */
public final class AdaptedOptions {
  /** What may be an adapter. */
  public static final String ADAPTER =
      "A folder that graft train wrote, or an adapter of PEFT or AdapterHub";

  @Mixin private ModelOption model = new ModelOption();

  @Mixin private AnyBaseOption anyBase = new AnyBaseOption();

  @Option(
      names = "--fresh-head",
      description =
          "Allow a task head that neither the adapter nor the model has whole: what is missing is"
              + " drawn at random, and so are the answers.")
  private boolean freshHead;

  /** What is to be opened; that there is an adapter is checked before a model is looked for. */
  public AdaptedModel.Spec spec(
      Optional<Path> adapter,
      String device,
      Precision precision,
      Harness harness,
      Terminal terminal) {
    adapter.ifPresent(Saved::require);
    return new AdaptedModel.Spec(
        model.pinned(harness, terminal),
        adapter,
        anyBase.value(),
        freshHead,
        device,
        precision,
        Device.Capture.OFF);
  }
}
