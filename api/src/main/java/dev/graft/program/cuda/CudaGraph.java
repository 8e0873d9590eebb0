package dev.graft.program.cuda;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * Kernels that were captured once and are launched together. Its memory lies in a pool of its own.
 */
public final class CudaGraph implements AutoCloseable {
  private final CudaGraphs room;
  private Memory object;

  CudaGraph(CudaGraphs room, Memory object) {
    this.room = room;
    this.object = object;
  }

  /**
   * Launches the kernels on the calling thread's current stream, behind what was launched there.
   */
  public void replay() {
    room.replay(object());
  }

  private synchronized Pointer object() {
    if (object == null) {
      throw new IllegalStateException("the graph was closed");
    }
    return object;
  }

  @Override
  public synchronized void close() {
    if (object != null) {
      room.destroy(object);
      object = null;
    }
  }
}
