/**
 * Recording and running. A {@code Tensor} is a node of an expression graph; a {@code Program}
 * compiles such a graph to one TorchScript function and runs it in a single native call. This is
 * the only package that names classes of the PyTorch engine. What a transformer is, is not known
 * here.
 */
package dev.graft.program;
