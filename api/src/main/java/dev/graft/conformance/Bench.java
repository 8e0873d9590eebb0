package dev.graft.conformance;

import dev.graft.GraftException;
import dev.graft.api.PeftMethod;
import dev.graft.host.HostShape;
import dev.graft.host.TokenBatch;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Training;
import dev.graft.program.Device;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A host with a method to try on it. */
final class Bench implements AutoCloseable {
  static final StackSpec NOTHING = new StackSpec(List.of());

  /** The steps that a training takes. */
  static final int STEPS = 5;

  private static final long SEED = 3;
  private static final double MOVED = 0.1;

  private final StackSpec spec;
  private final LoadedHosts hosts;
  private final LoadedHosts.Loaded host;
  private final TaskHead head;
  private final Material material;

  Bench(StackSpec spec, LoadedHosts hosts, String host, Model.Options options) {
    this.spec = spec;
    this.hosts = hosts;
    this.host = hosts.take(host, options);
    this.head = head(model().host(), spec);
    this.material = new Material(model().host(), head.isLanguageModel());
  }

  /** The same on a host that is loaded otherwise. */
  Bench on(Model.Options options) {
    return new Bench(spec, hosts, hostName(), options);
  }

  /** A stack on a host of which nothing need be loaded. */
  static Stack stack(HostShape host, StackSpec spec) {
    return Stack.of(host, spec, head(host, spec));
  }

  /** The language-model head where there is one, unless nothing would then be trained. */
  private static TaskHead head(HostShape host, StackSpec spec) {
    if (host.isLanguageModel()) {
      TaskHead head = TaskHead.languageModel(host);
      if (Stack.of(host, spec, head).methodCount() > 0) {
        return head;
      }
    }
    return TaskHead.forHost(host, Material.LABELS);
  }

  String hostName() {
    return host.name();
  }

  StackSpec spec() {
    return spec;
  }

  /** The method that the last graft is of. */
  PeftMethod method() {
    return spec.items().get(spec.items().size() - 1).method();
  }

  Device device() {
    return model().device();
  }

  Model model() {
    return host.model();
  }

  Material material() {
    return material;
  }

  TokenBatch batch() {
    return material.batch();
  }

  Attachment attach(StackSpec other, long seed) {
    return model().attach(Stack.of(model().host(), other, head), seed);
  }

  Attachment fresh() {
    return attach(spec, SEED);
  }

  /** The host alone, with the head that an attachment has. */
  Attachment bare(Attachment attachment) {
    Map<String, float[]> head = new LinkedHashMap<>(attachment.tensors());
    try (Attachment bare = attach(NOTHING, SEED)) {
      head.keySet().retainAll(bare.tensors().keySet());
      return bare.with(head);
    }
  }

  /** A graft some way from its beginning: where nothing is zero that training makes other. */
  Attachment moved() {
    return moved(SEED);
  }

  /** One of several that differ. */
  Attachment moved(long seed) {
    return moved(spec, seed);
  }

  /** One of another stack. */
  Attachment moved(StackSpec other, long seed) {
    try (Attachment fresh = attach(other, seed)) {
      Map<String, float[]> tensors = new LinkedHashMap<>();
      SplittableRandom random = new SplittableRandom(seed);
      Map<String, float[]> all = fresh.tensors();
      for (String name : trained(fresh)) {
        float[] numbers = all.get(name);
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] += (float) (MOVED * random.nextGaussian());
        }
        tensors.put(name, numbers);
      }
      return fresh.with(tensors);
    }
  }

  /** The names of trained tensors, the head's too. */
  static List<String> trained(Attachment attachment) {
    return saved(attachment).entrySet().stream()
        .filter(each -> each.getValue().isTrained())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What is saved, by the names of {@link Attachment#tensors()} and in their order. */
  static Map<String, Owned> saved(Attachment attachment) {
    List<Owned> owned = attachment.stack().owned();
    List<String> names = attachment.stack().names();
    Map<String, Owned> saved = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (owned.get(i).isSaved()) {
        saved.put(names.get(i), owned.get(i));
      }
    }
    return saved;
  }

  /** Begins to train as if so many steps were taken. */
  static Training training(Attachment attachment, int first, int total) {
    return attachment.training(new Training.Options(AdamW.DEFAULT, 0).withSteps(first, total));
  }

  /** Takes a step. */
  float step(Training training, int number) {
    return training.step(batch(), material.labels(), method().spec().learningRate(), 100 + number);
  }

  /** Trains for some steps. */
  List<Float> train(Attachment attachment, int steps) {
    List<Float> losses = new ArrayList<>();
    try (Training training = training(attachment, 0, steps)) {
      for (int i = 0; i < steps; i++) {
        losses.add(step(training, i));
      }
    }
    return losses;
  }

  /** Why a stack can't be put on a host, if the user would be told so. */
  static boolean isRefusal(RuntimeException e) {
    return e instanceof GraftException graft && graft.kind() == GraftException.Kind.INPUT;
  }

  @Override
  public void close() {
    hosts.giveBack(host);
  }
}
