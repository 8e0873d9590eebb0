package dev.graft.program;

/** A program that is ready to run on a device. Any number of threads may run it at a time. */
public final class CompiledProgram implements AutoCloseable {
  private final NativeModule module;

  CompiledProgram(NativeModule module) {
    this.module = module;
  }

  /**
   * Runs the program.
   *
   * @param values what grafts own, in the order of the program's leaves
   * @param inputs the batch
   * @return the outputs; the caller closes them
   */
  public Values run(Values values, Values inputs) {
    return module.run("run", values, inputs);
  }

  @Override
  public void close() {
    module.close();
  }
}
