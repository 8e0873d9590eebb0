package dev.graft.harness.model;

import static java.util.stream.Collectors.joining;

import com.google.gson.JsonElement;
import dev.graft.GraftException;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.Folders;
import dev.graft.files.JsonFile;
import dev.graft.harness.model.Inspection.Part;
import dev.graft.host.Architecture;
import dev.graft.host.HostConfig;
import dev.graft.host.HostShape;
import dev.graft.model.HeadOrigin;
import dev.graft.model.HeadOrigin.Source;
import dev.graft.model.Model;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.GraftRecord;
import dev.graft.transformer.Owned;
import dev.graft.transformer.TaskHead;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks into the folders of models, saved stacks and adapters of other libraries. */
public final class Inspector {
  private static final String CONFIG = "config.json";

  private Inspector() {}

  /**
   * Looks into a folder.
   *
   * @throws GraftException if it holds none of these, or what it holds is damaged
   */
  public static Inspection inspect(Path folder) {
    if (Files.isRegularFile(folder.resolve(GraftRecord.FILE))) {
      return stack(folder);
    }
    if (ForeignFiles.isAdapter(folder)) {
      return foreign(folder);
    }
    if (Files.isRegularFile(folder.resolve(CONFIG))) {
      return model(folder);
    }
    throw GraftException.input("There is nothing to inspect in %s.", folder)
        .expected(
            "a folder with %s (a saved stack), %s (an adapter of PEFT or AdapterHub) or %s (a model)",
            GraftRecord.FILE, ForeignFiles.CONFIGURATION, CONFIG)
        .found(Files.isDirectory(folder) ? "none of them" : Folders.kind(folder));
  }

  private static Inspection stack(Path folder) {
    GraftRecord record = GraftRecord.readAsItIs(folder);
    List<String> damaged = GraftRecord.damaged(folder);
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "seal",
        damaged.isEmpty() ? "holds" : "BROKEN, not as saved: " + String.join(", ", damaged));
    facts.put("architecture", record.architecture());
    facts.put(
        "methods", record.grafts().stream().map(GraftRecord.Entry::method).collect(joining("+")));
    facts.put("head", record.head().layout().toLowerCase(Locale.ROOT).replace('_', '-'));
    if (!record.head().labels().isEmpty()) {
      facts.put("labels", String.join(", ", record.head().labels()));
    }
    facts.put("problem", record.head().problem().toLowerCase(Locale.ROOT));
    facts.put("base", record.base());
    List<Part> parts = new ArrayList<>();
    for (GraftRecord.Entry entry : record.grafts()) {
      parts.add(part(folder, entry.folder(), entry.settings(), damaged));
    }
    Part head = part(folder, record.head().folder(), Map.of(), damaged);
    parts.add(head);
    List<HeadOrigin> origins =
        head.tensors().stream()
            .map(tensor -> new HeadOrigin(tensor.name(), Source.ADAPTER, Optional.empty()))
            .toList();
    return new Inspection(
        folder.toString(), "a saved stack", facts, origins, parts, record.provenance());
  }

  private static Part part(
      Path folder, String name, Map<String, String> settings, List<String> damaged) {
    String tensors = GraftRecord.tensors(name);
    Safetensors file = Safetensors.open(folder.resolve(tensors));
    return Part.of(
        name, settings, TensorGroup.of(file), Fingerprint.of(file), !damaged.contains(tensors));
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
    TensorSource file = ForeignFiles.tensors(folder);
    Part part =
        Part.of(
            String.valueOf(file.file().getFileName()),
            settings,
            TensorGroup.of(file),
            Fingerprint.of(file),
            true);
    return new Inspection(
        folder.toString(),
        "an adapter of another library",
        Map.of("seal", "none: its library's files have none"),
        List.of(),
        List.of(part),
        file.metadata());
  }

  private static Inspection model(Path folder) {
    ModelDirectory directory = ModelDirectory.open(folder);
    HostShape host = Model.check(directory);
    HostConfig config = host.config();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("architecture", host.architecture());
    facts.put("blocks", count(config.layers()));
    facts.put("width", count(config.width()));
    facts.put("heads", count(config.attention().heads()));
    if (config.attention().keyValueHeads() != config.attention().heads()) {
      facts.put("key-value heads", count(config.attention().keyValueHeads()));
    }
    facts.put("MLP width", count(config.mlp().width()));
    facts.put("vocabulary", count(config.vocabulary()));
    if (config.room() < Integer.MAX_VALUE) {
      facts.put("positions", count(config.room()));
    }
    Set<String> unread = Architecture.unreadKeys(directory.config());
    if (!unread.isEmpty()) {
      facts.put("not read in " + CONFIG, String.join(", ", unread));
    }
    facts.put("language-model head", host.isLanguageModel() ? "yes" : "no");
    facts.put("parameters", count(host.parameterCount()) + ", without task heads");
    Part part =
        Part.of(
            "weights",
            Map.of(),
            TensorGroup.of(directory.tensors()),
            Fingerprint.of(directory.tensors()),
            true);
    return new Inspection(
        folder.toString(), "a model", facts, head(directory, host), List.of(part), Map.of());
  }

  /** What the checkpoint has of the head that transformers would put on the model. */
  private static List<HeadOrigin> head(ModelDirectory directory, HostShape host) {
    TaskHead head = new TaskHead(host.referenceHead(), List.of());
    return head.declare(host).owned().stream()
        .map(Owned::name)
        .filter(directory.tensors().names()::contains)
        .map(name -> new HeadOrigin(name, Source.CHECKPOINT, Optional.empty()))
        .toList();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
