/**
 * What {@code torch.save} writes: where the tensors of a file lie, in either of its formats. The
 * reader of pickles in here can build tensors, and the dicts, lists and numbers that describe them,
 * and nothing else: it knows the operations and the names that these need by heart, refuses every
 * other one, and has no way to find a class or to call anything. What the tensors' contents are
 * belongs to the package above.
 */
package dev.graft.checkpoint.pickle;
