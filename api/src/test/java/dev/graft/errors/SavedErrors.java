package dev.graft.errors;

import static dev.graft.testing.OnHost.on;

import dev.graft.api.Initializer;
import dev.graft.api.PeftMethod;
import dev.graft.api.StoredTensor;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.program.Shape;
import dev.graft.saved.Saved;
import dev.graft.saved.SealedRecord;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.Ia3Method;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TestMethod;
import dev.graft.testing.TinyHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Saved stacks, Graft's own and those of other libraries. */
final class SavedErrors {
  private static final Methods OUTSIDER = Methods.of(List.of(new Outsider(Map.of())));

  private final ErrorTexts errors;
  private final Path folder;

  private SavedErrors(ErrorTexts errors, Path folder) {
    this.errors = errors;
    this.folder = folder;
  }

  static void addTo(ErrorTexts errors, Path folder) {
    SavedErrors saved = new SavedErrors(errors, folder.resolve("saved"));
    saved.addOwn();
    saved.addForeign();
    saved.addWritten();
  }

  private void addOwn() {
    PeftMethod gain = vector("gain", 2);
    errors.add(
        "A folder with nothing that was saved", () -> Saved.require(folder.resolve("nowhere")));
    errors.add(
        "A saved stack on another base",
        () -> open("roberta", saved("of-bert", gain), Methods.of(List.of(gain))));
    errors.add(
        "A saved stack with a head of another version",
        () -> {
          Path stack = saved("head", gain);
          Path record = stack.resolve("graft.json");
          Files.writeString(
              record, SealedRecord.of(Files.readString(record).replace("POOLED", "POLED")));
          open("bert", stack, Methods.of(List.of(gain)));
        });
    errors.add(
        "A saved stack whose record was changed",
        () -> {
          Path stack = saved("edited", gain);
          Path record = stack.resolve("graft.json");
          Files.writeString(record, Files.readString(record).replace("POOLED", "MEAN"));
          open("bert", stack, Methods.of(List.of(gain)));
        });
    errors.add(
        "A saved stack without a seal",
        () -> {
          Path stack = saved("unsealed", gain);
          Path record = stack.resolve("graft.json");
          Files.writeString(record, Files.readString(record).replace("\"seal\"", "\"sail\""));
          open("bert", stack, Methods.of(List.of(gain)));
        });
    errors.add(
        "A saved stack with a file of another one",
        () -> {
          Path stack = saved("changed", gain);
          Files.copy(
              stack.resolve("head/graft.safetensors"),
              stack.resolve("1-gain/graft.safetensors"),
              StandardCopyOption.REPLACE_EXISTING);
          open("bert", stack, Methods.of(List.of(gain)));
        });
    errors.add(
        "A saved stack whose method has other tensors now",
        () ->
            open("bert", saved("renamed", gain), Methods.of(List.of(vector("gain", "scale", 2)))));
    errors.add(
        "A saved stack whose method has tensors of other shapes now",
        () -> open("bert", saved("reshaped", gain), Methods.of(List.of(vector("gain", 3)))));
    errors.add(
        "A saved stack whose method has fewer tensors now",
        () -> {
          PeftMethod none = new TestMethod("gain", Set.of(), (host, graft) -> {});
          open("bert", saved("fewer", gain), Methods.of(List.of(none)));
        });
  }

  private static PeftMethod vector(String name, long size) {
    return vector(name, "gain", size);
  }

  private static PeftMethod vector(String name, String tensor, long size) {
    return new TestMethod(
        name,
        Set.of(),
        (host, graft) -> graft.parameter(tensor, Shape.of(size), Initializer.ones()));
  }

  private Path saved(String name, PeftMethod method) {
    Path stack = folder.resolve(name);
    try (TestDevice cpu = new TestDevice();
        Attachment attachment = cpu.host("bert").attach(TinyHost.only(method))) {
      Saved.save(attachment, stack, Map.of());
    }
    return stack;
  }

  private static void open(String host, Path stack, Methods methods) throws Exception {
    on(host, model -> Saved.open(model, stack, methods, Saved.Base.SAME).close()).run();
  }

  private void addForeign() {
    String known = "{\"peft_type\": \"OUTSIDER\"}";
    errors.add(
        "An adapter for another task",
        () -> open("bert", adapter("{\"task_type\": \"QUESTION_ANS\"}", Map.of()), OUTSIDER));
    errors.add(
        "An adapter that no method knows",
        () -> open("bert", adapter("{\"peft_type\": \"BOFT\"}", Map.of()), OUTSIDER));
    errors.add(
        "An adapter that two methods know",
        () ->
            open(
                "bert",
                adapter(known, Map.of()),
                Methods.of(List.of(new Outsider(Map.of()), new Outsider("other", Map.of())))));
    errors.add(
        "An adapter with a list that holds null",
        () ->
            open(
                "bert",
                adapter("{\"peft_type\": \"OUTSIDER\", \"parts\": [\"a\", null]}", Map.of()),
                OUTSIDER));
    errors.add(
        "An adapter whose method fails over it",
        () ->
            open("bert", adapter("{\"peft_type\": \"OUTSIDER\", \"odd\": 1}", Map.of()), OUTSIDER));
    errors.add(
        "An adapter of another base",
        () -> open("bert", adapter(known, Map.of("graft.base", "0".repeat(64))), OUTSIDER));
    errors.add(
        "An adapter that lacks a tensor", () -> open("bert", adapter(known, Map.of()), OUTSIDER));
    errors.add(
        "An adapter with a tensor of another shape",
        () ->
            open(
                "bert",
                adapter(known, Map.of()),
                giving(Map.of("gain", new StoredTensor(Shape.of(2L, 1L), 1, 1)))));
    errors.add(
        "An adapter with a tensor too many",
        () ->
            open(
                "bert",
                adapter(known, Map.of()),
                giving(
                    Map.of(
                        "gain",
                        new StoredTensor(Shape.of(2L), 1, 1),
                        "loss",
                        new StoredTensor(Shape.of(1L), 1)))));
  }

  private static Methods giving(Map<String, StoredTensor> tensors) {
    return Methods.of(List.of(new Outsider(tensors)));
  }

  private Path adapter(String configuration, Map<String, String> metadata) throws IOException {
    Path adapter = Files.createDirectories(folder.resolve("adapter"));
    Files.writeString(adapter.resolve("adapter_config.json"), configuration);
    SafetensorsWriter.write(
        adapter.resolve("adapter_model.safetensors"),
        List.of(TensorData.of("base_model.model.gain", new float[2], 2)),
        metadata);
    return adapter;
  }

  private void addWritten() {
    errors.add(
        "A stack of two methods written for another library",
        written(TinyHost.only(new Outsider(Map.of()), new Ia3Method())));
    errors.add(
        "A method without another library written for it", written(TinyHost.only(new Ia3Method())));
    TestMethod endless =
        new TestMethod(
            "endless",
            Set.of(),
            (host, graft) ->
                graft.parameter(
                    "gain", Shape.of(2), Initializer.constant(Double.POSITIVE_INFINITY)));
    errors.add(
        "A stack that is not all numbers",
        on(
            "bert",
            TinyHost.only(endless),
            host -> Saved.save(host, folder.resolve("endless"), Map.of())));
  }

  private ErrorTexts.Failing written(StackSpec stack) {
    return on("bert", stack, host -> Saved.saveForeign(host, folder.resolve("foreign"), Map.of()));
  }
}
