package dev.graft.harness.measure.gpu;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.FloatByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * Two events on the stream on which the engine's programs run, which is CUDA's default one. Belongs
 * to one thread.
 */
public final class CudaEvents implements AutoCloseable {
  private static final Pointer DEFAULT_STREAM = Pointer.NULL;
  private static final int NOT_READY = 600;
  private static final int BUS_ID = 32;

  private final NativeFunctions cuda;
  private final Pointer start;
  private final Pointer end;

  private CudaEvents(NativeFunctions cuda) throws NotMeasuredException {
    this.cuda = cuda;
    this.start = event();
    this.end = event();
  }

  /**
   * Events on a GPU.
   *
   * @param index by which CUDA knows it
   */
  public static CudaEvents on(int index) throws NotMeasuredException {
    NativeFunctions cuda = runtime();
    cuda.call("cudaSetDevice", index);
    return new CudaEvents(cuda);
  }

  private static NativeFunctions runtime() throws NotMeasuredException {
    return NativeFunctions.open("libcudart", "libcudart.so", "libcudart.so.13", "libcudart.so.12");
  }

  /** The address on its bus, by which other libraries find the GPU that CUDA has numbered so. */
  static String busId(int index) throws NotMeasuredException {
    byte[] text = new byte[BUS_ID];
    runtime().call("cudaDeviceGetPCIBusId", text, text.length, index);
    return Native.toString(text);
  }

  /** The version of CUDA's runtime: 12080 for 12.8. */
  static double version() throws NotMeasuredException {
    IntByReference version = new IntByReference();
    runtime().call("cudaRuntimeGetVersion", version);
    return version.getValue();
  }

  private Pointer event() throws NotMeasuredException {
    PointerByReference event = new PointerByReference();
    cuda.call("cudaEventCreate", event);
    return event.getValue();
  }

  /** Marks where the stream is now as the start. */
  void start() throws NotMeasuredException {
    cuda.call("cudaEventRecord", start, DEFAULT_STREAM);
  }

  /** Marks where the stream is now as the end. */
  void end() throws NotMeasuredException {
    cuda.call("cudaEventRecord", end, DEFAULT_STREAM);
  }

  /** Whether the device has come to the start already. */
  boolean isStarted() throws NotMeasuredException {
    int status = cuda.status("cudaEventQuery", start);
    if (status != 0 && status != NOT_READY) {
      throw new NotMeasuredException("cudaEventQuery gave the status %s".formatted(status));
    }
    return status == 0;
  }

  /** Milliseconds from the start to the end, which are waited for. */
  double milliseconds() throws NotMeasuredException {
    FloatByReference milliseconds = new FloatByReference();
    cuda.call("cudaEventSynchronize", end);
    cuda.call("cudaEventElapsedTime", milliseconds, start, end);
    return milliseconds.getValue();
  }

  /** Waits until the device has nothing left to do. */
  void synchronize() throws NotMeasuredException {
    cuda.call("cudaDeviceSynchronize");
  }

  @Override
  public void close() {
    for (Pointer event : new Pointer[] {start, end}) {
      try {
        cuda.status("cudaEventDestroy", event);
      } catch (NotMeasuredException e) {
        // It ends with the process.
      }
    }
  }
}
