package dev.graft.host.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.GraftException;
import dev.graft.host.Tokenizer;
import dev.graft.host.Tokens;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VocabularyTest {
  @TempDir Path folder;

  /** The ids are those of transformers 5.17 with the same files; two bars part a pair. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      ignoreLeadingAndTrailingWhitespace = false,
      textBlock =
          """
          words   ; bert      ; {}; The café. 中文 films; 2 5 9 14 11 12 7 8 3
          words   ; bert      ; {}; the [MASK] xyz\\u00a0\\tnew; 2 5 4 1 15 3
          words   ; bert      ; {}; the||the; 2 5 3 5 3
          words   ; bert      ; {'do_lower_case': false}; The café. 中文 films; 2 6 10 14 11 12 7 8 3
          words   ; bert      ; {'do_lower_case': false}; the [MASK] xyz\\u00a0\\tnew; 2 5 4 1 15 3
          words   ; bert      ; {'do_lower_case': false}; the||the; 2 5 3 5 3
          words   ; electra   ; {'strip_accents': false, 'tokenize_chinese_chars': false}; The café. 中文 films; 2 5 10 14 13 7 8 3
          words   ; electra   ; {'strip_accents': false, 'tokenize_chinese_chars': false}; the [MASK] xyz\\u00a0\\tnew; 2 5 4 1 15 3
          words   ; electra   ; {'strip_accents': false, 'tokenize_chinese_chars': false}; the||the; 2 5 3 5 3
          words   ; distilbert; {'added_tokens_decoder': {'16': {'content': 'xyz', 'special': false, 'single_word': true}}}; The café. 中文 films; 2 5 9 14 11 12 7 8 3
          words   ; distilbert; {'added_tokens_decoder': {'16': {'content': 'xyz', 'special': false, 'single_word': true}}}; the [MASK] xyz\\u00a0\\tnew; 2 5 4 16 15 3
          words   ; distilbert; {'added_tokens_decoder': {'16': {'content': 'xyz', 'special': false, 'single_word': true}}}; the||the; 2 5 3 5 3
          words   ; roberta   ; {'tokenizer_class': 'BertTokenizerFast', 'mask_token': {'__type': 'AddedToken', 'content': '[MASK]', 'lstrip': true}}; The café. 中文 films; 2 5 9 14 11 12 7 8 3
          words   ; roberta   ; {'tokenizer_class': 'BertTokenizerFast', 'mask_token': {'__type': 'AddedToken', 'content': '[MASK]', 'lstrip': true}}; the [MASK] xyz\\u00a0\\tnew; 2 5 4 1 15 3
          words   ; roberta   ; {'tokenizer_class': 'BertTokenizerFast', 'mask_token': {'__type': 'AddedToken', 'content': '[MASK]', 'lstrip': true}}; the||the; 2 5 3 5 3
          pairs   ; roberta   ; {};  the  théé\\n11; 0 12 6 6 10 15 15 16 18 2
          pairs   ; roberta   ; {}; the</s> <mask> the<|endoftext|>; 0 11 2 6 4 12 9 7 9 7 2
          pairs   ; roberta   ; {}; the||the; 0 11 2 2 11 2
          pairs   ; roberta   ; {'add_prefix_space': true};  the  théé\\n11; 0 12 6 6 10 15 15 16 18 2
          pairs   ; roberta   ; {'add_prefix_space': true}; the</s> <mask> the<|endoftext|>; 0 12 2 6 4 12 9 7 9 7 2
          pairs   ; roberta   ; {'add_prefix_space': true}; the||the; 0 12 2 2 12 2
          pairs   ; gpt2      ; {};  the  théé\\n11; 12 6 6 10 15 15 16 18
          pairs   ; gpt2      ; {}; the</s> <mask> the<|endoftext|>; 11 6 12 5
          pairs   ; gpt2      ; {}; the||the; 11 11
          pairs   ; gpt2      ; {'add_bos_token': true, 'pad_token': 'the'};  the  théé\\n11; 5 6 11 6 6 10 15 15 16 18
          pairs   ; gpt2      ; {'add_bos_token': true, 'pad_token': 'the'}; the</s> <mask> the<|endoftext|>; 5 11 6 6 11 5
          pairs   ; gpt2      ; {'add_bos_token': true, 'pad_token': 'the'}; the||the; 5 11 5 11
          pairs   ; qwen2     ; {};  the  théé\\n11; 12 6 6 10 15 15 16 17 17
          pairs   ; qwen2     ; {}; the</s> <mask> the<|endoftext|>; 11 6 12 5
          pairs   ; qwen2     ; {}; the||the; 11 11
          pairs   ; qwen2     ; {'eos_token': '</s>', 'bos_token': '<s>', 'add_eos_token': true, 'add_bos_token': true};  the  théé\\n11; 0 12 6 6 10 15 15 16 17 17 2
          pairs   ; qwen2     ; {'eos_token': '</s>', 'bos_token': '<s>', 'add_eos_token': true, 'add_bos_token': true}; the</s> <mask> the<|endoftext|>; 0 11 2 6 12 5 2
          pairs   ; qwen2     ; {'eos_token': '</s>', 'bos_token': '<s>', 'add_eos_token': true, 'add_bos_token': true}; the||the; 0 11 2 0 11 2
          spm     ; deberta-v2; {}; the  Aé<own>; 1 9 3 0 16 2
          spm     ; deberta-v2; {}; the||the; 1 9 2 9 2
          spm     ; deberta-v2; {'do_lower_case': true, 'split_by_punct': true, 'add_prefix_space': false}; the  Aé<own>; 1 9 3 10 0 16 2
          spm     ; deberta-v2; {'do_lower_case': true, 'split_by_punct': true, 'add_prefix_space': false}; the||the; 1 9 2 9 2
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer'}; [INST]the Aé\\n\\n  the<own>e</s>; 9 3 12 13 14 15 15 3 9 16 6 2
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer'}; the||the; 9 9
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer', 'legacy': true, 'add_bos_token': true}; [INST]the Aé\\n\\n  the<own>e</s>; 1 9 3 12 13 14 15 15 3 9 16 3 6 2
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer', 'legacy': true, 'add_bos_token': true}; the||the; 1 9 1 9
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer', 'add_prefix_space': false, 'add_eos_token': true}; [INST]the Aé\\n\\n  the<own>e</s>; 11 3 12 13 14 15 15 3 9 16 6 2 2
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer', 'add_prefix_space': false, 'add_eos_token': true}; the||the; 11 2 11 2
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer', 'additional_special_tokens': ['he']}; [INST]the Aé\\n\\n  the<own>e</s>; 7 8 3 12 13 14 15 15 3 7 8 6 2
          llama   ; llama     ; {'tokenizer_class': 'LlamaTokenizer', 'additional_special_tokens': ['he']}; the||the; 7 8 7 8
          llama   ; llama     ; {}; [INST]the Aé\\n\\n  the<own>e</s>; 0 11 3 12 13 14 15 15 3 9 16 6 2
          llama   ; llama     ; {}; the||the; 11 11
          llama   ; mistral   ; {'tokenizer_class': 'LlamaTokenizer', 'add_bos_token': true}; [INST]the Aé\\n\\n  the<own>e</s>; 1 0 11 3 12 13 14 15 15 3 9 16 6 2
          llama   ; mistral   ; {'tokenizer_class': 'LlamaTokenizer', 'add_bos_token': true}; the||the; 1 11 1 11
          llama   ; mistral   ; {'added_tokens_decoder': {'12': {'content': '[INST]', 'special': true}}}; [INST]the Aé\\n\\n  the<own>e</s>; 12 11 3 13 14 15 15 0 3 9 16 6 2
          llama   ; mistral   ; {'added_tokens_decoder': {'12': {'content': '[INST]', 'special': true}}}; the||the; 11 11
          unigram ; llama     ; {}; the AA é<own>e; 4 8 3 10 10 3 13 14 16 6
          unigram ; llama     ; {}; the||the; 4 8 4 8
          xlmr    ; bert      ; {'tokenizer_class': 'XLMRobertaTokenizer'}; the AA é<own>e <mask>; 0 10 4 11 11 4 3 17 4 7 18 2
          xlmr    ; bert      ; {'tokenizer_class': 'XLMRobertaTokenizer'}; the||the; 0 10 2 2 10 2
          """)
  void aTextHasTheTokensThatTransformersGivesIt(
      String kind, String model, String settings, String text, String ids) {
    write(kind.strip());
    write("config.json", "{'model_type': '%s'}".formatted(model.strip()).replace('\'', '"'));
    write("tokenizer_config.json", settings.replace('\'', '"'));
    String[] texts =
        text.substring(1)
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\u00a0", "\u00a0")
            .split("\\|\\|", -1);
    try (Tokenizer tokenizer = Tokenizer.open(folder, 64)) {
      Tokens tokens =
          texts.length == 1 ? tokenizer.encode(texts[0]) : tokenizer.encode(texts[0], texts[1]);
      assertThat(spaced(tokens.ids())).isEqualTo(ids.strip());
      assertThat(tokens.types()).hasSameSizeAs(tokens.ids());
    }
  }

  @Test
  void olderFilesCountWhereTheSettingsDeclareNothing() {
    write("words");
    write("config.json", "{\"model_type\": \"bert\"}");
    write("added_tokens.json", "{\"<A>\": 16, \"<B>\": 17}");
    write(
        "special_tokens_map.json",
        "{\"additional_special_tokens\": [\"<A>\"], \"mask_token\": {\"content\": \"<B>\", \"lstrip\": true}}");
    try (Tokenizer tokenizer = Tokenizer.open(folder, 64)) {
      assertThat(spaced(tokenizer.encode("the<a> film <B>").ids())).isEqualTo("2 5 16 7 17 3");
    }
    write("tokenizer_config.json", "{\"added_tokens_decoder\": {}}");
    try (Tokenizer tokenizer = Tokenizer.open(folder, 64)) {
      assertThat(spaced(tokenizer.encode("the<A>").ids())).isEqualTo("2 5 1 1 1 3");
    }
  }

  /** The native library would end this process at some of them. */
  @Test
  void aDamagedModelOfSentencePieceIsRefusedOrReadAndNothingWorse() {
    byte[] model = VocabularyFiles.model(1, VocabularyFiles.table(), "<unk>", "<s>", "</s>");
    write("config.json", "{\"model_type\": \"llama\"}");
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] damaged = model.clone();
      for (int j = 0; j < 3; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      VocabularyFiles.write(folder.resolve("tokenizer.model"), damaged);
      try (Tokenizer tokenizer = Tokenizer.open(folder, 64)) {
        assertThat(tokenizer.encode("A the").ids()).isNotEmpty();
      } catch (GraftException e) {
        assertThat(e).hasMessageContaining("can't be used");
        refused++;
      }
    }
    assertThat(refused).isBetween(20, 290);
  }

  private void write(String kind) {
    switch (kind) {
      case "words" -> write("vocab.txt", String.join("\n", VocabularyFiles.WORDS) + "\n");
      case "pairs" -> {
        write("vocab.json", VocabularyFiles.TOKENS);
        write("merges.txt", VocabularyFiles.MERGES);
      }
      case "spm" -> model("spm.model", 1, new byte[0], "[UNK]", "[CLS]", "[SEP]");
      case "llama" -> model("tokenizer.model", 2, new byte[0], "<unk>", "<s>", "</s>");
      case "unigram" ->
          model("tokenizer.model", 1, VocabularyFiles.table(), "<unk>", "<s>", "</s>");
      default ->
          model("sentencepiece.bpe.model", 1, VocabularyFiles.table(), "<unk>", "<s>", "</s>");
    }
  }

  private void model(String name, int type, byte[] table, String... special) {
    VocabularyFiles.write(folder.resolve(name), VocabularyFiles.model(type, table, special));
  }

  private void write(String name, String content) {
    VocabularyFiles.write(folder, name, content);
  }

  private static String spaced(long[] ids) {
    return LongStream.of(ids).mapToObj(Long::toString).collect(Collectors.joining(" "));
  }
}
