package dev.graft.host.vocabulary;

import static java.util.Map.entry;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** A model's vocabulary and its settings, where the folder has no {@code tokenizer.json}. */
public final class Vocabulary {
  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private static final String PIECES = "TokenizersBackend";

  /** By the names of transformers' classes. */
  private static final Map<String, Function<TokenizerParts, Map<String, Object>>> CLASSES =
      Map.ofEntries(
          entry("BertTokenizer", TokenizerParts::bert),
          entry("DistilBertTokenizer", TokenizerParts::bert),
          entry("ElectraTokenizer", TokenizerParts::bert),
          entry("RobertaTokenizer", TokenizerParts::roberta),
          entry("GPT2Tokenizer", TokenizerParts::gpt2),
          entry("Qwen2Tokenizer", TokenizerParts::qwen2),
          entry("DebertaV2Tokenizer", TokenizerParts::deberta),
          entry("XLMRobertaTokenizer", TokenizerParts::xlmRoberta),
          entry("LlamaTokenizer", TokenizerParts::llama),
          entry(PIECES, TokenizerParts::pieces),
          entry("PreTrainedTokenizer", TokenizerParts::pieces));

  /** The class where no file names one. */
  private static final Map<String, String> OF_MODELS =
      Map.of(
          "bert", "BertTokenizer",
          "distilbert", "BertTokenizer",
          "electra", "BertTokenizer",
          "roberta", "RobertaTokenizer",
          "gpt2", "GPT2Tokenizer",
          "deberta-v2", "DebertaV2Tokenizer",
          "llama", PIECES);

  /** The class whatever the files name: transformers knows that these name wrong ones. */
  private static final Map<String, String> ALWAYS_OF_MODELS =
      Map.of("qwen2", "Qwen2Tokenizer", "mistral", PIECES);

  private Vocabulary() {}

  /**
   * {@return the text of the {@code tokenizer.json} that transformers makes of a model's folder}
   *
   * @param folder the model's folder
   * @throws GraftException if the files that the model's class of tokenizers is made of are missing
   *     or damaged, or the class is not known here
   */
  public static String tokenizer(Path folder) {
    TokenizerSettings settings = new TokenizerSettings(folder);
    JsonFile config = JsonFile.readOrEmpty(folder.resolve("config.json"));
    String type = config.stringOr("model_type", "");
    String named =
        settings.json().stringOr("tokenizer_class", config.stringOr("tokenizer_class", null));
    String name =
        ALWAYS_OF_MODELS.getOrDefault(
            type, named == null ? OF_MODELS.get(type) : named.replaceFirst("Fast$", ""));
    if (name == null) {
      throw Refusals.missing(folder, "tokenizer.json");
    }
    if (!CLASSES.containsKey(name)) {
      throw Refusals.unknownClass(folder, name, new TreeSet<>(CLASSES.keySet()));
    }
    return GSON.toJson(CLASSES.get(name).apply(new TokenizerParts(folder, settings)));
  }
}
