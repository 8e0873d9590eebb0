package dev.graft.harness.latency;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.model.AnyValues;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.saved.Saved;
import dev.graft.sharing.Opened;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a process times, loaded and compiled: the base, a second copy of it whose weights and
 * programs are its own, and the arms.
 */
final class Copies implements AutoCloseable {
  private static final StackSpec NOTHING = new StackSpec(List.of());

  private final Opened opened = new Opened();
  private final LatencyField field;
  private final Methods methods;
  private final long seed;
  private final Model host;
  private final Map<String, Attachment> arms = new LinkedHashMap<>();
  private final Attachment base;
  private final Attachment twin;

  /**
   * Loads all.
   *
   * @param seed of the fresh values
   */
  Copies(LatencyField field, Device device, Methods methods, long seed) {
    this.field = field;
    this.methods = methods;
    this.seed = seed;
    try {
      this.host = model(device);
      field.arms().forEach(this::add);
      TaskHead head =
          arms.values().stream()
              .findFirst()
              .map(arm -> arm.stack().head())
              .orElseGet(() -> LatencyField.head(host.host()));
      this.base = opened.kept(host.attach(Stack.of(host.host(), NOTHING, head), seed));
      Model second = model(device);
      this.twin = opened.kept(second.attach(Stack.of(second.host(), NOTHING, head), seed));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Model model(Device device) {
    return opened.kept(
        Model.load(
            ModelDirectory.of(field.model()),
            device,
            Model.Options.DEFAULT.withPrecision(field.precision())));
  }

  private void add(LatencyArm arm) {
    Attachment attachment =
        opened.kept(
            arm.checkpoint()
                .map(folder -> Saved.open(host, Path.of(folder), methods, Saved.Base.SAME))
                .orElseGet(() -> fresh(arm.stack().orElseThrow())));
    arms.put(LatencyResult.arm(arm.name(), false), attachment);
    Attachment merged = opened.kept(attachment.merged());
    if (merged.mergedSites() > 0) {
      arms.put(LatencyResult.arm(arm.name(), true), merged);
    }
  }

  private Attachment fresh(String stack) {
    Stack placed =
        Stack.of(host.host(), StackSpec.parse(stack, methods), LatencyField.head(host.host()));
    return AnyValues.attached(host, placed, seed);
  }

  Attachment base() {
    return base;
  }

  Attachment twin() {
    return twin;
  }

  /** By the names of results. */
  Map<String, Attachment> arms() {
    return arms;
  }

  /** The last first: what is merged reads what it was merged from, and all read their model. */
  @Override
  public void close() {
    opened.close();
  }
}
