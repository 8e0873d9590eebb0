package dev.graft.harness.fuzz;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.checkpoint.ModelDirectory;
import dev.graft.checkpoint.TensorData;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import dev.graft.harness.fuzz.Reader.Source;
import dev.graft.harness.model.Hosts;
import dev.graft.harness.model.Inspector;
import dev.graft.harness.report.text.InspectionText;
import dev.graft.harness.report.text.PlanSummary;
import dev.graft.harness.report.text.PlanText;
import dev.graft.host.RandomModel;
import dev.graft.host.TokenBatch;
import dev.graft.host.Tokens;
import dev.graft.hub.HubListener;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.model.Plan;
import dev.graft.program.Device;
import dev.graft.program.Precision;
import dev.graft.testing.PretrainedModel;
import dev.graft.testing.TorchSave;
import dev.graft.transformer.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Folders of models: planned for, inspected, loaded, trained for a step and asked. */
final class ModelReaders {
  private static final String LABELS =
      "\"id2label\": {\"0\": \"bad\", \"1\": \"good\"}, \"label2id\": {\"bad\": 0, \"good\": 1},"
          + " \"problem_type\": \"single_label_classification\", \"initializer_range\": 0.02,"
          + " \"pad_token_id\": 0, \"torch_dtype\": \"float32\", ";
  private static final String ENCODER =
      LABELS
          + "\"hidden_dropout_prob\": 0.1, \"attention_probs_dropout_prob\": 0.1,"
          + " \"classifier_dropout\": 0.2, \"layer_norm_eps\": 1e-12, \"hidden_act\": \"gelu\", ";
  private static final String DECODER =
      LABELS
          + "\"attention_dropout\": 0.1, \"rms_norm_eps\": 1e-6, \"head_dim\": 4,"
          + " \"hidden_act\": \"silu\", \"max_position_embeddings\": 128, ";

  /** More keys for each host, so that there is something to change. */
  private static final Map<String, String> HOSTS = new LinkedHashMap<>();

  static {
    HOSTS.put("bert", ENCODER);
    HOSTS.put("roberta", ENCODER.replace("\"pad_token_id\": 0, ", ""));
    HOSTS.put("electra", ENCODER);
    HOSTS.put(
        "distilbert",
        LABELS + "\"dropout\": 0.1, \"attention_dropout\": 0.1, \"seq_classif_dropout\": 0.2, ");
    HOSTS.put("deberta-v2", ENCODER.replace(", \"hidden_act\": \"gelu\"", ""));
    HOSTS.put(
        "deberta-v2 with a convolution and keys of its own",
        ENCODER.replace(", \"hidden_act\": \"gelu\"", ""));
    HOSTS.put(
        "gpt2",
        LABELS
            + "\"embd_pdrop\": 0.1, \"resid_pdrop\": 0.1, \"attn_pdrop\": 0.1, \"n_inner\": 64,"
            + " \"layer_norm_epsilon\": 1e-5, ");
    HOSTS.put(
        "llama",
        DECODER
            + "\"rope_scaling\": {\"rope_type\": \"llama3\", \"factor\": 8.0,"
            + " \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
            + " \"original_max_position_embeddings\": 64}, ");
    HOSTS.put(
        "qwen2",
        DECODER
            + "\"use_sliding_window\": true, \"sliding_window\": 4, \"max_window_layers\": 1,"
            + " \"layer_types\": [\"full_attention\", \"sliding_attention\"],"
            + " \"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"beta_fast\": 32,"
            + " \"beta_slow\": 1, \"original_max_position_embeddings\": 64}, ");
    HOSTS.put(
        "mistral",
        DECODER
            + "\"rope_scaling\": {\"type\": \"longrope\", \"short_factor\": [1.0, 1.5],"
            + " \"long_factor\": [1.0, 2.0], \"factor\": 2.0}, ");
  }

  private final Path folder;
  private final Device device;
  private final Methods methods;
  private final List<Reader> readers = new ArrayList<>();

  private ModelReaders(Path folder, Device device, Methods methods) {
    this.folder = folder;
    this.device = device;
    this.methods = methods;
  }

