package dev.graft.program;

import java.util.List;

/** A program that is ready to run on a device. Any number of threads may run it at a time. */
public final class CompiledProgram implements AutoCloseable {
  private final NativeModule module;
  private final List<Precision> results;

  CompiledProgram(NativeModule module, List<Precision> results) {
    this.module = module;
    this.results = results;
  }

  /**
   * Runs the program.
   *
   * @param values what grafts own, in the order of the program's leaves
   * @param inputs the batch
   * @return the outputs; the caller closes them
   */
  public Values run(Values values, Values inputs) {
    return Values.owning(module.run("run", values, inputs), results);
  }

  @Override
  public void close() {
    module.close();
  }
}
