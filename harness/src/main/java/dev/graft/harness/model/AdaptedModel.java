package dev.graft.harness.model;

import dev.graft.GraftException;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.harness.job.Progress;
import dev.graft.harness.objective.Objective;
import dev.graft.harness.objective.Quality;
import dev.graft.host.Tokenizer;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.saved.Saved;
import dev.graft.transformer.Stack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A model with a saved adapter on it, or alone, and all that is to be freed afterwards. */
public final class AdaptedModel implements AutoCloseable {
  private final Optional<Path> adapter;
  private final Device device;
  private final Model model;
  private final Attachment attachment;

  /**
   * What is opened.
   *
   * @param model as {@link ModelDirectory#of} takes it
   * @param adapter a stack that Graft saved, or an adapter of PEFT or AdapterHub; absent where the
   *     model answers alone
   * @param base for which the adapter may have been made
   * @param freshHead whether the head may be drawn at random
   * @param device as {@link Device#named} takes it
   * @param precision in which the host is kept and computes
   * @param capture when programs are captured and replayed
   */
  public record Spec(
      String model,
      Optional<Path> adapter,
      Saved.Base base,
      boolean freshHead,
      String device,
      Precision precision,
      Device.Capture capture) {
    public Spec {
      adapter.ifPresent(Saved::require);
    }

    public Spec withCapture(Device.Capture when) {
      return new Spec(model, adapter, base, freshHead, device, precision, when);
    }
  }

  private AdaptedModel(Optional<Path> adapter, Device device, Model model, Attachment attachment) {
    this.adapter = adapter;
    this.device = device;
    this.model = model;
    this.attachment = attachment;
  }

  /**
   * Loads model and adapter.
   *
   * @throws GraftException if either is missing or damaged, they don't belong together, or neither
   *     has a head
   */
  public static AdaptedModel open(Spec spec, Methods methods) {
    return open(spec, ModelDirectory.of(spec.model()), methods);
  }

  /** The same where the model's folder has been found. */
  static AdaptedModel open(Spec spec, ModelDirectory directory, Methods methods) {
    Device device = Device.named(spec.device());
    try {
      device.captureGraphs(spec.capture());
      Model model =
          Model.load(directory, device, Model.Options.DEFAULT.withPrecision(spec.precision()));
      try {
        return new AdaptedModel(spec.adapter(), device, model, attach(spec, model, methods));
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  private static Attachment attach(Spec spec, Model model, Methods methods) {
    Attachment attachment =
        spec.adapter().isPresent()
            ? Saved.open(model, spec.adapter().get(), methods, spec.base())
            : model.attach(Stack.of(model.host(), new StackSpec(List.of()), model.head()), 0);
    try {
      if (!spec.freshHead()) {
        attachment.requireHead();
      }
      return attachment;
    } catch (RuntimeException | Error e) {
      attachment.close();
      throw e;
    }
  }

  public Attachment attachment() {
    return attachment;
  }

  /** How the adapter was made, as far as its folder tells. */
  public Map<String, String> provenance() {
    return adapter.map(Saved::provenance).orElse(Map.of());
  }

  /**
   * Judges the model.
   *
   * @param maxLength tokens at which longer texts are cut, if the model has room for so many
   * @throws GraftException if the adapter was made for another kind of task
   */
  public Quality test(Objective objective, int maxLength, Consumer<Progress> listener) {
    objective.require(attachment);
    try (Tokenizer tokenizer =
        Tokenizer.open(model.directory().path(), Math.min(maxLength, attachment.room()))) {
      return objective.read(attachment, tokenizer).test(attachment, listener);
    }
  }

  @Override
  public void close() {
    attachment.close();
    model.close();
    device.close();
  }
}
