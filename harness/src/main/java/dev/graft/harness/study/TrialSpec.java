package dev.graft.harness.study;

import dev.graft.harness.training.Recipe;
import dev.graft.program.Precision;

/**
 * One method, one setting, one seed: all that decides how a trial turns out.
 *
 * @param model a Hugging Face folder, or a commit of a model on the hub: {@code hf:org/name@commit}
 * @param task {@code reviews}, or a GLUE folder
 * @param method a stack as {@link dev.graft.methods.StackSpec} writes it
 * @param seed of the fresh parameters, the order of the data and the dropout
 * @param untrained whether the host's weights are drawn anew before anything else
 * @param device as {@link dev.graft.program.Device#named} takes it
 * @param precision in which the host is kept and computes
 */
public record TrialSpec(
    String model,
    String task,
    String method,
    long seed,
    boolean untrained,
    String device,
    Precision precision,
    Recipe recipe) {}
