package dev.graft.saved;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorInfo;
import dev.graft.files.AtomicFile;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The folders in which other libraries keep an adapter: a configuration and its tensors. */
public final class ForeignFiles {
  /** The configuration's file. */
  public static final String CONFIGURATION = "adapter_config.json";

  /** Beside what the library reads: how the adapter was made. */
  private static final String PROVENANCE = "graft_provenance.json";

  private static final String HEAD_CONFIGURATION = "head_config.json";

  /** As Python's {@code json.dumps(..., indent=2, sort_keys=True)} writes. */
  private static final Gson GSON =
      new GsonBuilder()
          .setPrettyPrinting()
          .serializeNulls()
          .disableHtmlEscaping()
          .setObjectToNumberStrategy(ToNumberPolicy.LONG_OR_DOUBLE)
          .create();

  private ForeignFiles() {}

  /**
   * {@return whether a folder looks like an adapter of another library: whether it has a
   * configuration of one}
   *
   * @param folder which may be missing
   */
  public static boolean isAdapter(Path folder) {
    return Files.isRegularFile(folder.resolve(CONFIGURATION));
  }

  /**
   * {@return an adapter with all its tensors, the task head's among them}
   *
   * @param folder as PEFT or AdapterHub writes it
   * @throws GraftException if the configuration or the tensors are missing or damaged
   */
  public static Adapter read(Path folder) {
    Map<String, Object> configuration =
        GSON.fromJson(
            JsonFile.read(folder.resolve(CONFIGURATION)).json(),
            new TypeToken<Map<String, Object>>() {}.getType());
    Path file = tensors(folder);
    Map<String, StoredTensor> tensors = new TreeMap<>(numbers(file));
    Optional<Path> head =
        Arrays.stream(Library.values())
            .filter(each -> file.endsWith(each.tensors()))
            .flatMap(each -> each.head().stream())
            .map(folder::resolve)
            .findFirst();
    head.filter(Files::isRegularFile).ifPresent(there -> tensors.putAll(numbers(there)));
    if (head.isPresent()
        && !Files.exists(head.get())
        && Files.exists(folder.resolve(HEAD_CONFIGURATION))) {
      throw GraftException.input("The adapter in %s has a head, and no tensors of it.", folder)
          .expected(head.get().getFileName())
          .found(Folders.listing(folder))
          .remedy(
              "save it again with use_safetensors=True, or remove %s to begin with a fresh head",
              HEAD_CONFIGURATION);
    }
    return new Adapter(configuration, tensors, "");
  }

  private static Map<String, StoredTensor> numbers(Path file) {
    Safetensors source = Safetensors.open(file);
    Map<String, StoredTensor> tensors = new TreeMap<>();
    for (String name : source.names()) {
      TensorInfo info = source.info(name);
      boolean isWhole = info.type() == DType.I64 || info.type() == DType.I32;
      tensors.put(
          name,
          isWhole
              ? StoredTensor.whole(info.shape(), source.longs(name))
              : new StoredTensor(info.shape(), source.floats(name)));
    }
    return tensors;
  }

  /**
   * {@return the file with an adapter's tensors}
   *
   * @param folder as PEFT or AdapterHub writes it
   * @throws GraftException if there is none but a pickle
   */
  public static Path tensors(Path folder) {
    for (Library library : Library.values()) {
      Path file = folder.resolve(library.tensors());
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw GraftException.input("The adapter in %s has no tensors.", folder)
        .expected(
            String.join(" or ", Arrays.stream(Library.values()).map(Library::tensors).toList()))
        .found(Folders.listing(folder))
        .remedy(
            "pickled ones (*.bin) are never read, since they can run code: save it again with safe_serialization=True (PEFT) or use_safetensors=True (AdapterHub)");
  }

  /**
   * Writes an adapter into a folder that is there.
   *
   * @param adapter without the task head
   * @param head the task head's tensors by their names in the host's library; may be empty
   * @param labels the names of the classes; none for regression
   * @param library whose names the files have
   * @param folder one that is there
   * @param metadata put beside the tensors in their file
   * @throws GraftException if a file can't be written
   */
  public static void write(
      Adapter adapter,
      Map<String, StoredTensor> head,
      List<String> labels,
      Library library,
      Path folder,
      Map<String, String> metadata) {
    write(folder.resolve(CONFIGURATION), adapter.configuration());
    Map<String, String> all = new LinkedHashMap<>(Map.of("format", "pt"));
    all.putAll(new TreeMap<>(metadata));
    Map<String, StoredTensor> tensors = new TreeMap<>(adapter.tensors());
    if (library.head().isEmpty()) {
      head.forEach((name, numbers) -> tensors.put(adapter.headPrefix() + name, numbers));
    } else if (!head.isEmpty()) {
      write(folder.resolve(library.head().get()), head, all);
      write(folder.resolve(HEAD_CONFIGURATION), headConfiguration(adapter, labels));
    }
    write(folder.resolve(library.tensors()), tensors, all);
    write(folder.resolve(PROVENANCE), new TreeMap<String, Object>(metadata));
  }

  /** What AdapterHub says of the only head of a class that has a fixed one. */
  private static Map<String, Object> headConfiguration(Adapter adapter, List<String> labels) {
    List<String> names = labels.isEmpty() ? List.of("LABEL_0") : labels;
    Map<String, Object> numbers = new TreeMap<>();
    names.forEach(name -> numbers.put(name, names.indexOf(name)));
    Map<String, Object> configuration = new TreeMap<>(adapter.configuration());
    configuration.put("config", null);
    configuration.put("label2id", numbers);
    configuration.put("name", null);
    configuration.put("num_labels", names.size());
    return configuration;
  }

  private static void write(Path file, Map<String, Object> configuration) {
    AtomicFile.write(file, GSON.toJson(new TreeMap<>(configuration)));
  }

  private static void write(
      Path file, Map<String, StoredTensor> numbers, Map<String, String> metadata) {
    List<TensorData> tensors = new ArrayList<>();
    numbers.forEach((name, each) -> tensors.add(SavedStack.data(name, each)));
    SafetensorsWriter.write(file, tensors, metadata);
  }
}
