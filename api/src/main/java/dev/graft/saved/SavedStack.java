package dev.graft.saved;

import dev.graft.GraftException;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.Fingerprint;
import dev.graft.checkpoint.LazyTensor;
import dev.graft.checkpoint.Safetensors;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.checkpoint.TensorSource;
import dev.graft.files.NewFolder;
import dev.graft.host.TaskHeadLayout;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Shape;
import dev.graft.program.Type;
import dev.graft.saved.GraftRecord.Entry;
import dev.graft.saved.GraftRecord.HeadEntry;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
  static final String BASE = Saved.OURS + "base";

  private static final String HEAD = "head";

  /** In the provenance: when somebody vouched for what he had changed. */
  private static final String SEALED_AGAIN = "sealed-again";

  /** The files are those that were saved: their seal holds. */
  private static final String OTHER_VERSION =
      "take the model that it was made for, and the version of the method that saved it";

  private SavedStack() {}

  static void write(Attachment attachment, Path folder, Map<String, String> provenance) {
    NewFolder.write(folder, unfinished -> writeInto(attachment, unfinished, provenance));
  }

  private static void writeInto(Attachment attachment, Path folder, Map<String, String> provenance)
      throws IOException {
    Stack stack = attachment.stack();
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < stack.spec().items().size(); i++) {
      StackSpec.Item item = stack.spec().items().get(i);
      String name = (i + 1) + "-" + item.name();
      writeTensors(
          attachment,
          stack.grafts().get(i),
          folder.resolve(name),
          metadata(attachment, item.toString(), provenance));
      entries.add(
          new Entry(name, item.name(), item.method().apiVersion(), item.settings().written()));
    }
    writeTensors(
        attachment,
        stack.headGraft(),
        folder.resolve(HEAD),
        metadata(attachment, "head", provenance));
    TaskHead head = stack.head();
    Model model = attachment.model();
    new GraftRecord(
            GraftRecord.FORMAT,
            model.host().architecture(),
            model.fingerprint(),
            Fingerprint.checksum(model.directory().tensors()),
            entries,
            new HeadEntry(HEAD, head.layout().name(), head.labels(), head.problem().name()),
            provenance,
            Map.of())
        .sealed(folder)
        .write(folder);
  }

  /** Seals what somebody has changed on purpose. */
  static void seal(Path folder) {
    GraftRecord record = GraftRecord.readAsItIs(folder);
    record.tensors().forEach(name -> Safetensors.open(folder.resolve(name)));
    record
        .sealed(folder)
        .with(SEALED_AGAIN, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
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
    provenance.forEach((key, value) -> metadata.put(Saved.OURS + key, value));
    metadata.put(Saved.OURS + "method", what);
    metadata.put(BASE, attachment.model().fingerprint());
    return metadata;
  }

  private static void writeTensors(
      Attachment attachment, DeclaredGraft graft, Path folder, Map<String, String> metadata)
      throws IOException {
    Files.createDirectories(folder);
    List<LazyTensor> tensors =
        graft.owned().stream()
            .filter(Owned::isSaved)
            .map(owned -> attachment.written(owned, owned.name()))
            .toList();
    Path file = folder.resolve(GraftRecord.TENSORS);
    Map<String, String> beside = new TreeMap<>(metadata);
    beside.put("format", "pt");
    SafetensorsWriter.writeEach(file, tensors, beside);
  }

  /** A tensor of a file, of whole numbers or of real ones. */
  static StoredTensor read(TensorSource source, String name, boolean isWhole) {
    Shape shape = source.info(name).shape();
    return isWhole
        ? StoredTensor.whole(shape, source.longs(name))
        : new StoredTensor(shape, source.finite(name));
  }

  /** A tensor to be written in the type that it has. */
  static TensorData data(String name, StoredTensor numbers) {
    long[] shape = numbers.shape().fixed();
    return numbers.type() == Type.INT64
        ? TensorData.of(name, numbers.wholeElements(), shape)
        : TensorData.of(name, numbers.elements(), shape);
  }

  /**
   * Puts a saved stack on a model.
   *
   * @param base for which it may have been made
   */
  static Attachment open(Model model, Path folder, Methods methods, Saved.Base base) {
    GraftRecord record = GraftRecord.read(folder);
    if (base == Saved.Base.SAME) {
      checkBase(model, folder, record);
    }
    List<Path> files = record.tensors().stream().map(folder::resolve).toList();
    record.requireFiles(folder);
    List<StackSpec.Item> items = new ArrayList<>();
    for (Entry entry : record.grafts()) {
      items.add(StackSpec.Item.read(methods.get(entry.method()), entry.settings()));
    }
    TaskHead head =
        new TaskHead(
            known(TaskHeadLayout.values(), record.head().layout(), folder),
            record.head().labels(),
            known(TaskHead.Problem.values(), record.head().problem(), folder));
    Stack stack = Stack.of(model.host(), new StackSpec(items), head);
    Map<Owned, StoredTensor> tensors = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      read(stack.grafts().get(i), files.get(i), tensors);
    }
    read(stack.headGraft(), files.get(items.size()), tensors);
    return model.attach(stack, tensors, 0);
  }

  private static <E extends Enum<E>> E known(E[] all, String name, Path folder) {
    return Arrays.stream(all)
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input("The head '%s' is not known.", name)
                    .in(folder.resolve(GraftRecord.FILE))
                    .expected(Arrays.stream(all).map(E::name).collect(Collectors.joining(", ")))
                    .remedy("use the version of Graft that wrote it"));
  }

  /** What may be another base is told by its fingerprint, which takes longer. */
  private static void checkBase(Model model, Path folder, GraftRecord record) {
    if (!record.checksum().equals(Fingerprint.checksum(model.directory().tensors()))) {
      checkBase(model, folder, record.base(), record.architecture());
    }
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

  private static void read(DeclaredGraft graft, Path file, Map<Owned, StoredTensor> into) {
    Safetensors source = Safetensors.open(file);
    Set<String> left = new HashSet<>(source.names());
    for (Owned owned : graft.owned()) {
      if (!owned.isSaved()) {
        continue;
      }
      if (!left.remove(owned.name())
          || !source.info(owned.name()).shape().equals(owned.spec().shape())) {
        GraftException failure =
            ForeignStack.lacking(file.toString(), graft, owned, shape(source, owned.name()))
                .remedy(OTHER_VERSION);
        throw failure;
      }
      into.put(owned, read(source, owned.name(), owned.isWhole()));
    }
    if (!left.isEmpty()) {
      throw ForeignStack.leftOver(file.toString(), graft, left).remedy(OTHER_VERSION);
    }
  }

  private static Optional<Shape> shape(Safetensors source, String name) {
    return source.names().contains(name)
        ? Optional.of(source.info(name).shape())
        : Optional.empty();
  }
}
