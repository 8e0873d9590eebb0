package dev.graft.harness.trial;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.Folders;
import dev.graft.files.TokenizerFiles;
import dev.graft.harness.job.OutputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A copy of a model with fresh weights: what the host was before it was pretrained. Matrices are
 * Gaussian with the standard deviation of the configuration's {@code initializer_range}, biases
 * zero, the weights of norms one.
 */
final class UntrainedModel {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final double INITIALIZER_RANGE = 0.02;
  private static final Set<DType> REAL = EnumSet.of(DType.F16, DType.BF16, DType.F32, DType.F64);

  private UntrainedModel() {}

  /**
   * Writes the copy, unless it is there already.
   *
   * @param folder for the copy
   * @param seed equal seeds give equal weights
   */
  static Path write(ModelDirectory model, Path folder, long seed) {
    if (!Files.exists(folder.resolve(WEIGHTS))) {
      OutputFolder.create(folder);
      copy(model.path().resolve(CONFIG), folder.resolve(CONFIG));
      for (String file : TokenizerFiles.NAMES) {
        if (Files.isRegularFile(model.path().resolve(file))) {
          copy(model.path().resolve(file), folder.resolve(file));
        }
      }
      double deviation = model.config().doubleOr("initializer_range", INITIALIZER_RANGE);
      List<TensorData> fresh = new ArrayList<>();
      for (String name : model.tensors().names()) {
        fresh.add(fresh(model.tensors(), name, deviation, seed));
      }
      // Last, and whole or not at all: its being there says that the copy is complete.
      SafetensorsWriter.write(folder.resolve(WEIGHTS), fresh, Map.of("format", "pt"));
    }
    return folder;
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw GraftException.machine("%s can't be copied.", from)
          .line("to", to)
          .found(Folders.reason(e))
          .remedy(
              "check that nothing is in its place and the disk has room, or choose another folder for the output")
          .causedBy(e);
    }
  }

  private static TensorData fresh(TensorSource source, String name, double deviation, long seed) {
    TensorInfo info = source.info(name);
    if (!REAL.contains(info.type())) {
      return TensorData.of(source, name);
    }
    float[] numbers = new float[Math.toIntExact(info.elements())];
    if (info.shape().rank() >= 2) {
      SplittableRandom random = new SplittableRandom(SeedMix.ofTensor(seed, name));
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) (random.nextGaussian() * deviation);
      }
    } else if (name.endsWith(".weight") || name.endsWith(".gamma")) {
      Arrays.fill(numbers, 1);
    }
    return TensorData.of(name, numbers, info.shape().fixed());
  }
}
