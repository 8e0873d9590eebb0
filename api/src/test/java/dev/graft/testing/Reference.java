package dev.graft.testing;

import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.JsonFile;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One case of the reference folder: what transformers and peft computed for a tiny model.
 *
 * @param base the architecture's {@code base} folder
 * @param folder the case's own folder; the base's for the host alone
 */
public record Reference(Path base, Path folder) {
  /** The hosts alone. */
  public static List<Reference> hosts() {
    return cases(each -> each.folder.equals(each.base));
  }

  /** The adapters of PEFT of some types, such as {@code LORA}. */
  public static List<Reference> peft(String... types) {
    return cases(
        each ->
            Files.exists(each.adapter())
                && List.of(types).contains(each.configuration().requireString("peft_type")));
  }

  /** PEFT's configuration of the adapter. */
  public JsonFile configuration() {
    return JsonFile.read(adapter().resolve("adapter_config.json"));
  }

  /** The bottleneck adapters of a method: its parameters tell which it is. */
  public static List<Reference> bottlenecks(String method) {
    return cases(
        each -> {
          if (!Files.exists(each.folder.resolve("expected.json"))
              || !each.facts().has("bottleneck")) {
            return false;
          }
          Set<String> names = each.expected().names();
          String found =
              names.contains("param.layers.0.attention.down.weight")
                  ? "houlsby"
                  : names.contains("param.layers.0.norm.weight") ? "lin" : "pfeiffer";
          return found.equals(method);
        });
  }

  private static List<Reference> cases(Predicate<Reference> kind) {
    Path root = Path.of(System.getProperty("graft.reference", "../../shared/reference"));
    Assumptions.assumeTrue(
        Files.isDirectory(root), "no reference cases at " + root + ": set -Dgraft.reference");
    List<Reference> cases = new ArrayList<>();
    for (Path architecture : folders(root)) {
      Path base = architecture.resolve("base");
      if (Files.isDirectory(base)) {
        folders(architecture).stream()
            .filter(folder -> Files.exists(folder.resolve("expected.safetensors")))
            .map(folder -> new Reference(base, folder))
            .filter(kind)
            .forEach(cases::add);
      }
    }
    Assumptions.assumeFalse(cases.isEmpty(), "no cases of this kind at " + root);
    return cases;
  }

  private static List<Path> folders(Path parent) {
    try (Stream<Path> inner = Files.list(parent)) {
      return inner.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The adapter as PEFT saved it. */
  public Path adapter() {
    return folder.resolve("adapter");
  }

  /** The names of the classes: none for regression. */
  public List<String> classes() {
    int outputs = (int) expected().info("logits").shape().dim(1).fixed();
    return outputs == 1
        ? List.of()
        : IntStream.range(0, outputs).mapToObj(i -> "label" + i).toList();
  }

  /** Whether the host is causal. */
  public boolean isDecoder() {
    return Model.check(model()).isCausal();
  }

  /** Whether the host predicts tokens and not classes. */
  public boolean isLanguageModel() {
    return expected().info("logits").shape().rank() == 3;
  }

  /** The elements of a tensor (rows, tokens, width) that stand for padding, which nobody reads. */
  public boolean[] padding(int size) {
    long[] mask = longs(inputs(), "in.attention_mask");
    boolean[] padding = new boolean[size];
    for (int i = 0; i < size; i++) {
      padding[i] = mask[i / (size / mask.length)] == 0;
    }
    return padding;
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
    long[] shape = inputs().info("in.input_ids").shape().fixed();
    long[] ids = longs(inputs(), "in.input_ids");
    long[] mask = longs(inputs(), "in.attention_mask");
    boolean typed = inputs().names().contains("in.token_type_ids");
    long[] types = typed ? longs(inputs(), "in.token_type_ids") : new long[ids.length];
    List<Tokens> rows = new ArrayList<>();
    int width = (int) shape[1];
    for (int row = 0; row < shape[0]; row++) {
      int length = 0;
      while (length < width && mask[row * width + length] == 1) {
        length++;
      }
      int start = row * width;
      rows.add(
          new Tokens(
              Arrays.copyOfRange(ids, start, start + length),
              Arrays.copyOfRange(types, start, start + length)));
    }
    return TokenBatch.of(rows, paddingId);
  }

  /** Classes, numbers to predict, or tokens. */
  public double[] labels() {
    if (inputs().info("in.labels").type() == DType.I64) {
      return Arrays.stream(longs(inputs(), "in.labels")).asDoubleStream().toArray();
    }
    float[] labels = inputs().floats("in.labels");
    return IntStream.range(0, labels.length).mapToDouble(i -> labels[i]).toArray();
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
