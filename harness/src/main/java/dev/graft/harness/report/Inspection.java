package dev.graft.harness.report;

import static java.util.stream.Collectors.joining;

import com.google.gson.JsonElement;
import dev.graft.GraftException;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ForeignFiles;
import dev.graft.checkpoint.GraftRecord;
import dev.graft.checkpoint.JsonFile;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.Safetensors;
import dev.graft.model.HostConfig;
import dev.graft.model.Model;
import dev.graft.model.Transformer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is in the folder of a model, a saved stack or another library's adapter.
 *
 * @param kind which of them it is
 * @param facts about the whole, by name
 * @param parts the tensors' files
 * @param provenance how it was made, as far as the folder tells
 */
public record Inspection(
    String folder,
    String kind,
    Map<String, String> facts,
    List<Part> parts,
    Map<String, String> provenance) {
  private static final String CONFIG = "config.json";

  /**
   * One file of tensors, or the shards of a model.
   *
   * @param settings of a method, or another library's configuration
   * @param fingerprint of the tensors as they are
   * @param isAsSaved whether that is the one that was noted when they were saved; true where none
   *     was noted
   */
  public record Part(
      String name,
      Map<String, String> settings,
      List<TensorGroup> tensors,
      long elements,
      long bytes,
      String fingerprint,
      boolean isAsSaved) {
    public Part {
      settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
      tensors = List.copyOf(tensors);
    }

    static Part of(
        String name,
        Map<String, String> settings,
        List<TensorGroup> tensors,
        String fingerprint,
        boolean isAsSaved) {
      return new Part(
          name,
          settings,
          tensors,
          tensors.stream().mapToLong(TensorGroup::elements).sum(),
          tensors.stream().mapToLong(TensorGroup::bytes).sum(),
          fingerprint,
          isAsSaved);
    }
  }

  public Inspection {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    parts = List.copyOf(parts);
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
  }

  /**
   * Looks into a folder.
   *
   * @throws GraftException if it holds none of these, or what it holds is damaged
   */
  public static Inspection of(Path folder) {
    if (Files.isRegularFile(folder.resolve(GraftRecord.FILE))) {
      return stack(folder);
    }
    if (ForeignFiles.isAdapter(folder)) {
      return foreign(folder);
    }
    if (Files.isRegularFile(folder.resolve(CONFIG))) {
      return model(folder);
    }
    String found =
        Files.isDirectory(folder) ? "none of them" : Files.exists(folder) ? "a file" : "nothing";
    throw GraftException.input("There is nothing to inspect in %s.", folder)
        .expected(
            "a folder with %s (a saved stack), %s (an adapter of PEFT or AdapterHub) or %s (a model)",
            GraftRecord.FILE, ForeignFiles.CONFIGURATION, CONFIG)
        .found(found);
  }

  private static Inspection stack(Path folder) {
    GraftRecord record = GraftRecord.read(folder);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("architecture", record.architecture());
    facts.put(
        "methods", record.grafts().stream().map(GraftRecord.Entry::method).collect(joining("+")));
    facts.put("head", record.head().layout().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (!record.head().labels().isEmpty()) {
      facts.put("labels", String.join(", ", record.head().labels()));
    }
    facts.put("base", record.base());
    List<Part> parts = new ArrayList<>();
    for (GraftRecord.Entry entry : record.grafts()) {
      parts.add(part(folder, entry.folder(), entry.settings(), entry.fingerprint()));
    }
    parts.add(part(folder, record.head().folder(), Map.of(), record.head().fingerprint()));
    return new Inspection(folder.toString(), "a saved stack", facts, parts, record.provenance());
  }

  private static Part part(
      Path folder, String name, Map<String, String> settings, String expected) {
    Safetensors file = Safetensors.open(folder.resolve(name).resolve(GraftRecord.TENSORS));
    String fingerprint = Fingerprint.of(file);
    return Part.of(name, settings, TensorGroup.of(file), fingerprint, fingerprint.equals(expected));
  }

  private static Inspection foreign(Path folder) {
    JsonFile configuration = JsonFile.read(folder.resolve(ForeignFiles.CONFIGURATION));
    Map<String, String> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> entry : configuration.json().entrySet()) {
      if (!entry.getValue().isJsonNull()) {
        settings.put(
            entry.getKey(),
            entry.getValue().isJsonPrimitive()
                ? entry.getValue().getAsString()
                : entry.getValue().toString());
      }
    }
    Path path = ForeignFiles.tensors(folder);
    Safetensors file = Safetensors.open(path);
    Part part =
        Part.of(
            String.valueOf(path.getFileName()),
            settings,
            TensorGroup.of(file),
            Fingerprint.of(file),
            true);
    return new Inspection(
        folder.toString(),
        "an adapter of another library",
        Map.of(),
        List.of(part),
        file.metadata());
  }

  private static Inspection model(Path folder) {
    ModelDirectory directory = ModelDirectory.open(folder);
    Transformer host = Model.check(directory);
    HostConfig config = host.config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("architecture", host.architecture());
    facts.put("blocks", Units.count(config.layers()));
    facts.put("width", Units.count(config.width()));
    facts.put("heads", Units.count(config.attention().heads()));
    if (config.attention().keyValueHeads() != config.attention().heads()) {
      facts.put("key-value heads", Units.count(config.attention().keyValueHeads()));
    }
    facts.put("MLP width", Units.count(config.mlp().width()));
    facts.put("vocabulary", Units.count(config.vocabulary()));
    if (config.embedding().positions() > 0) {
      facts.put("positions", Units.count(config.room()));
    }
    facts.put("language-model head", host.isLanguageModel() ? "yes" : "no");
    facts.put("parameters", Units.count(host.parameterCount()) + ", without task heads");
    Part part =
        Part.of(
            "weights",
            Map.of(),
            TensorGroup.of(directory.tensors()),
            Fingerprint.of(directory.tensors()),
            true);
    return new Inspection(folder.toString(), "a model", facts, List.of(part), Map.of());
  }
}
