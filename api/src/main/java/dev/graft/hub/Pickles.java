package dev.graft.hub;

import com.google.gson.JsonElement;
import dev.graft.files.JsonFile;
import java.nio.file.Path;

/** Weights as PyTorch pickles them, which are never read. */
public final class Pickles {
  private Pickles() {}

  public static boolean isPickle(String file) {
    return file.matches("(pytorch_)?model.*\\.(bin|pt|pth)(\\.index\\.json)?");
  }

  /** How to make safetensors of a folder's pickles. */
  public static String conversion(JsonFile config, Path folder) {
    return """
        pickled weights are never read, since they can run code; convert them once, in Python:
            from transformers import %1$s
            %1$s.from_pretrained("%2$s").save_pretrained("%2$s")"""
        .formatted(architecture(config), folder);
  }

  /** How to make a folder with safetensors of a model on the hub that has none. */
  static String conversion(JsonFile config, HubModel model) {
    return """
        pickled weights are never read, since they can run code; convert them once, in Python:
            from transformers import %1$s, AutoTokenizer
            %1$s.from_pretrained("%2$s", revision="%3$s").save_pretrained("%4$s")
            AutoTokenizer.from_pretrained("%2$s", revision="%3$s").save_pretrained("%4$s")
          then give the folder %4$s"""
        .formatted(
            architecture(config),
            model.id(),
            model.revision(),
            model.id().substring(model.id().indexOf('/') + 1));
  }

  /** The class that loses no head; of a foreign file, so nothing but a name is taken over. */
  private static String architecture(JsonFile config) {
    JsonElement names = config.json().get("architectures");
    if (names != null && names.isJsonArray() && names.getAsJsonArray().size() == 1) {
      JsonElement name = names.getAsJsonArray().get(0);
      if (name.isJsonPrimitive() && name.getAsString().matches("[A-Za-z]\\w*")) {
        return name.getAsString();
      }
    }
    return "AutoModel";
  }
}
