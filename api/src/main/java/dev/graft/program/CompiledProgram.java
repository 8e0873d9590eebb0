package dev.graft.program;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** A program that is ready to run on a device. Any number of threads may run it at a time. */
public final class CompiledProgram implements AutoCloseable {
  private final NativeModule module;
  private final List<Precision> results;
  private final Replays replays;

  CompiledProgram(NativeModule module, List<Precision> results, Replays replays) {
    this.module = module;
    this.results = results;
    this.replays = replays;
  }

  /**
   * Runs the program.
   *
   * @param values what grafts own, in the order of the program's leaves
   * @param inputs the batch
   * @return the outputs; the caller closes them
   */
  public Values run(Values values, Values inputs) {
    return replays.run(
        values, inputs, given -> Values.owning(module.run("run", values, given), results));
  }

  /**
   * Runs the program on arrays of DJL's PyTorch engine; those that lie on another device are
   * copied.
   *
   * @param values what grafts own, in the order of the program's leaves
   * @param inputs the batch, of the types that the program's inputs have
   * @return the outputs, which belong to the manager of the first input
   */
  public NDList run(Values values, NDList inputs) {
    NDManager owner = inputs.head().getManager();
    NDList results = new NDList();
    // The arrays get another owner, so that nobody closes the list.
    module
        .borrowed(inputs, given -> run(values, given))
        .forEach(result -> results.add(result.array()));
    results.forEach(result -> result.attach(owner));
    return results;
  }

  @Override
  public void close() {
    replays.close();
    module.close();
  }
}
