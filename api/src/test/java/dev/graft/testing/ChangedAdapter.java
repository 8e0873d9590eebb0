package dev.graft.testing;

import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.model.Attachment;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.Saved;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An adapter's files as another library would write them, but for something. */
@FunctionalInterface
public interface ChangedAdapter {
  /** Changes the configuration and the tensors, which are the whole of the adapter. */
  void change(Map<String, Object> configuration, Map<String, StoredTensor> tensors);

  /**
   * A case: saves a stack of one installed method on a tiny host, changes the files and opens them.
   *
   * @param work a folder to be made
   */
  static ErrorTexts.Failing opened(Path work, String host, String stack, ChangedAdapter change) {
    return () -> {
      Files.createDirectories(work);
      Path saved = work.resolve("saved");
      OnHost.on(
              host,
              model -> {
                try (Attachment fresh = new TinyHost(model).attach(stack)) {
                  Saved.saveForeign(fresh, saved, Map.of());
                }
                Path changed = changed(saved, work, change);
                Saved.open(model, changed).close();
              })
          .run();
    };
  }

  private static Path changed(Path saved, Path work, ChangedAdapter change) throws Exception {
    Adapter adapter = ForeignFiles.read(saved);
    Map<String, Object> configuration = new TreeMap<>(adapter.configuration());
    Map<String, StoredTensor> tensors = new TreeMap<>(adapter.tensors());
    change.change(configuration, tensors);
    Library library =
        Arrays.stream(Library.values())
            .filter(each -> Files.exists(saved.resolve(each.tensors())))
            .findFirst()
            .orElseThrow();
    Path changed = Files.createDirectory(work.resolve("changed"));
    Adapter other = new Adapter(configuration, tensors, "");
    ForeignFiles.write(other, Map.of(), List.of(), library, changed, Map.of());
    return changed;
  }
}
