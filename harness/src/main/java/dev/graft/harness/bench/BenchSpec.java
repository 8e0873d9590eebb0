package dev.graft.harness.bench;

import dev.graft.program.Device;
import dev.graft.program.Precision;
import java.util.List;

/**
 * What is timed, and against whom.
 *
 * @param device as {@link dev.graft.program.Device#named} takes it
 * @param precision in which hosts are kept and compute
 * @param capture when Graft's programs are captured and replayed
 * @param peer the words of the command that starts another side; none for Graft alone
 * @param ways in which the other computes: the last word of its command
 * @param seconds for the rounds of a figure, warm-up included
 * @param limit in minutes of a process, after which no figure is begun
 * @param processes each of which loads, compiles and times all
 */
public record BenchSpec(
    List<Figure> figures,
    String device,
    Precision precision,
    Device.Capture capture,
    List<String> peer,
    List<String> ways,
    double seconds,
    double limit,
    int processes) {
  public BenchSpec {
    figures = List.copyOf(figures);
    peer = List.copyOf(peer);
    ways = List.copyOf(ways);
  }
}
