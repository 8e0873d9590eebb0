package dev.graft.checkpoint;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.ForeignFormat.Numbers;
import dev.graft.api.GraftException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The folders in which other libraries keep an adapter: a configuration and its tensors. */
public final class ForeignFiles {
  /** The configuration's file. */
  public static final String CONFIGURATION = "adapter_config.json";

  /** Beside what the library reads: how the adapter was made. */
  public static final String PROVENANCE = "graft_provenance.json";

  /** As Python's {@code json.dumps(..., indent=2, sort_keys=True)} writes. */
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .serializeNulls()
          .disableHtmlEscaping()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .create();

  private ForeignFiles() {}

  /** Whether a folder looks like an adapter of another library. */
  public static boolean isAdapter(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIGURATION));
  }

  /**
   * Reads an adapter's folder.
   *
   * @throws GraftException if the configuration or the tensors are missing or damaged
   */
  public static Adapter read(Path folder) {
    JsonFile file = JsonFile.read(folder.resolve(CONFIGURATION));
    Map<String, Object> configuration =
        GSON.fromJson(file.json(), new TypeToken<Map<String, Object>>() {}.getType());
    Safetensors source = Safetensors.open(tensors(folder));
    Map<String, Numbers> tensors = new TreeMap<>();
    for (String name : source.names()) {
      List<Long> shape = Arrays.stream(source.info(name).dims()).boxed().toList();
      tensors.put(name, new Numbers(shape, source.floats(name)));
    }
    return new Adapter(configuration, tensors, "");
  }

  /** The file with an adapter's tensors. */
  public static Path tensors(Path folder) {
    for (Library library : Library.values()) {
      Path file = folder.resolve(library.tensors());
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw GraftException.input(
        "The adapter in %s has no tensors.%nExpected: %s.%nPickled ones (*.bin) are never read, since they can run code: save it again with safe_serialization=True."
            .formatted(
                folder,
                String.join(
                    " or ", Arrays.stream(Library.values()).map(Library::tensors).toList())));
  }

  /**
   * Writes an adapter into a folder that is there.
   *
   * @param metadata put beside the tensors in their file, and into {@link #PROVENANCE}
   */
  public static void write(
      Adapter adapter, Library library, Path folder, Map<String, String> metadata) {
    AtomicFile.write(
        folder.resolve(CONFIGURATION), GSON.toJson(new TreeMap<>(adapter.configuration())));
    List<TensorData> tensors = new ArrayList<>();
    adapter
        .tensors()
        .forEach(
            (name, numbers) ->
                tensors.add(
                    TensorData.of(
                        name,
                        numbers.elements(),
                        numbers.shape().stream().mapToLong(Long::longValue).toArray())));
    Map<String, String> all = new LinkedHashMap<>(Map.of("format", "pt"));
    all.putAll(new TreeMap<>(metadata));
    SafetensorsWriter.write(folder.resolve(library.tensors()), tensors, all);
    AtomicFile.write(folder.resolve(PROVENANCE), GSON.toJson(new TreeMap<>(metadata)) + "\n");
  }
}
