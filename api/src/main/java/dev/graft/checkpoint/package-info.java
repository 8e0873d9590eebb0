/**
 * Tensors in files: safetensors, single and sharded, read where they lie and written whole; what
 * PyTorch's {@code torch.save} wrote, read likewise and never written; and the folder of a model,
 * from disk or from the hub. What the tensors are for belongs to the packages above.
 *
 * <p>Applications open models with {@link dev.graft.checkpoint.ModelDirectory}. None of this
 * package is part of the stable surface: it may change between minor versions, as CHANGELOG.md
 * tells.
 */
package dev.graft.checkpoint;
