package dev.graft.harness.measure.gpu;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/**
 * Counts the kernels that are launched, by the callbacks of CUPTI. While it counts, launches take
 * longer: nothing is to be timed then.
 */
final class KernelCounter {
  private static final int DRIVER = 1;
  private static final int RUNTIME = 2;
  private static final int ENTER = 0;

  /** Of CUpti_CallbackData: where it is called from, and behind it the function's name. */
  private static final long SITE = 0;

  private static final long NAME = 8;

  /** What CUPTI calls at the beginning and at the end of every function of CUDA. */
  interface Called extends Callback {
    void invoke(Pointer user, int domain, int function, Pointer data);
  }

  private final Called listener = this::called; // for as long as CUPTI may call it
  private boolean isInRuntime;
  private int launches;

  private KernelCounter() {}

  /** How many kernels some work launches on this thread. */
  static double count(Runnable work) throws NotMeasuredException {
    return new KernelCounter().of(work);
  }

  private double of(Runnable work) throws NotMeasuredException {
    NativeFunctions cupti =
        NativeFunctions.open("libcupti", "libcupti.so.13", "libcupti.so.12", "libcupti.so");
    PointerByReference subscriber = new PointerByReference();
    cupti.call("cuptiSubscribe", subscriber, listener, Pointer.NULL);
    try {
      cupti.call("cuptiEnableDomain", 1, subscriber.getValue(), DRIVER);
      cupti.call("cuptiEnableDomain", 1, subscriber.getValue(), RUNTIME);
      work.run();
    } finally {
      cupti.call("cuptiUnsubscribe", subscriber.getValue());
    }
    if (launches == 0) {
      throw new NotMeasuredException("CUPTI told of no kernel");
    }
    return launches;
  }

  /** A launch by the runtime is one by the driver as well, of which CUPTI may tell or not. */
  private void called(Pointer user, int domain, int function, Pointer data) {
    boolean isEnter = data.getInt(SITE) == ENTER;
    Pointer text = data.getPointer(NAME);
    String name = text == null ? "" : text.getString(0);
    if (domain == RUNTIME && name.startsWith("cudaLaunch")) {
      isInRuntime = isEnter;
      launches += isEnter ? 1 : 0;
    } else if (domain == DRIVER && name.startsWith("cuLaunch") && isEnter && !isInRuntime) {
      launches++;
    }
  }
}
