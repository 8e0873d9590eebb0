package dev.graft.harness.fuzz;

import dev.graft.conformance.TinyHosts;
import dev.graft.files.Folders;
import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.model.Inspector;
import dev.graft.harness.report.text.InspectionText;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.program.Device;
import dev.graft.saved.GraftRecord;
import dev.graft.saved.Saved;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Saved stacks, PEFT's adapters and AdapterHub's: inspected, and put on the model they are of. */
final class AdapterReaders implements AutoCloseable {
  private static final List<String> FOREIGN =
      List.of(
          "lora:rank=2",
          "lora:rank=2,dora=true",
          "prefix-tuning:tokens=2",
          "prompt-tuning:tokens=2",
          "houlsby:bottleneck=2",
          "pfeiffer:bottleneck=2",
          "parallel:bottleneck=2");

  private final Path folder;
  private final Device device;
  private final Methods methods;
  private final List<Model> models = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();

  private AdapterReaders(Path folder, Device device, Methods methods) {
    this.folder = folder;
    this.device = device;
    this.methods = methods;
  }

  static AdapterReaders all(Path folder, Device device, Methods methods) {
    AdapterReaders all = new AdapterReaders(folder, device, methods);
    Model bert = all.model("bert");
    FOREIGN.forEach(stack -> all.add(bert, "bert", stack, Form.FOREIGN));
    Model gpt2 = all.model("gpt2");
    all.add(gpt2, "gpt2", FOREIGN.get(0), Form.FOREIGN);
    all.add(gpt2, "gpt2", FOREIGN.get(2), Form.FOREIGN);
    all.add(bert, "bert", "lora:rank=2+prefix-tuning:tokens=2", Form.OWN);
    all.add(bert, "bert", "vera:rank=2+bitfit", Form.OWN);
    all.add(gpt2, "gpt2", "houlsby:bottleneck=2", Form.OWN);
    return all;
  }

  private enum Form {
    OWN,
    FOREIGN
  }

  List<Reader> readers() {
    return readers;
  }

  private Model model(String host) {
    Model model = Model.load(TinyHosts.named(host), device);
    models.add(model);
    return model;
  }

  private void add(Model model, String host, String stack, Form form) {
    String name = "%s %s on %s".formatted(form == Form.OWN ? "saved" : "foreign", stack, host);
    Path saved = folder.resolve(name.replaceAll("[^a-z0-9]+", "-"));
    StackSpec spec = StackSpec.parse(stack, methods);
    Stack whole =
        model.host().isLanguageModel()
            ? model.languageModel(spec)
            : model.stack(spec, List.of("bad", "good"));
    try (Attachment attached = model.attach(whole, 1)) {
      if (form == Form.OWN) {
        Saved.save(attached, saved, Map.of("seed", "1"));
      } else {
        Saved.saveForeign(attached, saved, Map.of("seed", "1"));
      }
    }
    readers.add(new Reader(name, saved, sources(saved), changed -> read(model, changed)));
    if (form == Form.OWN) {
      readers.add(
          new Reader("sealed" + name.substring(5), saved, sources(saved), at -> seal(model, at)));
    }
  }

  /** What somebody changed on purpose, and sealed in a copy. */
  private void seal(Model model, Path changed) throws IOException {
    Path sealed = changed.resolveSibling("sealed");
    Folders.delete(sealed);
    try (Stream<Path> files = Files.walk(changed)) {
      for (Path file : files.toList()) {
        Files.copy(file, sealed.resolve(changed.relativize(file).toString()));
      }
    }
    GraftRecord.damaged(sealed);
    Saved.seal(sealed);
    read(model, sealed);
  }

  private static List<Source> sources(Path saved) {
    try (Stream<Path> files = Files.walk(saved)) {
      return files
          .filter(Files::isRegularFile)
          .sorted()
          .map(saved::relativize)
          .map(Path::toString)
          .flatMap(file -> weighted(Source.of(saved, file, mutator(file))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is read as JSON has more to it. */
  private static Stream<Source> weighted(Source source) {
    return source.file().endsWith("config.json") || source.file().equals("graft.json")
        ? Stream.of(source, source, source)
        : Stream.of(source);
  }

  private static Mutator mutator(String file) {
    return file.endsWith(".json")
        ? new JsonMutator().or(new ByteMutator())
        : new SafetensorsMutator().or(new ByteMutator());
  }

  private void read(Model model, Path changed) {
    InspectionText.lines(Inspector.inspect(changed));
    Saved.provenance(changed);
    Saved.open(model, changed, methods, Saved.Base.SAME).close();
  }

  @Override
  public void close() {
    models.forEach(Model::close);
  }
}
