package dev.graft.harness.measure.gpu;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Work that nobody needs, which keeps a GPU busy while other work queues behind it. */
final class Congestion implements AutoCloseable {
  /** A product of such matrices takes milliseconds on any GPU. */
  private static final int WIDTH = 8192;

  private final NDManager manager;
  private final NDArray matrix;

  Congestion(int index) {
    this.manager = NDManager.newBaseManager(Device.gpu(index), "PyTorch");
    this.matrix = manager.ones(new Shape(WIDTH, WIDTH));
  }

  void queue(int products) {
    for (int i = 0; i < products; i++) {
      matrix.matMul(matrix).close();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
