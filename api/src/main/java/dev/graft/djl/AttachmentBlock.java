package dev.graft.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import dev.graft.GraftException;
import dev.graft.model.Attachment;
import dev.graft.transformer.TaskHead;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.List;

/**
 * A host with its grafts as DJL sees a network: for a {@code Predictor}, or as a part of another
 * block.
 *
 * <p>Reads {@code input_ids}, {@code attention_mask} and {@code token_type_ids}, whole numbers of
 * (rows, length), padded on the right; without the third all tokens are of the first text, and
 * without the second all are real. Gives the logits, (rows, labels) or (rows, length, vocabulary).
 *
 * <p>It only answers. It shows no parameters, for they belong to the {@link Attachment}, which must
 * outlive the block; so DJL can't train, initialise, cast, load or save it: each of these is an
 * {@link UnsupportedOperationException} that says what to do instead.
 */
public final class AttachmentBlock extends AbstractBlock {
  private final Attachment attachment;

  /**
   * An attachment's block, one of any number.
   *
   * @param attachment which must outlive the block
   */
  public AttachmentBlock(Attachment attachment) {
    this.attachment = attachment;
    this.inputNames = List.of("input_ids", "attention_mask", "token_type_ids");
    this.inputShapes = new Shape[3];
    Arrays.fill(inputShapes, new Shape(-1, -1));
    this.outputDataTypes = new DataType[] {DataType.FLOAT32};
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      PairList<String, Object> options) {
    if (training) {
      throw unsupported("be trained by DJL: use Attachment.training");
    }
    checkShapes(inputs);
    NDManager owner = inputs.head().getManager();
    try (NDManager scope = owner.newSubManager()) {
      NDList batch = new NDList();
      for (NDArray input : inputs) {
        NDArray whole = input.toType(DataType.INT64, false);
        if (whole != input) {
          whole.attach(scope);
        }
        batch.add(whole);
      }
      NDArray ids = batch.head();
      check(ids, scope);
      for (int missing = batch.size(); missing < inputNames.size(); missing++) {
        NDArray filling = missing == 1 ? ids.onesLike() : ids.zerosLike();
        filling.attach(scope);
        batch.add(filling);
      }
      // Copies belong to the scope; what is computed belongs to the caller.
      NDList logits = attachment.logits(batch);
      logits.attach(owner);
      return logits;
    }
  }

  private static void checkShapes(NDList inputs) {
    boolean fits =
        !inputs.isEmpty()
            && inputs.size() <= 3
            && inputs.head().getShape().dimension() == 2
            && inputs.stream().allMatch(x -> x.getShape().equals(inputs.head().getShape()));
    if (!fits) {
      throw GraftException.input("The inputs of a host do not fit.")
          .expected(
              "input_ids, attention_mask and token_type_ids, or the first of these, all of one shape (rows, length)")
          .found(Arrays.toString(inputs.getShapes()));
    }
  }

  /** An id that no row has can end a GPU's use for the whole process. */
  private void check(NDArray ids, NDManager scope) {
    try (NDManager numbers = scope.newSubManager()) {
      NDArray largest = ids.max();
      NDArray smallest = ids.min();
      largest.attach(numbers);
      smallest.attach(numbers);
      attachment.check(
          smallest.getLong(), largest.getLong(), Math.toIntExact(ids.getShape().get(1)));
    }
  }

  @Override
  public Shape[] getOutputShapes(Shape[] inputs) {
    TaskHead head = attachment.stack().head();
    long rows = inputs[0].get(0);
    return new Shape[] {
      head.isLanguageModel()
          ? new Shape(rows, inputs[0].get(1), attachment.model().host().config().vocabulary())
          : new Shape(rows, head.outputs())
    };
  }

  @Override
  public void initialize(NDManager manager, DataType type, Shape... inputs) {
    throw unsupported("be initialised: its weights are there already");
  }

  @Override
  public void cast(DataType type) {
    throw unsupported("be cast: load the model with Model.Options.withPrecision");
  }

  @Override
  public void saveParameters(DataOutputStream out) {
    throw unsupported("be saved by DJL: use Saved.save or Saved.exportTorchScript");
  }

  @Override
  public void loadParameters(NDManager manager, DataInputStream in) {
    throw unsupported("be loaded by DJL: use Saved.open");
  }

  private static UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException("A host with its grafts can't " + what + ".");
  }
}
