package dev.graft.djl;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import dev.graft.GraftException;
import dev.graft.host.Tokenizer;
import dev.graft.model.Answer;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * From texts to the classes of a head, for a DJL {@code Predictor} of an {@link AttachmentBlock}.
 * Texts of a batch are padded to the longest of them.
 */
public final class ClassificationTranslator implements Translator<String, Classifications> {
  private final Tokenizer tokenizer;
  private final TaskHead head;
  private final Model model;

  /**
   * A translator for the head of an attachment.
   *
   * @param tokenizer of the host; it must outlive the translator
   * @param attachment whose block answers
   * @throws GraftException if the head does not classify
   */
  public ClassificationTranslator(Tokenizer tokenizer, Attachment attachment) {
    this.head = attachment.stack().head();
    if (head.isLanguageModel() || head.isRegression()) {
      throw GraftException.input("A head without classes can't classify texts.")
          .expected("a head with labels")
          .found(head.isLanguageModel() ? "a language-model head" : "a head for regression")
          .remedy("put the stack on the model with labels");
    }
    this.tokenizer = tokenizer;
    this.model = attachment.model();
  }

  @Override
  public Batchifier getBatchifier() {
    return Batchifier.STACK;
  }

  /** One text as arrays of (length), to be stacked with others of that length. */
  @Override
  public NDList processInput(TranslatorContext context, String text) {
    return batchProcessInput(context, List.of(text)).stream()
        .map(array -> array.squeeze(0))
        .collect(NDList::new, NDList::add, NDList::addAll);
  }

  /** Texts as arrays of (rows, length). */
  @Override
  public NDList batchProcessInput(TranslatorContext context, List<String> texts) {
    return model.batch(tokenizer.encodeAll(texts)).onto(context.getNDManager());
  }

  @Override
  public Classifications processOutput(TranslatorContext context, NDList logits) {
    return classifications(logits.singletonOrThrow().toFloatArray());
  }

  @Override
  public List<Classifications> batchProcessOutput(TranslatorContext context, NDList logits) {
    NDArray table = logits.singletonOrThrow(); // (rows, labels)
    float[] numbers = table.toFloatArray();
    List<Classifications> all = new ArrayList<>();
    for (int row = 0; row < numbers.length / head.labels().size(); row++) {
      float[] own = new float[head.labels().size()];
      System.arraycopy(numbers, row * own.length, own, 0, own.length);
      all.add(classifications(own));
    }
    return all;
  }

  private Classifications classifications(float[] logits) {
    Map<String, Double> probabilities = Answer.of(logits, head).probabilities();
    return new Classifications(
        List.copyOf(probabilities.keySet()), List.copyOf(probabilities.values()));
  }
}
