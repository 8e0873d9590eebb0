package dev.graft.host;

import dev.graft.SeedMix;
import dev.graft.api.HostParameter;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorsInMemory;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Hosts of any shape with random weights, in memory: what checks of methods and programs run on.
 * Every weight is away from zero and one, so that none can be left out unseen.
 */
public final class RandomModel {
  private static final double DEVIATION = 0.3;

  /** From here on matrices are wide: what they give shall be no larger than what narrow ones do. */
  private static final double WIDE = 64;

  private static final double NARROW = 16;

  private RandomModel() {}

  /**
   * A model as a directory would hold it, without a task head.
   *
   * @param config what would stand in its {@code config.json}
   * @param seed equal seeds give equal weights
   * @return in memory, its weights of 32 bits
   */
  public static ModelDirectory of(JsonFile config, long seed) {
    HostShape host = HostShape.of(config);
    List<TensorData> tensors = new ArrayList<>();
    for (HostParameter parameter : host.parameters()) {
      String name = host.checkpointName(parameter);
      SplittableRandom random = new SplittableRandom(SeedMix.ofTensor(seed, name));
      long[] shape = host.storedShape(parameter).fixed();
      float[] numbers = new float[Math.toIntExact(parameter.tensor().shape().size().fixed())];
      double centre = shape.length == 1 && !parameter.isBias() ? 1 : 0;
      double width = shape.length == 2 ? parameter.tensor().shape().dim(1).fixed() : 1;
      double deviation = width <= WIDE ? DEVIATION : DEVIATION * Math.sqrt(NARROW / width);
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (centre + deviation * random.nextGaussian());
      }
      tensors.add(TensorData.of(name, numbers, shape));
    }
    Path name = Path.of("random");
    return new ModelDirectory(name, config, new TensorsInMemory(name, tensors));
  }
}
