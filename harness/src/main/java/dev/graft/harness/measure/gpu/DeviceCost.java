package dev.graft.harness.measure.gpu;

/**
 * What a forward pass costs the device, apart from what its caller waits for.
 *
 * @param milliseconds of arithmetic and memory traffic: from the first kernel to the last where no
 *     launch has to be waited for
 * @param kernels that are launched
 * @param joules by the device's counter, over passes one after the other
 */
public record DeviceCost(Reading milliseconds, Reading kernels, Reading joules) {
  /** Nothing is known of it. */
  public static DeviceCost none(String reason) {
    Reading none = Reading.none(reason);
    return new DeviceCost(none, none, none);
  }
}
