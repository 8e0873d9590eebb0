package dev.graft.lora;

import static dev.graft.testing.OnHost.on;

import dev.graft.api.ForeignFormat.Adapter;
import dev.graft.api.ForeignFormat.Library;
import dev.graft.api.StoredTensor;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Training;
import dev.graft.program.Shape;
import dev.graft.program.TrainingStep.AdamW;
import dev.graft.saved.ForeignFiles;
import dev.graft.saved.Saved;
import dev.graft.tasks.Tasks;
import dev.graft.testing.ChangedAdapter;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.MixedRows;
import dev.graft.testing.OnHost;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.nio.file.Files;
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
  private static final String QUERY = "base_model.model.bert.encoder.layer.0.attention.self.query";

  private final ErrorTexts errors = new ErrorTexts("lora-plugin");
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> texts() {
    addSites();
    addVariants();
    addReading();
    addWriting();
    return errors.hiding(folder, "FOLDER").tests();
  }

  private void addSites() {
    errors.add("A rank of nothing", on("bert", "lora:rank=0"));
    errors.add("An alpha that would train nothing", on("bert", "lora:alpha=0"));
    errors.add("A dropout of everything", on("bert", "lora:dropout=1"));
    errors.add("An unknown beginning", on("bert", "lora:initializer=olora"));
    errors.add("An exclusion of nothing", on("bert", "lora:exclude=[quary]"));
    errors.add(
        "A rank for projections that are left out",
        on("bert", "lora:layers=[1],rank-pattern=[layers.0.attention.query=4]"));
    errors.add("Modules that are not there", on("bert", "lora:modules-to-save=[poler]"));
    errors.add("A block that is not there", on("bert", "lora:layers=[0,2]"));
    errors.add(
        "Nothing left to update", on("bert", "lora:layers=[0],exclude=[0.attention.query,value]"));
    errors.add(
        "An update of a weight that is trained itself",
        on("bert", "lora:modules-to-save=[layers.1.attention]"));
    errors.add("The bias of a part of a projection", on("gpt2", "lora:bias=lora-only"));
  }

  private void addVariants() {
    errors.add(
        "PiSSA with more rank than the weight has",
        on("bert", "lora:initializer=pissa,rank-pattern=[value=17]"));
    errors.add("AdaLoRA that begins below its target", on("bert", "adalora:initial-rank=4"));
    Training.Options open = new Training.Options(AdamW.DEFAULT, 0);
    errors.add("AdaLoRA in a training of unknown length", adaLora(open));
    errors.add("AdaLoRA in a training that is too short", adaLora(open.withSteps(0, 3)));
    errors.add(
        "A sum of tasks with DoRA",
        on(
            "bert",
            model -> {
              try (Tasks tasks = new Tasks(model)) {
                tasks.add("news", MixedRows.moved(model, "lora:dora=true", OnHost.LABELS, 1));
                tasks.combined(Map.of("news", 1.0));
              }
            }));
  }

  private static ErrorTexts.Failing adaLora(Training.Options options) {
    return on(
        "bert",
        "adalora:warmup-steps=1,final-steps=2",
        host -> {
          try (Training training = host.training(options)) {
            training.step(TinyModel.batch(3), new double[] {1}, 0.01, 0);
          }
        });
  }

  private void addReading() {
    reading(
        "An adapter with what LoRA does not compute",
        (configuration, tensors) -> configuration.put("use_qalora", true));
    reading(
        "An adapter that began by changing the host",
        (configuration, tensors) -> configuration.put("init_lora_weights", "pissa_niter_4"));
    reading(
        "An adapter whose targets are no regular expression",
        (configuration, tensors) -> configuration.put("target_modules", "*.query"));
    reading(
        "An adapter that lacks an update",
        (configuration, tensors) -> tensors.keySet().removeIf(name -> name.startsWith(QUERY)));
    reading(
        "An adapter that lacks half of an update",
        (configuration, tensors) -> tensors.remove(QUERY + ".lora_B.weight"));
    reading(
        "An adapter that updates other embeddings than those of tokens",
        (configuration, tensors) ->
            tensors.put(
                "base_model.model.bert.embeddings.position_embeddings.lora_embedding_A",
                new StoredTensor(Shape.of(2, 3), new float[6])));
    reading(
        "An adapter of a larger vocabulary",
        (configuration, tensors) ->
            tensors.put(
                "base_model.model.bert.embeddings.word_embeddings.weight",
                new StoredTensor(Shape.of(62, 16), new float[62 * 16])));
    updatedTable(
        "An adapter that updates another table than the base has",
        (configuration, tensors) ->
            tensors.put(
                "base_model.model.bert.embeddings.word_embeddings.base_layer.weight",
                new StoredTensor(Shape.of(60, 16), new float[60 * 16])));
    Path tied = folder.resolve("An adapter whose tied updates differ");
    errors.add(
        "An adapter whose tied updates differ",
        on(
            "qwen2",
            model -> {
              StackSpec stack = TinyHost.installed("lora:targets=[lm_head],weight-tying=all");
              try (Attachment fresh = model.attach(model.languageModel(stack), 1)) {
                Saved.saveForeign(fresh, tied.resolve("saved"), Map.of());
              }
              Adapter adapter = ForeignFiles.read(tied.resolve("saved"));
              Map<String, StoredTensor> tensors = new TreeMap<>(adapter.tensors());
              tensors.computeIfPresent(
                  "base_model.model.lm_head.lora_A.weight",
                  (name, numbers) ->
                      new StoredTensor(numbers.shape(), new float[numbers.elements().length]));
              Path changed = Files.createDirectories(tied.resolve("changed"));
              ForeignFiles.write(
                  new Adapter(adapter.configuration(), tensors, ""),
                  Map.of(),
                  List.of(),
                  Library.PEFT,
                  changed,
                  Map.of());
              Saved.open(model, changed).close();
            }));
    reading(
        "An adapter of another host",
        (configuration, tensors) ->
            tensors.put(
                "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight",
                tensors.get(QUERY + ".lora_A.weight")));
    reading(
        "An adapter with a head for another task",
        (configuration, tensors) ->
            tensors.put(
                "base_model.model.qa_outputs.weight", tensors.get(QUERY + ".lora_A.weight")));
    reading(
        "An adapter of another library",
        (configuration, tensors) ->
            tensors.put("lora.query", tensors.get(QUERY + ".lora_A.weight")));
  }

  private void reading(String title, ChangedAdapter change) {
    errors.add(title, ChangedAdapter.opened(folder.resolve(title), "bert", "lora:rank=2", change));
  }

  private void updatedTable(String title, ChangedAdapter change) {
    errors.add(
        title,
        ChangedAdapter.opened(
            folder.resolve(title), "bert", "lora:targets=[embeddings.word]", change));
  }

  private void addWriting() {
    writing("Parts with scales of their own written for PEFT", "lora:alpha-pattern=[value=3]");
    writing("DoRA on a part written for PEFT", "lora:dora=true,targets=query");
  }

  private void writing(String title, String stack) {
    errors.add(
        title,
        on("gpt2", stack, host -> Saved.saveForeign(host, folder.resolve("peft"), Map.of())));
  }
}
