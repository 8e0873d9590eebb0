package dev.graft.bottleneck;

import static dev.graft.testing.OnHost.on;

import dev.graft.api.StoredTensor;
import dev.graft.program.Shape;
import dev.graft.saved.Saved;
import dev.graft.testing.ChangedAdapter;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Stacks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every error text of the plugin: what users read is in {@code errors.md} of the resources. */
class ErrorTextsTest {
  private final ErrorTexts errors = new ErrorTexts("adapter-baseline-plugin");
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> texts() {
    errors.hiding(folder, "FOLDER");
    errors.add("No bottleneck", on("bert", "pfeiffer:bottleneck=0"));
    errors.add("An unknown activation", on("bert", "houlsby:activation=swish"));
    errors.add("A scale that would train nothing", on("bert", "parallel:scale=0"));
    errors.add(
        "A bottleneck given in two ways", on("bert", "houlsby:bottleneck=8,reduction-factor=8"));
    errors.add("A reduction beyond the host's width", on("bert", "parallel:reduction-factor=65"));
    errors.add("No block with an adapter", on("bert", "lin:drop-layers=2"));
    errors.add("No block that keeps its adapter in training", on("bert", "lin:drop-up-to=2"));
    errors.add(
        "More dropped blocks than in training",
        () -> Stacks.onBert(4, 64, "lin:drop-up-to=2,drop-layers=3"));
    addWriting();
    addReading();
    return errors.tests();
  }

  private void addWriting() {
    writing("A parallel adapter of GPT-2 written for AdapterHub", "gpt2", "parallel");
    writing("An adapter of a host that AdapterHub's are not known for", "qwen2", "houlsby");
    writing("Trained norms written for AdapterHub", "bert", "houlsby:train-norms=true");
  }

  private void writing(String title, String host, String stack) {
    errors.add(
        title, on(host, stack, graft -> Saved.saveForeign(graft, folder.resolve("hub"), Map.of())));
  }

  private void addReading() {
    reading(
        "An adapter of an older library",
        (configuration, tensors) -> configuration.put("version", "3.2.1"));
    reading(
        "An adapter with a flexible head",
        (configuration, tensors) ->
            tensors.put("heads.sst2.1.weight", new StoredTensor(Shape.of(1L), 1)));
    reading("An adapter without tensors", (configuration, tensors) -> tensors.clear());
    changed("An adapter that computes something else", Map.of("use_gating", true));
    changed(
        "An adapter with a width of each block",
        Map.of("reduction_factor", new TreeMap<>(Map.of("1", 2, "default", 4))));
    changed("An adapter of an unknown function", Map.of("non_linearity", "mish"));
    changed("An adapter without some block", Map.of("leave_out", List.of(1)));
    changed("An adapter with a scale for each channel", Map.of("scaling", "channel"));
  }

  private void reading(String title, ChangedAdapter change) {
    errors.add(title, ChangedAdapter.opened(folder.resolve(title), "bert", "pfeiffer", change));
  }

  /** Reads an adapter with something else in its configuration. */
  private void changed(String title, Map<String, Object> changes) {
    String stack = changes.containsKey("scaling") ? "parallel" : "pfeiffer";
    errors.add(
        title,
        ChangedAdapter.opened(
            folder.resolve(title),
            "bert",
            stack,
            (configuration, tensors) -> {
              Map<String, Object> inner = new TreeMap<>();
              ((Map<?, ?>) configuration.get("config"))
                  .forEach((key, value) -> inner.put(key.toString(), value));
              inner.putAll(changes);
              configuration.put("config", inner);
            }));
  }
}
