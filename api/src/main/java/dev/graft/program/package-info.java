/**
 * Recording a computation and running it: a {@link dev.graft.program.Tensor} is a node of an
 * expression graph, a {@link dev.graft.program.Program} the graph compiled to one native call. This
 * is the only package that names classes of the PyTorch engine; it knows nothing of transformers or
 * of methods.
 */
package dev.graft.program;
