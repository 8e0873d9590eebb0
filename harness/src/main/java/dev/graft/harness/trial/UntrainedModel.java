package dev.graft.harness.trial;

import dev.graft.SeedMix;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.Folders;
import dev.graft.files.NewFolder;
import dev.graft.files.Sha256;
import dev.graft.files.TokenizerFiles;
import dev.graft.harness.environment.ConfigurationHash;
import dev.graft.harness.job.LockFile;
import dev.graft.harness.job.OutputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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

  /** A hash of all that the copies of a model depend on: not of what its weights are. */
  static String origin(ModelDirectory model) {
    StringBuilder lines = new StringBuilder(ConfigurationHash.of(model));
    TensorSource tensors = model.tensors();
    for (String name : tensors.names()) {
      lines.append('\n').append(tensors.info(name));
      if (!REAL.contains(tensors.info(name).type())) {
        MessageDigest digest = Sha256.digest();
        tensors.pieces(name).forEach(digest::update);
        lines.append(' ').append(Sha256.hex(digest.digest()));
      }
    }
    return Sha256.of(lines.toString());
  }

  /**
   * Writes the copy, unless it is there already; where another process is writing it, it is waited
   * for.
   *
   * @param folder for the copy
   * @param seed equal seeds give equal weights
   */
  @SuppressWarnings("try") // it is held for as long as the folder is written
  static Path write(ModelDirectory model, Path folder, long seed) {
    OutputFolder.create(folder.getParent());
    try (LockFile held = LockFile.take(lock(folder), waited -> {})) {
      if (!Files.exists(folder.resolve(WEIGHTS))) {
        NewFolder.write(folder, unfinished -> fill(unfinished, model, seed));
      }
    }
    return folder;
  }

  private static Path lock(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".lock");
  }

  private static void fill(Path folder, ModelDirectory model, long seed) throws IOException {
    Files.write(folder.resolve(CONFIG), read(model.path().resolve(CONFIG)));
    for (String name : TokenizerFiles.NAMES) {
      Path file = model.path().resolve(name);
      if (Files.isRegularFile(file)) {
        Files.write(folder.resolve(name), read(file));
      }
    }
    double deviation = model.config().doubleOr("initializer_range", INITIALIZER_RANGE);
    List<TensorData> fresh = new ArrayList<>();
    for (String name : model.tensors().names()) {
      fresh.add(fresh(model.tensors(), name, deviation, seed));
    }
    SafetensorsWriter.write(folder.resolve(WEIGHTS), fresh, Map.of("format", "pt"));
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Folders.unreadable(file, e);
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
