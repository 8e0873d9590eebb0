package dev.graft.harness;

import dev.graft.GraftException;
import dev.graft.checkpoint.TensorSource;
import dev.graft.host.TokenBatch;
import dev.graft.merging.Unmerged;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.saved.Saved;
import dev.graft.testing.AttachedReference;
import dev.graft.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Opens the adapters that other libraries wrote and compares the logits with theirs: as they are,
 * merged, and after Graft has written them again. What it writes is for {@code peft_check.py} and
 * {@code adapterhub_check.py} to load. After the build, in the repository's folder:
 *
 * <pre>
 *   python3 harness/src/test/resources/dev/graft/harness/peft_cases.py CASES
 *   OPT_OUT_TRACKING=true java -cp 'harness/target/test-classes:api/target/test-classes:harness/target/dist/lib/*:harness/target/dist/plugins/*:harness/target/dist/natives/cpu/*' \
 *     dev.graft.harness.ForeignReadCheck CASES AGAIN
 *   python3 harness/src/test/resources/dev/graft/harness/peft_check.py AGAIN
 * </pre>
 */
final class ForeignReadCheck {
  private static final double TOLERANCE = 1e-5;

  private final Path cases;
  private final Path again;
  private double largest;

  private ForeignReadCheck(Path cases, Path again) {
    this.cases = cases;
    this.again = again;
  }

  /**
   * Takes the folder of cases and one to be made. A line is printed for each case; the exit code is
   * 1 if any fails.
   */
  public static void main(String... arguments) throws IOException {
    ForeignReadCheck check = new ForeignReadCheck(Path.of(arguments[0]), Path.of(arguments[1]));
    System.exit(check.all() ? 0 : 1);
  }

  private boolean all() throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.list(cases)) {
      folders = all.filter(each -> Files.isDirectory(each.resolve("adapter"))).sorted().toList();
    }
    int failed = 0;
    for (Path folder : folders) {
      List<String> found = failures(folder);
      failed += found.isEmpty() ? 0 : 1;
      System.out.println((found.isEmpty() ? "ok     " : "FAILED ") + folder.getFileName());
      found.forEach(each -> System.out.println(each.indent(7).stripTrailing()));
    }
    System.out.printf(
        Locale.ROOT,
        "%s of %s cases hold, within %.1e%n",
        folders.size() - failed,
        folders.size(),
        largest);
    return failed == 0 && !folders.isEmpty();
  }

  private List<String> failures(Path folder) throws IOException {
    boolean isToBeRefused = !Files.exists(folder.resolve("expected.safetensors"));
    Reference reference = new Reference(folder.resolve("base"), folder);
    try (Device device = Device.cpu();
        Model model = Model.load(reference.model(), device);
        Attachment opened = Saved.open(model, reference.adapter())) {
      return isToBeRefused ? List.of("was not refused") : compared(reference, model, opened);
    } catch (GraftException e) {
      System.out.println(e.getMessage().indent(7).stripTrailing());
      return isToBeRefused ? List.of() : List.of("was refused");
    }
  }

  private List<String> compared(Reference reference, Model model, Attachment opened)
      throws IOException {
    List<String> found = new ArrayList<>();
    compare("opened", reference, opened, found);
    Path written = again.resolve(reference.folder().getFileName());
    Files.createDirectories(written);
    try (Attachment merged = opened.merged()) {
      List<Unmerged> left = merged.unmerged();
      compare("merged", reference, merged, found);
      if (left.isEmpty()) {
        Saved.exportHuggingFace(opened, written.resolve("merged"));
      }
    }
    Files.createSymbolicLink(written.resolve("base"), reference.base().toAbsolutePath());
    Files.copy(
        reference.folder().resolve("expected.safetensors"),
        written.resolve("expected.safetensors"));
    Saved.saveForeign(opened, written.resolve("adapter"), Map.of());
    try (Attachment reopened = Saved.open(model, written.resolve("adapter"))) {
      compare("written again", reference, reopened, found);
    }
    if (written.resolve("merged").toFile().exists()) {
      Reference whole = new Reference(written.resolve("merged"), reference.folder());
      try (Model merged = Model.load(whole.model(), model.device());
          Attachment bare =
              merged.attach(
                  reference.isLanguageModel()
                      ? merged.languageModel(new StackSpec(List.of()))
                      : merged.stack(new StackSpec(List.of()), merged.labels()),
                  0)) {
        compare("exported", reference, bare, found);
      }
    }
    return found;
  }

  private void compare(
      String what, Reference reference, Attachment attachment, List<String> found) {
    TensorSource expected = reference.expected();
    TokenBatch batch = reference.batch(attachment.model().host().config().paddingId());
    float[] theirs = expected.floats("logits");
    float[] ours = AttachedReference.logits(attachment, batch);
    boolean[] padding =
        reference.isLanguageModel() ? reference.padding(theirs.length) : new boolean[theirs.length];
    double distance = 0;
    double scale = 0;
    for (int i = 0; i < theirs.length; i++) {
      if (!padding[i]) {
        distance = Math.max(distance, Math.abs(theirs[i] - ours[i]));
        scale = Math.max(scale, Math.abs(theirs[i]));
      }
    }
    largest = Math.max(largest, distance / scale);
    if (!(distance <= TOLERANCE * scale)) { // so that NaN fails
      found.add(what + ": the logits differ by " + (float) (distance / scale));
    }
  }
}
