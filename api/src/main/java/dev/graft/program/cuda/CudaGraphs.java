package dev.graft.program.cuda;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Captures graphs on one GPU with PyTorch's own class, which keeps their memory in pools that no
 * clearing of the cache touches. Its methods are called by their symbols: an exception that one of
 * them threw would end the process, so that none is called where it would.
 */
public final class CudaGraphs {
  private static final String CLASS = "_ZN2at4cuda9CUDAGraph";

  /** More than any version's object takes. */
  private static final int OBJECT_BYTES = 1 << 16;

  /** Of cudaStreamCaptureMode: what other threads do meanwhile is allowed. */
  private static final int RELAXED = 2;

  /** Of cudaStreamCaptureStatus. */
  private static final int ACTIVE = 1;

  private static final int NON_BLOCKING = 1;

  private static final long STAGED_BYTES = 1 << 16;

  /** Of cudaMemcpyKind. */
  private static final int HOST_TO_DEVICE = 1;

  /** What an instantiated graph and its launch may need outside of the pool. */
  private static final long SPARE_BYTES = 256L << 20;

  /** Pools that users number are told from PyTorch's own by a first half of 0. */
  private static final AtomicLong POOLS = new AtomicLong(1L << 48);

  private final int gpu;
  private final Function constructor;
  private final Function destructor;
  private final Function begin;
  private final Function end;
  private final Function replay;
  private final Function openGuard;
  private final Function closeGuard;
  private final Function setDevice;
  private final Function beginCapture;
  private final Function endCapture;
  private final Function isCapturing;
  private final Function destroyGraph;
  private final Function synchronize;
  private final Function lastError;
  private final Function errorText;
  private final Function memory;
  private final Function address;
  private final Function copy;
  private final Pointer stream;
  private Memory staging;

  /**
   * Looks for all symbols and makes a stream to capture on.
   *
   * @param gpu by which CUDA knows it; the engine has run something there
   * @throws NotAvailableException if a symbol isn't there
   */
  public CudaGraphs(int gpu) throws NotAvailableException {
    LoadedLibrary torch = LoadedLibrary.named("libtorch_cuda.so");
    LoadedLibrary cuda = LoadedLibrary.named("libcudart");
    this.gpu = gpu;
    this.constructor = torch.function(CLASS + "C1Eb", CLASS + "C1Ev");
    this.destructor = torch.function(CLASS + "D1Ev");
    this.begin = torch.function(CLASS + "13capture_beginESt4pairIyyE21cudaStreamCaptureMode");
    this.end = torch.function(CLASS + "11capture_endEv");
    this.replay = torch.function(CLASS + "6replayEv");
    this.openGuard = torch.function("aoti_torch_create_cuda_stream_guard");
    this.closeGuard = torch.function("aoti_torch_delete_cuda_stream_guard");
    this.setDevice = cuda.function("cudaSetDevice");
    this.beginCapture = cuda.function("cudaStreamBeginCapture");
    this.endCapture = cuda.function("cudaStreamEndCapture");
    this.isCapturing = cuda.function("cudaStreamIsCapturing");
    this.destroyGraph = cuda.function("cudaGraphDestroy");
    this.synchronize = cuda.function("cudaStreamSynchronize");
    this.lastError = cuda.function("cudaGetLastError");
    this.errorText = cuda.function("cudaGetErrorString");
    this.memory = cuda.function("cudaMemGetInfo");
    this.address = torch.function("aoti_torch_get_data_ptr");
    this.copy = cuda.function("cudaMemcpyAsync");
    Function create = cuda.function("cudaStreamCreateWithFlags");
    PointerByReference created = new PointerByReference();
    call(setDevice, gpu);
    call(create, created, NON_BLOCKING);
    this.stream = created.getValue();
  }

  /** {@return a number that no other pool has; it is one as long as a graph in it is open} */
  public static long newPool() {
    return POOLS.incrementAndGet();
  }

  /**
   * Runs something on the stream on which graphs are captured, after all that was launched before
   * and before all that is launched afterwards.
   *
   * @param body launches on the calling thread's current stream
   * @throws NotAvailableException if CUDA refuses; the body may have run
   */
  public void rehearse(Runnable body) throws NotAvailableException {
    call(setDevice, gpu);
    call(synchronize, Pointer.NULL);
    Pointer guard = guard();
    try {
      body.run();
      call(synchronize, stream);
    } finally {
      closeGuard.invokeInt(new Object[] {guard});
    }
  }

