package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Numbers;
import dev.graft.api.ForeignFormat.Own;
import dev.graft.api.Graft;
import dev.graft.api.Methods;
import dev.graft.api.Owned;
import dev.graft.api.PeftMethod;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.ForeignFiles;
import dev.graft.checkpoint.NewFolder;
import dev.graft.checkpoint.Safetensors;
import dev.graft.program.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Adapters of other libraries as stacks of one graft, and grafts as their adapters. */
final class ForeignStack {
  /** What PEFT puts before the names of a model's own tensors, by kind of adapter. */
  private static final List<String> PREFIXES = List.of("base_model.model.", "base_model.", "");

  /** The tasks of PEFT that hosts here have heads for; the last one is without a head. */
  private static final List<String> TASKS = List.of("SEQ_CLS", "CAUSAL_LM", "FEATURE_EXTRACTION");

  private ForeignStack() {}

  /** Puts an adapter on a model. The head comes from its files, or else from the checkpoint. */
  static Attachment open(Model model, Path folder, Methods methods, boolean anyBase) {
    Adapter adapter = ForeignFiles.read(folder);
    checkTask(adapter, folder);
    // Other libraries don't say for which weights an adapter was made; ours does.
    String base = Safetensors.open(ForeignFiles.tensors(folder)).metadata().get(SavedStack.BASE);
    if (base != null && !anyBase) {
      SavedStack.checkBase(model, folder, base, "as its metadata say");
    }
    PeftMethod method = method(adapter, folder, methods);
    Map<String, Numbers> rest = new TreeMap<>(adapter.tensors());
    Optional<Head> stored = storedHead(model, rest);
    Own own =
        ((ForeignFormat) method)
            .read(
                new Adapter(adapter.configuration(), without(rest, model, stored), ""),
                model.host());
    StackSpec.Item item =
        new StackSpec.Item(method, method.settings().read(method.name(), own.settings()));
    Head head = stored.orElseGet(() -> defaultHead(model, adapter));
    Stack stack = Stack.of(model.host(), new StackSpec(List.of(item)), head);
    Map<Owned, float[]> values = new HashMap<>(model.storedHead(stack));
    fill(stack.grafts().get(0), own.tensors(), folder, values);
    for (Owned owned : stack.headGraft().owned()) {
      find(rest, owned.name()).ifPresent(numbers -> values.put(owned, numbers.elements()));
    }
    return Attachment.of(model, stack, values, 0);
  }

  /** Heads of other tasks may have the names of the known ones. */
  private static void checkTask(Adapter adapter, Path folder) {
    Object task = adapter.configuration().get("task_type");
    if (task != null && !TASKS.contains(task)) {
      throw GraftException.input("The adapter in %s is for another task.", folder)
          .expected("a 'task_type' among %s, or none", TASKS)
          .found(task);
    }
  }

  private static PeftMethod method(Adapter adapter, Path folder, Methods methods) {
    List<PeftMethod> readers =
        methods.all().stream()
            .map(Methods.Installed::method)
            .filter(
                each ->
                    each instanceof ForeignFormat format && format.reads(adapter.configuration()))
            .toList();
    if (readers.size() != 1) {
      throw GraftException.input("The adapter in %s can't be read.", folder)
          .expected("an adapter that one installed method knows")
          .found(
              "a 'peft_type' of %s, which %s",
              adapter.configuration().get("peft_type"),
              readers.isEmpty()
                  ? "none knows"
                  : String.join(" and ", readers.stream().map(PeftMethod::name).toList()) + " know")
          .remedy(
              readers.isEmpty()
                  ? "install the plugin of its method"
                  : "remove the plugins of all but one");
    }
    return readers.get(0);
  }

  /** The head whose tensors an adapter brings along, with as many labels as they have rows. */
  private static Optional<Head> storedHead(Model model, Map<String, Numbers> tensors) {
    Head any = Head.forHost(model.host(), List.of());
    Graft declared = any.declare(model.host());
    List<Owned> owned = declared.owned();
    Owned last = null;
    for (Owned each : owned) {
      if (find(tensors, each.name()).isEmpty()) {
        return Optional.empty();
      }
      last = each.name().endsWith(".weight") ? each : last;
    }
    long outputs = find(tensors, last.name()).orElseThrow().shape().get(0);
    return Optional.of(Head.forHost(model.host(), model.labels(Math.toIntExact(outputs))));
  }

