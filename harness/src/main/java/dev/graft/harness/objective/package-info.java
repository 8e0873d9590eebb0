/**
 * What a model learns and is judged by: labels or the next token, the examples as it reads them in
 * batches, and its answers. The same for training and for judging what was saved; nothing here
 * knows a method.
 */
package dev.graft.harness.objective;
