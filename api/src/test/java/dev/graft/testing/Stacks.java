package dev.graft.testing;

import com.google.gson.JsonObject;
import dev.graft.files.JsonFile;
import dev.graft.host.HostShape;
import dev.graft.transformer.Stack;
import dev.graft.transformer.TaskHead;
import java.nio.file.Path;
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
    HostShape host = HostShape.of(new JsonFile(Path.of("config.json"), config), Set.of());
    return Stack.of(host, TinyHost.installed(stack), TaskHead.forHost(host, OnHost.LABELS));
  }
}
