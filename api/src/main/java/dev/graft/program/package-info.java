/**
 * Recording a computation and running it: a {@link dev.graft.program.Tensor} is a node of an
 * expression graph, a {@link dev.graft.program.Program} the graph compiled to one native call. This
 * is the only package that names classes of the PyTorch engine; it knows nothing of transformers or
 * of methods.
 *
 * <p>{@code Tensor} is stable, with {@code Shape}, {@code Dim}, {@code Type} and {@code Activation}
 * that it speaks of: what plugins compute with. The rest runs programs; it may change between minor
 * versions, and plugins must not use it.
 */
package dev.graft.program;
