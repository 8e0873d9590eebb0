package dev.graft.harness;

import dev.graft.GraftException;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks that the files which {@code torch_save_cases.py} wrote by PyTorch are read as the
 * safetensors beside them, bit for bit, or are refused. After the build, in the repository's
 * folder:
 *
 * <pre>
 *   python3 harness/src/test/resources/dev/graft/harness/torch_save_cases.py CASES
 *   java -cp 'harness/target/test-classes:harness/target/dist/lib/*' dev.graft.harness.TorchSaveCheck CASES
 * </pre>
 */
final class TorchSaveCheck {
  private TorchSaveCheck() {}

  /** Takes the folder of cases. A line is printed for each; the exit code is 1 if any fails. */
  public static void main(String... arguments) throws IOException {
    List<Path> cases;
    try (Stream<Path> folders = Files.list(Path.of(arguments[0]))) {
      cases = folders.filter(Files::isDirectory).sorted().toList();
    }
    int failed = 0;
    for (Path folder : cases) {
      String failure = failure(folder);
      failed += failure.isEmpty() ? 0 : 1;
      System.out.println(
          (failure.isEmpty() ? "ok     " : "FAILED ") + folder.getFileName() + failure);
    }
    System.out.printf("%d of %d cases hold%n", cases.size() - failed, cases.size());
    System.exit(failed == 0 && !cases.isEmpty() ? 0 : 1);
  }

  private static String failure(Path folder) {
    Path expected = folder.resolve("expected.safetensors");
    try {
      TensorSource tensors = open(folder);
      if (!Files.exists(expected)) {
        return ": was not refused";
      }
      String ours = Fingerprint.of(tensors);
      return ours.equals(Fingerprint.of(TensorSource.open(expected))) ? "" : ": other tensors";
    } catch (GraftException e) {
      System.out.println(e.getMessage().indent(7).stripTrailing());
      return Files.exists(expected) ? ": was refused" : "";
    }
  }

  private static TensorSource open(Path folder) {
    Path file = folder.resolve("weights.bin");
    return Files.exists(file) ? TensorSource.open(file) : ModelDirectory.open(folder).tensors();
  }
}