  private static Head defaultHead(Model model, Adapter adapter) {
    boolean tokens = "CAUSAL_LM".equals(adapter.configuration().get("task_type"));
    return tokens || (model.labels().isEmpty() && model.host().isLanguageModel())
        ? Head.languageModel(model.host())
        : Head.forHost(model.host(), model.labels());
  }

  private static Map<String, Numbers> without(
      Map<String, Numbers> tensors, Model model, Optional<Head> head) {
    Map<String, Numbers> rest = new TreeMap<>(tensors);
    head.ifPresent(
        stored ->
            stored.declare(model.host()).owned().stream()
                .map(Owned::name)
                .forEach(name -> PREFIXES.forEach(prefix -> rest.remove(prefix + name))));
    return rest;
  }

  private static Optional<Numbers> find(Map<String, Numbers> tensors, String name) {
    return PREFIXES.stream()
        .map(prefix -> prefix + name)
        .filter(tensors::containsKey)
        .findFirst()
        .map(tensors::get);
  }

  private static void fill(
      Graft graft, Map<String, Numbers> given, Path folder, Map<Owned, float[]> into) {
    Map<String, Numbers> left = new TreeMap<>(given);
    for (Owned owned : graft.owned()) {
      if (!owned.isSaved()) {
        continue;
      }
      Numbers numbers = left.remove(owned.name());
      List<Long> expected = dims(owned);
      if (numbers == null || !numbers.shape().equals(expected)) {
        throw lacking(
            "The adapter in " + folder,
            graft,
            owned,
            Optional.ofNullable(numbers).map(Numbers::shape));
      }
      into.put(owned, numbers.elements());
    }
    if (!left.isEmpty()) {
      throw leftOver("The adapter in " + folder, graft, left.keySet());
    }
  }

  /** The shape that a tensor has in files. */
  static List<Long> dims(Owned owned) {
    return owned.spec().shape().dims().stream().map(dim -> dim.fixed()).toList();
  }

  /** Says that a file has no tensor of a graft, or one of another shape. */
  static GraftException lacking(
      String where, Graft graft, Owned owned, Optional<List<Long>> found) {
    return GraftException.input("%s does not hold what '%s' needs.", where, graft.name())
        .expected("%s of the shape %s", owned.name(), dims(owned))
        .found(found.map(shape -> "the shape " + shape).orElse("no tensor of that name"))
        .remedy("use the files as they were saved, on the model that they were made for");
  }

  /** Says that a file holds more than a graft's tensors. */
  static GraftException leftOver(String where, Graft graft, Set<String> names) {
    return GraftException.input("%s holds tensors that '%s' does not have.", where, graft.name())
        .line("left over", String.join(", ", new TreeSet<>(names)))
        .remedy("use the files as they were saved");
  }

  /** Writes the only graft of an attachment, with the head, as its library would. */
  static void write(Attachment attachment, Path folder, Map<String, String> provenance) {
    Stack stack = attachment.stack();
    if (stack.grafts().size() != 1) {
      throw GraftException.input("The stack '%s' can't be written for another library.", stack)
          .expected("a stack of one method")
          .found("%d methods", stack.grafts().size())
          .remedy("save it in Graft's own format instead");
    }
    StackSpec.Item item = stack.spec().items().get(0);
    if (!(item.method() instanceof ForeignFormat format)) {
      throw GraftException.input(
              "No other library has adapters of the method '%s'.", item.method().name())
          .remedy("save it in Graft's own format instead");
    }
    Own own = new Own(item.settings().written(), tensors(attachment, stack.grafts().get(0)));
    Adapter adapter = format.write(own, attachment.model().host(), stack.head().isLanguageModel());
    Map<String, Numbers> head = tensors(attachment, stack.headGraft());
    Map<String, String> metadata = SavedStack.metadata(attachment, stack.toString(), provenance);
    NewFolder.write(
        folder,
        unfinished ->
            ForeignFiles.write(
                adapter, head, stack.head().labels(), format.library(), unfinished, metadata));
  }

  /** The saved tensors of one of its grafts. */
  static Map<String, Numbers> tensors(Attachment attachment, Graft graft) {
    List<Owned> all = attachment.stack().owned();
    Map<String, Numbers> tensors = new LinkedHashMap<>();
    for (Owned owned : graft.owned()) {
      if (owned.isSaved()) {
        Value value = attachment.values().get(all.indexOf(owned));
        List<Long> shape = new ArrayList<>();
        for (long size : value.shape()) {
          shape.add(size);
        }
        tensors.put(owned.name(), new Numbers(shape, value.floats()));
      }
    }
    return tensors;
  }
}