  /**
   * Captures what something launches, which is not run. No other thread may run anything of the
   * engine meanwhile.
   *
   * @param pool from {@link #newPool()}, for graphs that are replayed one after another
   * @param body launches on the calling thread's current stream, and has run before
   * @return the graph; the caller closes it, after the body's results
   * @throws NotAvailableException if it can't be captured
   */
  public CudaGraph capture(long pool, Runnable body) throws NotAvailableException {
    call(setDevice, gpu);
    requireMemory();
    Pointer guard = guard();
    try {
      Memory object = new Memory(OBJECT_BYTES);
      object.clear();
      constructor.invokeVoid(new Object[] {object, 0});
      begin.invokeVoid(new Object[] {object, 0L, pool, RELAXED});
      Throwable failure = null;
      try {
        body.run();
      } catch (RuntimeException | Error e) {
        failure = e;
      }
      String spoilt = end(object);
      CudaGraph graph = new CudaGraph(this, object);
      if (failure != null || spoilt != null) {
        graph.close();
        throw new NotAvailableException(
            failure == null ? spoilt : String.valueOf(failure.getMessage()), failure);
      }
      return graph;
    } finally {
      closeGuard.invokeInt(new Object[] {guard});
    }
  }

  /**
   * Ends a capture. The class throws where something has spoilt it: then CUDA ends it, and the
   * class is given an empty one to end, so that the allocator leaves the pool.
   *
   * @return what CUDA says to a capture that was spoilt, or null
   */
  private String end(Memory object) throws NotAvailableException {
    IntByReference status = new IntByReference();
    String said = null;
    if (isCapturing.invokeInt(new Object[] {stream, status}) != 0 || status.getValue() != ACTIVE) {
      PointerByReference spoilt = new PointerByReference();
      said = text(endCapture.invokeInt(new Object[] {stream, spoilt}));
      if (spoilt.getValue() != null) {
        destroyGraph.invokeInt(new Object[] {spoilt.getValue()});
      }
      lastError.invokeInt(new Object[] {});
      call(beginCapture, stream, RELAXED);
    }
    end.invokeVoid(new Object[] {object});
    return said;
  }

  /**
   * Writes numbers over a tensor, after all that was launched before and before all that is
   * launched afterwards. One call at a time.
   *
   * @param tensor as the engine names it, on this GPU, without gaps and of the same numbers
   * @param numbers of an array of 32-bit or 64-bit numbers; they have been read when this returns
   * @throws NotAvailableException if CUDA refuses
   */
  public void copy(long tensor, Buffer numbers) throws NotAvailableException {
    PointerByReference place = new PointerByReference();
    int status = address.invokeInt(new Object[] {new Pointer(tensor), place});
    if (status != 0) {
      throw new NotAvailableException("PyTorch tells no address, with the status " + status);
    }
    long bytes = staged(numbers);
    call(setDevice, gpu);
    // The driver reads memory that is not pinned before it returns.
    call(copy, place.getValue(), staging, bytes, HOST_TO_DEVICE, Pointer.NULL);
  }

  /** Where CUDA can read them; gives the number of bytes. */
  private long staged(Buffer numbers) {
    int size = numbers.remaining();
    long bytes = (long) size * (numbers instanceof LongBuffer ? Long.BYTES : Float.BYTES);
    if (staging == null || staging.size() < bytes) {
      staging = new Memory(Math.max(STAGED_BYTES, bytes));
    }
    if (numbers instanceof LongBuffer longs) {
      staging.write(0, longs.array(), 0, size);
    } else {
      staging.write(0, ((FloatBuffer) numbers).array(), 0, size);
    }
    return bytes;
  }

  /**
   * {@return the bytes of the GPU's memory that no process has}
   *
   * @throws NotAvailableException if CUDA does not tell
   */
  public long freeMemory() throws NotAvailableException {
    LongByReference free = new LongByReference();
    call(memory, free, new LongByReference());
    return free.getValue();
  }

  private void requireMemory() throws NotAvailableException {
    long free = freeMemory();
    if (free < SPARE_BYTES) {
      throw new NotAvailableException(
          "%s MiB of the GPU's memory are free, and %s are needed"
              .formatted(free >> 20, SPARE_BYTES >> 20));
    }
  }

  private Pointer guard() throws NotAvailableException {
    PointerByReference guard = new PointerByReference();
    int status = openGuard.invokeInt(new Object[] {stream, gpu, guard});
    if (status != 0) {
      throw new NotAvailableException("PyTorch refuses a stream with the status " + status);
    }
    return guard.getValue();
  }

  void replay(Pointer object) {
    replay.invokeVoid(new Object[] {object});
  }

  void destroy(Memory object) {
    destructor.invokeVoid(new Object[] {object});
    object.close();
  }

  private void call(Function function, Object... arguments) throws NotAvailableException {
    int status = function.invokeInt(arguments);
    if (status != 0) {
      lastError.invokeInt(new Object[] {});
      throw new NotAvailableException(function.getName() + ": " + text(status));
    }
  }

  private String text(int status) {
    return errorText.invokeString(new Object[] {status}, false);
  }
}
