package dev.graft.harness.bench;

import java.util.List;

/**
 * What all sides are to compute, on the same numbers.
 *
 * @param model the folder of the host's weights
 * @param adapters folders of adapters as PEFT saves them, one or, for mixed rows, several
 * @param precision of the host: float32, bfloat16 or float16
 * @param device as PyTorch names it
 * @param ids of the tokens, by row
 * @param learningRate of steps
 */
public record Request(
    String model,
    List<String> adapters,
    Figure.Work work,
    Figure.Head head,
    Figure.Arm arm,
    String precision,
    String device,
    List<long[]> ids,
    double learningRate) {
  public Request {
    adapters = List.copyOf(adapters);
    ids = List.copyOf(ids);
  }
}
