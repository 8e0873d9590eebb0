package dev.graft.transformer;

import dev.graft.host.HostConfig;
import dev.graft.program.Dim;
import dev.graft.program.Tensor;
import dev.graft.program.Type;

/** Rotary positions at work: the angles of a batch, computed once for all blocks. */
final class Rotation {
  private final Tensor cosines; // (1 or B, 1, S, E)
  private final Tensor sines;

  /**
   * The rotation for given positions.
   *
   * @param positions (1 or B, S)
   */
  Rotation(HostConfig.Rotary rotary, Tensor positions) {
    Tensor place = positions.to(Type.FLOAT32).unsqueeze(2); // (1, S, 1)
    Tensor half = place.times(positions.numbers(rotary.frequencies())); // (1, S, E / 2)
    Tensor angles = Tensor.concat(2, half, half).unsqueeze(1);
    this.cosines = scaled(angles.cos(), rotary.scale()).to(Type.REAL);
    this.sines = scaled(angles.sin(), rotary.scale()).to(Type.REAL);
  }

  private static Tensor scaled(Tensor x, double scale) {
    return scale == 1 ? x : x.times(scale);
  }

  /** Turns queries or keys, (B, heads, S, E). The elements i and i + E / 2 are a pair. */
  Tensor of(Tensor x) {
    long width = x.shape().dim(-1).fixed();
    Tensor first = x.slice(3, 0, width / 2);
    Tensor second = x.slice(3, Dim.of(width / 2), Dim.of(width));
    Tensor turned = Tensor.concat(3, second.times(-1), first);
    return x.times(cosines).plus(turned.times(sines));
  }
}
