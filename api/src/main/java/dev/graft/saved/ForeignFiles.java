package dev.graft.saved;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.ToNumberPolicy;
import com.google.gson.reflect.TypeToken;
import dev.graft.GraftException;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.DType;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.AtomicFile;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The folders in which other libraries keep an adapter: a configuration and its tensors. */
public final class ForeignFiles {
  /** The configuration's file. */
  public static final String CONFIGURATION = "adapter_config.json";

  /** Beside what the library reads: how the adapter was made. */
  private static final String PROVENANCE = "graft_provenance.json";

  private static final String HEAD_CONFIGURATION = "head_config.json";

  private static final String ADAPTER_HUB = Library.ADAPTER_HUB.tensors();
  private static final String PICKLED_ADAPTER_HUB = "pytorch_adapter.bin";

  /** Where an adapter's tensors may be; the first that is there is read, a pickle last. */
  private static final List<String> TENSORS =
      List.of(Library.PEFT.tensors(), ADAPTER_HUB, "adapter_model.bin", PICKLED_ADAPTER_HUB);

  /** Those of them that leave the task head's tensors to a file of its own. */
  private static final Set<String> WITH_HEADS = Set.of(ADAPTER_HUB, PICKLED_ADAPTER_HUB);

  private static final List<String> HEADS =
      List.of(Library.ADAPTER_HUB.head().orElseThrow(), "pytorch_model_head.bin");

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
    JsonFile file = JsonFile.read(folder.resolve(CONFIGURATION));
    file.json().asMap().forEach((key, value) -> refuseNullInLists(file, key, value));
    Map<String, Object> configuration =
        GSON.fromJson(file.json(), new TypeToken<Map<String, Object>>() {}.getType());
    TensorSource source = tensors(folder);
    Map<String, StoredTensor> tensors = new TreeMap<>(numbers(source));
    boolean isBesideHead = WITH_HEADS.contains(source.file().getFileName().toString());
    Optional<Path> head = isBesideHead ? first(folder, HEADS) : Optional.empty();
    head.ifPresent(own -> tensors.putAll(numbers(TensorSource.open(own))));
    if (isBesideHead && head.isEmpty() && Files.exists(folder.resolve(HEAD_CONFIGURATION))) {
      throw GraftException.input("The adapter in %s has a head, and no tensors of it.", folder)
          .expected(String.join(" or ", HEADS))
          .found(Folders.listing(folder))
          .remedy(
              "save it again with its head, or remove %s to begin with a fresh one",
              HEAD_CONFIGURATION);
    }
    return new Adapter(configuration, tensors, "");
  }

  /** A list is of names or numbers, and no method has to ask each. */
  private static void refuseNullInLists(JsonFile file, String key, JsonElement value) {
    if (value.isJsonObject()) {
      value.getAsJsonObject().asMap().values().forEach(each -> refuseNullInLists(file, key, each));
    } else if (value.isJsonArray()) {
      for (JsonElement each : value.getAsJsonArray()) {
        if (each.isJsonNull()) {
          throw GraftException.input("A list in the adapter's configuration holds null.")
              .in("%s, '%s'".formatted(file.file(), key))
              .expected("names or numbers")
              .found(value)
              .remedy("save the adapter again");
        }
        refuseNullInLists(file, key, each);
      }
    }
  }

  private static Map<String, StoredTensor> numbers(TensorSource source) {
    Map<String, StoredTensor> tensors = new TreeMap<>();
    for (String name : source.names()) {
      DType type = source.info(name).type();
      boolean isWhole = type == DType.I64 || type == DType.I32;
      tensors.put(name, SavedStack.read(source, name, isWhole));
    }
    return tensors;
  }

  /**
   * {@return an adapter's tensors, without those that its task head has in a file of its own}
   *
   * @param folder as PEFT or AdapterHub writes it
   * @throws GraftException if they are missing or damaged, or a pickle holds anything else
   */
  public static TensorSource tensors(Path folder) {
    Optional<Path> file = first(folder, TENSORS);
    if (file.isEmpty()) {
      throw GraftException.input("The adapter in %s has no tensors.", folder)
          .expected("one of %s", String.join(", ", TENSORS))
          .found(Folders.listing(folder))
          .remedy("save it again by save_pretrained (PEFT) or save_adapter (AdapterHub)");
    }
    return TensorSource.open(file.get());
  }

  private static Optional<Path> first(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }

  /**
   * Writes an adapter into a folder that is there.
   *
   * @param adapter without the task head
   * @param head the task head's tensors by their names in the host's library; may be empty
   * @param labels the names of the head's outputs
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
  private static Map<String, Object> headConfiguration(Adapter adapter, List<String> names) {
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
