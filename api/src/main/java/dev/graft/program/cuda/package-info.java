/**
 * CUDA's own functions and PyTorch's class of captured graphs, called by their symbols: all that
 * knows addresses and status codes. It knows nothing of tensors or programs.
 */
package dev.graft.program.cuda;
