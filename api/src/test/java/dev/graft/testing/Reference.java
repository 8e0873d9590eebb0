package dev.graft.testing;

import dev.graft.checkpoint.JsonFile;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.TensorSource;
import dev.graft.model.TokenBatch;
import dev.graft.model.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One case of the reference folder: what transformers and peft computed for a tiny model.
 *
 * @param base the architecture's {@code base} folder
 * @param folder the case's own folder; the base's for the host alone
 */
public record Reference(Path base, Path folder) {
  /** The cases of a kind, for architectures that hosts exist for. */
  public static List<Reference> cases(Set<String> architectures, Set<String> names) {
    Path root = Path.of(System.getProperty("graft.reference", "../../shared/reference"));
    Assumptions.assumeTrue(
        Files.isDirectory(root), "no reference cases at " + root + ": set -Dgraft.reference");
    try (Stream<Path> folders = Files.list(root)) {
      List<Reference> cases = new ArrayList<>();
      for (Path architecture : folders.sorted().toList()) {
        Path base = architecture.resolve("base");
        if (Files.isDirectory(base)
            && architectures.contains(
                JsonFile.read(base.resolve("config.json")).requireString("model_type"))) {
          try (Stream<Path> inner = Files.list(architecture)) {
            inner
                .filter(folder -> names.contains(folder.getFileName().toString()))
                .sorted()
                .forEach(folder -> cases.add(new Reference(base, folder)));
          }
        }
      }
      Assumptions.assumeFalse(
          cases.isEmpty(), "no cases " + names + " of " + architectures + " at " + root);
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return base.getParent().getFileName() + "/" + folder.getFileName();
  }

  public ModelDirectory model() {
    return ModelDirectory.open(base);
  }

  /** What the case expects. */
  public TensorSource expected() {
    return Safetensors.open(folder.resolve("expected.safetensors"));
  }

  /** The inputs, which are those of the base. */
  public TensorSource inputs() {
    return Safetensors.open(base.resolve("expected.safetensors"));
  }

  /** What is said of the case. */
  public JsonFile facts() {
    return JsonFile.read(folder.resolve("expected.json"));
  }

  public TokenBatch batch(long paddingId) {
    long[] shape = inputs().info("in.input_ids").dims();
    long[] ids = longs(inputs(), "in.input_ids");
    long[] mask = longs(inputs(), "in.attention_mask");
    List<Tokens> rows = new ArrayList<>();
    int width = (int) shape[1];
    for (int row = 0; row < shape[0]; row++) {
      int length = 0;
      while (length < width && mask[row * width + length] == 1) {
        length++;
      }
      long[] tokens = new long[length];
      System.arraycopy(ids, row * width, tokens, 0, length);
      rows.add(new Tokens(tokens, new long[length]));
    }
    return TokenBatch.of(rows, paddingId);
  }

  public double[] labels() {
    long[] labels = longs(inputs(), "in.labels");
    double[] numbers = new double[labels.length];
    for (int i = 0; i < labels.length; i++) {
      numbers[i] = labels[i];
    }
    return numbers;
  }

  /** A tensor of whole numbers. */
  public static long[] longs(TensorSource source, String name) {
    var buffer = source.bytes(name).asLongBuffer();
    long[] numbers = new long[buffer.remaining()];
    buffer.get(numbers);
    return numbers;
  }

  @Override
  public String toString() {
    return name();
  }
}