  static List<Reader> all(Path folder, Device device, Methods methods) throws IOException {
    ModelReaders all = new ModelReaders(folder, device, methods);
    for (String name : HOSTS.keySet()) {
      all.addConfiguration(name);
    }
    all.addWeights();
    return all.readers;
  }

  private static JsonFile configuration(String name) {
    String json = TinyHosts.config(name).json().toString();
    JsonObject whole = JsonParser.parseString(json).getAsJsonObject();
    String more = HOSTS.get(name);
    JsonParser.parseString("{" + more.substring(0, more.length() - 2) + "}")
        .getAsJsonObject()
        .asMap()
        .forEach(whole::add);
    return new JsonFile(Path.of("config.json"), whole);
  }

  private void addConfiguration(String name) throws IOException {
    JsonFile config = configuration(name);
    Path planned = Fuzz.folder(folder, "plan " + name);
    Files.writeString(planned.resolve("config.json"), config.json().toString());
    List<Source> source = sources(planned, "config.json", new JsonMutator().or(new ByteMutator()));
    readers.add(new Reader("plan: " + name, planned, source, this::plan));
    Path whole = Fuzz.folder(folder, "model " + name);
    PretrainedModel.write(whole, RandomModel.of(config, 7));
    readers.add(
        new Reader(
            "model: " + name,
            whole,
            sources(whole, "config.json", new JsonMutator().or(new ByteMutator())),
            this::model));
  }

  private static List<Source> sources(Path folder, String file, Mutator mutator) {
    return List.of(Source.of(folder, file, mutator));
  }

  private void addWeights() throws IOException {
    ModelDirectory bert = RandomModel.of(configuration("bert"), 7);
    List<TensorData> tensors =
        bert.tensors().names().stream().map(name -> TensorData.of(bert.tensors(), name)).toList();
    Path safe = Fuzz.folder(folder, "weights safetensors");
    PretrainedModel.write(safe, bert);
    add("weights: safetensors", safe, "model.safetensors", new SafetensorsMutator());
    Path sharded = Fuzz.folder(folder, "weights sharded");
    PretrainedModel.write(sharded, bert);
    Files.move(sharded.resolve("model.safetensors"), sharded.resolve("model-1.safetensors"));
    JsonObject map = new JsonObject();
    tensors.forEach(each -> map.addProperty(each.info().name(), "model-1.safetensors"));
    JsonObject index = new JsonObject();
    index.add("metadata", JsonParser.parseString("{\"total_size\": 1000}"));
    index.add("weight_map", map);
    Files.writeString(sharded.resolve("model.safetensors.index.json"), index.toString());
    add("weights: index", sharded, "model.safetensors.index.json", new JsonMutator());
    Path pickled = Fuzz.folder(folder, "weights pickled");
    PretrainedModel.write(pickled, bert);
    Files.delete(pickled.resolve("model.safetensors"));
    TorchSave.write(pickled.resolve("pytorch_model.bin"), tensors);
    add("weights: pickle", pickled, "pytorch_model.bin", new ByteMutator());
    Path legacy = Fuzz.folder(folder, "weights legacy");
    PretrainedModel.write(legacy, bert);
    Files.delete(legacy.resolve("model.safetensors"));
    TorchSave.writeLegacy(legacy.resolve("pytorch_model.bin"), tensors);
    add("weights: old pickle", legacy, "pytorch_model.bin", new ByteMutator());
  }

  private void add(String name, Path in, String file, Mutator mutator) {
    readers.add(new Reader(name, in, sources(in, file, mutator), this::model));
  }

  private void plan(Path folder) {
    var host = Hosts.named(folder.toString(), HubListener.NONE);
    Stack stack =
        Stack.of(host, StackSpec.parse("lora", methods), Hosts.head(host, Optional.empty()));
    PlanText.lines(PlanSummary.of("model", new Plan(stack, Precision.FLOAT32, 2, 8)));
  }

  private void model(Path folder) {
    InspectionText.lines(Inspector.inspect(folder));
    try (Model model = Model.load(ModelDirectory.open(folder), device);
        Attachment attached =
            model.attach(
                Stack.of(model.host(), StackSpec.parse("lora", methods), model.head()), 1)) {
      TokenBatch batch = model.batch(List.of(new Tokens(new long[] {5, 6, 7}, new long[3])));
      attached.logits(batch);
    }
  }
}
