package dev.graft.host.vocabulary;

import static java.util.Map.entry;

import dev.graft.GraftException;
import dev.graft.files.JsonFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** A model's vocabulary and its settings, where the folder has no {@code tokenizer.json}. */
public final class Vocabulary {
  private static final String PIECES = "TokenizersBackend";

  /** By the names of transformers' classes. */
  private static final Map<String, Function<VocabularyFolder, String>> CLASSES =
      Map.ofEntries(
          entry("BertTokenizer", WordTokenizers::bert),
          entry("DistilBertTokenizer", WordTokenizers::bert),
          entry("ElectraTokenizer", WordTokenizers::bert),
          entry("RobertaTokenizer", WordTokenizers::roberta),
          entry("GPT2Tokenizer", WordTokenizers::gpt2),
          entry("Qwen2Tokenizer", WordTokenizers::qwen2),
          entry("DebertaV2Tokenizer", PieceTokenizers::deberta),
          entry("XLMRobertaTokenizer", PieceTokenizers::xlmRoberta),
          entry("LlamaTokenizer", PieceTokenizers::llama),
          entry(PIECES, PieceTokenizers::plain),
          entry("PreTrainedTokenizer", PieceTokenizers::plain));

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
    VocabularyFolder files = VocabularyFolder.read(folder);
    JsonFile config = JsonFile.readOrEmpty(folder.resolve("config.json"));
    String type = config.stringOr("model_type", "");
    String named =
        files
            .settings()
            .json()
            .stringOr("tokenizer_class", config.stringOr("tokenizer_class", null));
    String name =
        ALWAYS_OF_MODELS.getOrDefault(
            type, named == null ? OF_MODELS.get(type) : named.replaceFirst("Fast$", ""));
    if (name == null) {
      throw Refusals.missing(folder, "tokenizer.json");
    }
    if (!CLASSES.containsKey(name)) {
      throw Refusals.unknownClass(folder, name, new TreeSet<>(CLASSES.keySet()));
    }
    return CLASSES.get(name).apply(files);
  }
}
