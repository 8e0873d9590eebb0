package dev.graft.testing;

import com.google.gson.JsonObject;
import dev.graft.api.Methods;
import dev.graft.api.StackSpec;
import dev.graft.checkpoint.JsonFile;
import dev.graft.model.Head;
import dev.graft.model.Stack;
import dev.graft.model.Transformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Stacks of the installed methods on hosts of any size, without weights. */
public final class Stacks {
  private Stacks() {}

  /** A stack on BERT with heads of width 64. */
  public static Stack onBert(int layers, int width, String stack) {
    JsonObject config = new JsonObject();
    config.addProperty("model_type", "bert");
    config.addProperty("vocab_size", 30522);
    config.addProperty("hidden_size", width);
    config.addProperty("num_hidden_layers", layers);
    config.addProperty("num_attention_heads", width / 64);
    config.addProperty("intermediate_size", 4 * width);
    config.addProperty("max_position_embeddings", 512);
    Transformer host = Transformer.of(new JsonFile(Path.of("config.json"), config), Set.of());
    StackSpec spec = StackSpec.parse(stack, Methods.installed());
    return Stack.of(host, spec, Head.forHost(host, List.of("no", "yes")));
  }
}
