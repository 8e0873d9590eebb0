package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.Graft;
import dev.graft.api.Methods;
import dev.graft.api.Owned;
import dev.graft.api.PeftMethod;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.GraftRecord;
import dev.graft.checkpoint.GraftRecord.Entry;
import dev.graft.checkpoint.GraftRecord.HeadEntry;
import dev.graft.checkpoint.NewFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.program.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A stack's values in a folder: one sub-folder a graft, one for the head, and the record. */
final class SavedStack {
  /** The base's fingerprint in the metadata of tensors. */
  static final String BASE = "graft.base";

  private SavedStack() {}

  static void write(Attachment attachment, Path folder, Map<String, String> provenance) {
    NewFolder.write(folder, unfinished -> writeInto(attachment, unfinished, provenance));
  }

  private static void writeInto(Attachment attachment, Path folder, Map<String, String> provenance)
      throws IOException {
    Stack stack = attachment.stack();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < stack.grafts().size(); i++) {
      StackSpec.Item item = stack.spec().items().get(i);
      PeftMethod method = item.method();
      String name = (i + 1) + "-" + method.name();
      String hash =
          writeTensors(
              attachment,
              stack.grafts().get(i),
              folder.resolve(name),
              metadata(attachment, item.toString(), provenance));
      entries.add(
          new Entry(name, method.name(), method.apiVersion(), item.settings().written(), hash));
    }
    String hash =
        writeTensors(
            attachment,
            stack.headGraft(),
            folder.resolve("head"),
            metadata(attachment, "head", provenance));
    Head head = stack.head();
    Model model = attachment.model();
    new GraftRecord(
            GraftRecord.FORMAT,
            model.host().architecture(),
            model.fingerprint(),
            entries,
            new HeadEntry("head", head.layout().name(), head.labels(), hash),
            provenance)
        .write(folder);
  }

  /**
   * How values were made, as it travels inside the file with them.
   *
   * @param what method and settings
   */
  static Map<String, String> metadata(
      Attachment attachment, String what, Map<String, String> provenance) {
    Map<String, String> metadata = new TreeMap<>();
    provenance.forEach((key, value) -> metadata.put("graft." + key, value));
    metadata.put("graft.method", what);
    metadata.put(BASE, attachment.model().fingerprint());
    return metadata;
  }

  private static String writeTensors(
      Attachment attachment, Graft graft, Path folder, Map<String, String> metadata)
      throws IOException {
    Files.createDirectories(folder);
    List<Owned> all = attachment.stack().owned();
    List<TensorData> tensors = new ArrayList<>();
    for (Owned owned : graft.owned()) {
      if (owned.isSaved()) {
        Value value = attachment.values().get(all.indexOf(owned));
        tensors.add(TensorData.of(owned.name(), value.floats(), value.shape()));
      }
    }
    Path file = folder.resolve(GraftRecord.TENSORS);
    Map<String, String> beside = new TreeMap<>(metadata);
    beside.put("format", "pt");
    SafetensorsWriter.write(file, tensors, beside);
    return Fingerprint.of(Safetensors.open(file));
  }

  /**
   * Puts a saved stack on a model.
   *
   * @param anyBase whether a stack that was made for another base is taken as well
   */
  static Attachment open(Model model, Path folder, Methods methods, boolean anyBase) {
    GraftRecord record = GraftRecord.read(folder);
    if (!anyBase) {
      checkBase(model, folder, record.base(), record.architecture());
    }
    List<StackSpec.Item> items = new ArrayList<>();
    for (Entry entry : record.grafts()) {
      PeftMethod method = methods.get(entry.method());
      items.add(
          new StackSpec.Item(method, method.settings().read(entry.method(), entry.settings())));
    }
    HeadLayout layout =
        Arrays.stream(HeadLayout.values())
            .filter(each -> each.name().equals(record.head().layout()))
            .findFirst()
            .orElseThrow(
                () ->
                    GraftException.input("The head '%s' is not known.", record.head().layout())
                        .in(folder.resolve(GraftRecord.FILE))
                        .expected(
                            Arrays.stream(HeadLayout.values())
                                .map(HeadLayout::name)
                                .collect(Collectors.joining(", ")))
                        .remedy("use the version of Graft that wrote it"));
    Stack stack =
        Stack.of(model.host(), new StackSpec(items), new Head(layout, record.head().labels()));
    Map<Owned, float[]> tensors = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      Entry entry = record.grafts().get(i);
      read(stack.grafts().get(i), folder.resolve(entry.folder()), entry.fingerprint(), tensors);
    }
    read(
        stack.headGraft(),
        folder.resolve(record.head().folder()),
        record.head().fingerprint(),
        tensors);
    return Attachment.of(model, stack, tensors, 0);
  }

  /** Refuses what was made for another base. */
  static void checkBase(Model model, Path folder, String base, String architecture) {
    if (!base.equals(model.fingerprint())) {
      throw GraftException.input("The stack in %s was made for another base.", folder)
          .expected("weights %.12s (%s)", base, architecture)
          .found(
              "weights %.12s (%s) in %s",
              model.fingerprint(), model.host().architecture(), model.directory().path())
          .remedy("put it on the base that it was trained on, or ask for any base (--any-base)");
    }
  }

  private static void read(Graft graft, Path folder, String fingerprint, Map<Owned, float[]> into) {
    Path file = folder.resolve(GraftRecord.TENSORS);
    Safetensors source = Safetensors.open(file);
    String found = Fingerprint.of(source);
    if (!found.equals(fingerprint)) {
      throw GraftException.input(
              "%s is not the file that was saved: its fingerprint differs.", file)
          .expected("%.12s, from %s", fingerprint, GraftRecord.FILE)
          .found("%.12s", found)
          .remedy("take the folder from its source again");
    }
    Set<String> left = new HashSet<>(source.names());
    for (Owned owned : graft.owned()) {
      if (!owned.isSaved()) {
        continue;
      }
      long[] expected = owned.spec().shape().fixed();
      if (!left.remove(owned.name())
          || !Arrays.equals(source.info(owned.name()).dims(), expected)) {
        throw ForeignStack.lacking(file.toString(), graft, owned, shape(source, owned.name()));
      }
      into.put(owned, source.floats(owned.name()));
    }
    if (!left.isEmpty()) {
      throw ForeignStack.leftOver(file.toString(), graft, left);
    }
  }

  private static Optional<List<Long>> shape(Safetensors source, String name) {
    return source.names().contains(name)
        ? Optional.of(Arrays.stream(source.info(name).dims()).boxed().toList())
        : Optional.empty();
  }
}
