package dev.graft.testing;

import static dev.graft.testing.NumbersAssert.assertThat;

import dev.graft.api.Host;
import dev.graft.checkpoint.TensorSource;
import dev.graft.host.TokenBatch;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.saved.Saved;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;

/** A reference case with methods put on its host: what their plugins' tests compare. */
public final class AttachedReference implements AutoCloseable {
  /** Of max|a - b| / max|b|, in 32 bits and without training. */
  public static final double TOLERANCE = 1e-5;

  /** Below this share of the global norm a gradient is what rounding left of nothing. */
  public static final double NOISE = 3e-7;

  private final Reference reference;
  private final UnaryOperator<String> ours;
  private final TestDevice cpu = new TestDevice();
  private final Model model;
  private final Attachment attachment;

  /**
   * Loads the host and gives the methods the case's values.
   *
   * @param values where they lie
   * @param prefix of their names there, such as {@code param.}; other names are left out
   * @param ours from a name there, without the prefix, to Graft's name for the tensor
   */
  public AttachedReference(
      Reference reference,
      String stack,
      TensorSource values,
      String prefix,
      UnaryOperator<String> ours) {
    this.reference = reference;
    this.ours = ours;
    this.model = cpu.load(reference.model());
    Attachment fresh = model.attach(stack(StackSpec.parse(stack, Methods.installed())), 0);
    Map<String, float[]> given = tensors(values, prefix);
    Assertions.assertThat(given.keySet()).containsAll(methodTensors(fresh.stack()));
    Assertions.assertThat(fresh.tensors().keySet()).containsAll(given.keySet());
    this.attachment = cpu.own(fresh.with(given));
    fresh.close();
  }

  /**
   * Loads the host and opens the case's adapter of PEFT on it.
   *
   * @param ours from PEFT's name for a trained tensor to Graft's
   */
  public AttachedReference(Reference reference, BiFunction<Host, String, String> ours) {
    this.reference = reference;
    this.model = cpu.load(reference.model());
    this.ours = name -> ours.apply(model.host(), name);
    this.attachment = cpu.own(Saved.open(model, reference.adapter()));
  }

  private Stack stack(StackSpec spec) {
    if (reference.isLanguageModel()) {
      return model.languageModel(spec);
    }
    return model.stack(spec, reference.classes());
  }

  /** The tensors of a file whose names begin with a prefix, under Graft's names. */
  public Map<String, float[]> tensors(TensorSource source, String prefix) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (String name : source.names()) {
      if (name.startsWith(prefix)) {
        tensors.put(ours.apply(name.substring(prefix.length())), source.floats(name));
      }
    }
    return tensors;
  }

  private static List<String> methodTensors(Stack stack) {
    return stack.grafts().stream()
        .map(DeclaredGraft::owned)
        .flatMap(List::stream)
        .filter(Owned::isSaved)
        .map(Owned::name)
        .toList();
  }

  public Attachment attachment() {
    return attachment;
  }

  public TokenBatch batch() {
    return reference.batch(model.host().config().paddingId());
  }

  /** The logits, row by row. */
  public static float[] logits(Attachment attachment, TokenBatch batch) {
    float[][] rows = attachment.logits(batch);
    float[] all = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * rows[i].length, rows[i].length);
    }
    return all;
  }

  /** Checks the logits, the loss, and the gradient of every tensor of the methods. */
  public void check() {
    TensorSource expected = reference.expected();
    checkLogits("logits", attachment, expected.floats("logits"), TOLERANCE);
    Map<String, float[]> gradients = tensors(expected, "grad.");
    Assertions.assertThat(gradients.keySet()).containsAll(methodTensors(attachment.stack()));
    try (Training training = training(attachment)) {
      Map<String, float[]> found = training.gradients(batch(), reference.labels(), 0);
      assertThat(found.get("loss")).as("loss").isCloseTo(expected.floats("loss"), TOLERANCE);
      double noise = NOISE * norm(gradients);
      gradients.forEach(
          (name, gradient) -> {
            if (largest(gradient) < noise) {
              Assertions.assertThat(largest(found.get(name))).as(name).isLessThan(noise);
            } else {
              assertThat(found.get(name)).as("gradient of " + name).isCloseTo(gradient, TOLERANCE);
            }
          });
    }
  }

  /** The norm of all elements together. */
  public static double norm(Map<String, float[]> tensors) {
    double sum = 0;
    for (float[] tensor : tensors.values()) {
      for (float element : tensor) {
        sum += (double) element * element;
      }
    }
    return Math.sqrt(sum);
  }

  private static double largest(float[] numbers) {
    double largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }

  /** Compares logits; of a language model only those of real tokens. */
  public void checkLogits(String what, Attachment of, float[] expected, double tolerance) {
    boolean[] exempt =
        reference.isLanguageModel()
            ? reference.padding(expected.length)
            : new boolean[expected.length];
    assertThat(logits(of, batch())).as(what).isCloseTo(expected, tolerance, exempt);
  }

  /** The optimiser of the cases. */
  public static final Training.Options OPTIONS = new Training.Options(AdamW.DEFAULT, 0.01);

  public static Training training(Attachment attachment) {
    return attachment.training(OPTIONS);
  }

  @Override
  public void close() {
    cpu.close();
  }
}
