package dev.graft.saved;

import dev.graft.GraftException;
import dev.graft.api.ForeignFormat;
import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.HostParameter;
import dev.graft.api.PeftMethod;
import dev.graft.api.StoredGraft;
import dev.graft.api.StoredTensor;
import dev.graft.files.NewFolder;
import dev.graft.host.HostShape;
import dev.graft.host.TaskHeadLayout;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Shape;
import dev.graft.program.Type;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
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

  /** What PEFT puts the modules into that it changes. */
  private static final String WRAPPER = "\\.(base_layer|original_module)(?=\\.[^.]+$)";

  /** The way around a reader that has not what the adapter needs. */
  private static final String ELSEWHERE =
      "if its library loads it, merge it there and use the merged model";

  private ForeignStack() {}

  /** Puts an adapter on a model. The head comes from its files, or else from the checkpoint. */
  static Attachment open(Model model, Path folder, Methods methods, Saved.Base allowed) {
    Adapter adapter = ForeignFiles.read(folder);
    checkTask(adapter, folder);
    // Other libraries don't say for which weights an adapter was made; ours does.
    String base = ForeignFiles.tensors(folder).metadata().get(SavedStack.BASE);
    if (base != null && allowed == Saved.Base.SAME) {
      SavedStack.checkBase(model, folder, base, "as its metadata say");
    }
    PeftMethod method = method(adapter, folder, methods);
    Map<String, StoredTensor> rest = new TreeMap<>(adapter.tensors());
    Set<String> ofBase = ofBase(model, rest);
    TaskHead head = head(model, adapter, rest, ofBase);
    List<String> ofHead = head.declare(model.host()).owned().stream().map(Owned::name).toList();
    StoredGraft graft =
        read(
            method,
            new Adapter(adapter.configuration(), without(rest, ofHead), "", ofBase),
            model.host(),
            folder);
    StackSpec.Item item = new StackSpec.Item(method, graft.settings());
    Stack stack = Stack.of(model.host(), new StackSpec(List.of(item)), head);
    Map<Owned, StoredTensor> values = new HashMap<>();
    fill(stack.grafts().get(0), graft.tensors(), folder, values);
    for (Owned owned : stack.headGraft().owned()) {
      Optional<StoredTensor> numbers = find(rest, owned.name());
      if (numbers.isPresent()) {
        values.put(owned, fitting(numbers.get(), owned, stack.headGraft(), folder));
      }
    }
    return model.attach(stack, values, 0);
  }

  /** What a plugin does with files that nobody expected is no reason to end without a word. */
  private static StoredGraft read(PeftMethod method, Adapter adapter, HostShape host, Path folder) {
    try {
      return method.foreignFormat().orElseThrow().read(adapter, host);
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException e) {
      throw GraftException.thrownByPlugin(
          e, "The method '%s' can't read the adapter in %s.", method.spec().name(), folder);
    }
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
                    each.foreignFormat()
                        .filter(format -> format.reads(adapter.configuration()))
                        .isPresent())
            .toList();
    if (readers.size() != 1) {
      throw GraftException.input("The adapter in %s can't be read.", folder)
          .expected("an adapter that one installed method knows")
          .found(
              "%s, which %s",
              kind(adapter.configuration()),
              readers.isEmpty()
                  ? "none knows"
                  : String.join(" and ", readers.stream().map(each -> each.spec().name()).toList())
                      + " know")
          .remedy(
              readers.isEmpty()
                  ? "install the plugin of its method"
                  : "remove the plugins of all but one");
    }
    return readers.get(0);
  }

  /** What a configuration says of the kind of its adapter, in its library's words. */
  private static String kind(Map<String, Object> configuration) {
    return configuration.get("config") instanceof Map<?, ?> inner
        ? "an 'architecture' of " + inner.get("architecture")
        : "a 'peft_type' of " + configuration.get("peft_type");
  }

  /**
   * The head that the adapter's library puts on the model: with as many labels as the outputs have
   * rows that the adapter brings along, or as many as the configuration says.
   */
  private static TaskHead head(
      Model model, Adapter adapter, Map<String, StoredTensor> tensors, Set<String> ofBase) {
    TaskHeadLayout layout = model.host().referenceHead();
    if (adapter.configuration().get("config") instanceof Map) {
      // In AdapterHub, a pooler outside of the bare model is a part of the head.
      layout =
          model
              .host()
              .headWithPooler()
              .filter(own -> isAmong(tensors, ofBase, own.hidden().orElseThrow().path()))
              .orElse(layout);
    }
    Optional<StoredTensor> outputs = find(tensors, layout.output() + ".weight");
    if (outputs.isPresent()) {
      return model.head(layout, outputs.get().size(0));
    }
    Object task = adapter.configuration().get("task_type");
    if ("CAUSAL_LM".equals(task)) {
      return TaskHead.languageModel(model.host());
    }
    return "SEQ_CLS".equals(task) ? model.head(layout) : model.head();
  }

  private static boolean isAmong(
      Map<String, StoredTensor> tensors, Set<String> ofBase, String module) {
    return tensors.keySet().stream()
        .anyMatch(name -> name.startsWith(module + ".") && !ofBase.contains(name));
  }

  /** The tensors that say what the base says already. */
  private static Set<String> ofBase(Model model, Map<String, StoredTensor> tensors) {
    HostShape host = model.host();
    Map<String, HostParameter> weights = new HashMap<>();
    for (HostParameter each : host.parameters()) {
      String name = host.checkpointName(each);
      weights.put(name, each);
      // A model without a head has no name for itself in front.
      weights.putIfAbsent(name.substring(name.indexOf('.') + 1), each);
    }
    if (host.isLanguageModel() && host.config().tiedHead()) {
      weights.put(HostShape.LM_HEAD + ".weight", host.parameter("embeddings.word.weight"));
    }
    Set<String> same = new HashSet<>();
    tensors.forEach(
        (name, numbers) -> {
          String bare = name.replaceFirst(WRAPPER, "");
          String prefix = PREFIXES.stream().filter(bare::startsWith).findFirst().orElseThrow();
          HostParameter own = weights.get(bare.substring(prefix.length()));
          if (own != null && model.stored().holds(own, numbers)) {
            same.add(name);
          }
        });
    return same;
  }

  private static Map<String, StoredTensor> without(
      Map<String, StoredTensor> tensors, List<String> names) {
    Map<String, StoredTensor> rest = new TreeMap<>(tensors);
    names.forEach(name -> PREFIXES.forEach(prefix -> rest.remove(prefix + name)));
    return rest;
  }

  private static Optional<StoredTensor> find(Map<String, StoredTensor> tensors, String name) {
    return PREFIXES.stream()
        .map(prefix -> prefix + name)
        .filter(tensors::containsKey)
        .findFirst()
        .map(tensors::get);
  }

  private static void fill(
      DeclaredGraft graft,
      Map<String, StoredTensor> given,
      Path folder,
      Map<Owned, StoredTensor> into) {
    Map<String, StoredTensor> left = new TreeMap<>(given);
    for (Owned owned : graft.owned()) {
      if (!owned.isSaved()) {
        continue;
      }
      into.put(owned, fitting(left.remove(owned.name()), owned, graft, folder));
    }
    if (!left.isEmpty()) {
      throw leftOver("The adapter in " + folder, graft, left.keySet()).remedy(ELSEWHERE);
    }
  }

  /**
   * Refuses numbers of another shape or kind.
   *
   * @param numbers null where there are none
   */
  private static StoredTensor fitting(
      StoredTensor numbers, Owned owned, DeclaredGraft graft, Path folder) {
    if (numbers == null || !owned.isLike(numbers)) {
      GraftException failure =
          lacking(
              "The adapter in " + folder,
              graft,
              owned,
              Optional.ofNullable(numbers).map(StoredTensor::shape));
      if (numbers != null && owned.isWhole() != (numbers.type() == Type.INT64)) {
        failure = failure.line("of the type", numbers.type() + ", not " + owned.leaf().type());
      }
      failure = failure.remedy("take the base that it was made for; " + ELSEWHERE);
      throw failure;
    }
    return numbers;
  }

  /** Says that a file has no tensor of a graft, or one of another shape. */
  static GraftException lacking(
      String where, DeclaredGraft graft, Owned owned, Optional<Shape> found) {
    return GraftException.input("%s does not hold what '%s' needs.", where, graft.name())
        .expected("%s of the shape %s", owned.name(), owned.spec().shape().dims())
        .found(found.map(shape -> "the shape " + shape.dims()).orElse("no tensor of that name"));
  }

  /** Says that a file holds more than a graft's tensors. */
  static GraftException leftOver(String where, DeclaredGraft graft, Set<String> names) {
    return GraftException.input("%s holds tensors that '%s' does not have.", where, graft.name())
        .line("left over", String.join(", ", new TreeSet<>(names)));
  }

  /** Writes the only graft of an attachment, with the head, as its library would. */
  static void write(Attachment attachment, Path folder, Map<String, String> provenance) {
    Stack stack = attachment.stack();
    List<StackSpec.Item> items = stack.spec().items();
    if (items.size() != 1) {
      throw GraftException.input("The stack '%s' can't be written for another library.", stack)
          .expected("a stack of one method")
          .found("%d methods", items.size())
          .remedy("save it in Graft's own format instead");
    }
    HuggingFaceConfig.className(attachment.model().host(), stack.head());
    ForeignFormat format =
        items
            .get(0)
            .method()
            .foreignFormat()
            .orElseThrow(
                () ->
                    GraftException.input(
                            "No other library has adapters of the method '%s'.",
                            items.get(0).name())
                        .remedy("save it in Graft's own format instead"));
    StoredGraft graft =
        new StoredGraft(items.get(0).settings(), attachment.stored(stack.grafts().get(0)));
    Adapter adapter =
        format.write(graft, attachment.model().host(), stack.head().isLanguageModel());
    Map<String, StoredTensor> head = attachment.stored(stack.headGraft());
    Map<String, String> metadata = SavedStack.metadata(attachment, stack.toString(), provenance);
    NewFolder.write(
        folder,
        unfinished ->
            ForeignFiles.write(
                adapter,
                head,
                HuggingFaceConfig.names(stack.head()),
                format.library(),
                unfinished,
                metadata));
  }
}
