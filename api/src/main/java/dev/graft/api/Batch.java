package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.program.Dim;
import dev.graft.program.Tensor;

/**
 * What every intervention may see of the batch. Never the labels: methods are agnostic to the
 * objective. S is the number of rows of the stream: first the S - T virtual rows that grafts put in
 * front of the embeddings, then T tokens, with padding on the right of them. A head for classes
 * reads row 0 of the stream on encoders with a pooler (a virtual row, where there is one, as in
 * PEFT), the mean of the real tokens on those without, and the last real token on decoders; a
 * language-model head reads every row that predicts a token.
 *
 * <p>On decoders what an intervention gives for a row depends on that row and earlier ones only: a
 * language model would see its answers otherwise.
 *
 * <p>It is also where an intervention {@linkplain #share leaves} a tensor for later sites, and
 * {@linkplain #penalty adds} to the loss what depends on activations.
 *
 * <p><b>Order of recording.</b> A pass is recorded from the embeddings to the head: in each block
 * attention ({@code query}, {@code key}, {@code value}, keys and values in front, what the heads
 * give, {@code output}), the attention sublayer, the MLP ({@code up}, {@code gate}, {@code down}),
 * the MLP sublayer and the block; then the {@code pooler} or the {@code lm_head}. What a sublayer
 * or block reads is changed before anything in it is recorded. A fused projection comes before its
 * parts. At one site all inputs are recorded before all outputs, each in the order in which they
 * were put there. DeBERTa-v2 records projections of its table of positions within attention, after
 * those of the tokens.
 *
 * <p><b>Threads.</b> One thread records a pass, but several may record passes of the same graft at
 * a time, so an intervention keeps nothing from one call to the next in a field of its own: what it
 * is to know later it leaves here.
 */
public interface Batch {
  /** {@return token ids, (B, T), INT64} */
  Tensor ids();

  /** {@return one for real tokens and virtual rows, zero for padding, (B, S), INT64} */
  Tensor mask();

  /** {@return the segment of each row, (B, S), INT64} */
  Tensor tokenTypes();

  /** {@return the position of each row, (B, S) or (1, S), INT64, shifted by virtual keys} */
  Tensor positions();

  /**
   * Leaves a tensor for interventions of the same graft that are recorded later in this pass, such
   * as a router's decision. One that is left under the same key takes the place of the earlier one.
   * An intervention at a projection that leaves something is not merged, since others read it.
   *
   * @param key of the graft's own choice: other grafts, those of the same method too, have keys of
   *     their own
   * @param tensor of any shape
   */
  void share(String key, Tensor tensor);

  /**
   * {@return what this graft left last under a key in this pass}
   *
   * @param key as {@link #share} was given it
   * @throws GraftException if nothing was left so far
   */
  Tensor shared(String key);

  /**
   * Adds a scalar to the loss of this batch in training, such as the balance of experts (Fedus et
   * al. 2022, section 2.2). It may depend on activations; one that depends on the graft's own
   * tensors alone is declared by {@link Graft#penalty}. Rows are to be weighed by the {@link
   * #mask}, so that padding counts for nothing. Without effect wherever nothing is trained.
   *
   * @param scalar of shape ()
   */
  void penalty(Tensor scalar);

  /** {@return B, the number of sequences} */
  default Dim rows() {
    return ids().shape().dim(0);
  }

  /** {@return S, the number of rows of the stream} */
  default Dim length() {
    return mask().shape().dim(1);
  }

  /**
   * {@return how many real tokens and virtual rows each sequence has, (B), INT64} There are S - T
   * virtual rows in each; T is the second size of {@link #ids}.
   */
  default Tensor lengths() {
    return mask().sum(1);
  }

  /** {@return 0, 1, ... S - 1, of shape (S), INT64; the first S - T are virtual rows} */
  default Tensor range() {
    return mask().range(length());
  }
}
