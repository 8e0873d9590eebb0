package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

public final class TokenizerTest {
  /** A WordPiece tokenizer whose own padding and truncation differ from what is asked for here. */
  public static final String JSON =
      """
      {
        "version": "1.0",
        "truncation": {
          "direction": "Right", "max_length": 4, "strategy": "OnlyFirst", "stride": 0
        },
        "padding": {
          "strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": 8,
          "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"
        },
        "added_tokens": [
          {"id": 0, "content": "[PAD]", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true},
          {"id": 2, "content": "[CLS]", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true},
          {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false,
           "normalized": false, "special": true}
        ],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                       "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
          "type": "TemplateProcessing",
          "single": [
            {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 0}}
          ],
          "pair": [
            {"SpecialToken": {"id": "[CLS]", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 1}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 1}}
          ],
          "special_tokens": {
            "[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
            "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}
          }
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {
          "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
          "max_input_chars_per_word": 100,
          "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "good": 5, "film": 6,
                    "##ing": 7, ".": 8}
        }
      }
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeTheTokenizer() throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), JSON);
  }

  @Test
  void aTextGetsSpecialTokensAndNoPadding() {
    try (Tokenizer tokenizer = Tokenizer.open(folder, 512)) {
      Tokens tokens = tokenizer.encode("A GOOD filming, good film.");
      assertThat(tokens.ids()).containsExactly(2, 4, 5, 6, 7, 1, 5, 6, 8, 3);
      assertThat(tokens.types()).hasSize(10).containsOnly(0);
      assertThat(tokens.length()).isEqualTo(10);
      assertThat(tokenizer.encode("").ids()).containsExactly(2, 3);
      assertThat(tokenizer.pieces("Filming")).containsExactly(6, 7);
      assertThat(tokenizer.decode(tokens.ids())).isEqualTo("a good filming [UNK] good film.");
    }
  }

  @Test
  void aPairGetsTypes() {
    try (Tokenizer tokenizer = Tokenizer.open(folder, 512)) {
      Tokens tokens = tokenizer.encode("a film", "good");
      assertThat(tokens.ids()).containsExactly(2, 4, 6, 3, 5, 3);
      assertThat(tokens.types()).containsExactly(0, 0, 0, 0, 1, 1);
    }
  }

  @Test
  void whatIsTooLongLosesItsEndAndAPairItsLongerTextFirst() {
    try (Tokenizer tokenizer = Tokenizer.open(folder, 8)) {
      assertThat(tokenizer.encode("a a a a a a a good film").ids())
          .containsExactly(2, 4, 4, 4, 4, 4, 4, 3);
      assertThat(tokenizer.encode("a a a a a a a a a a a a", "good film").ids())
          .containsExactly(2, 4, 4, 4, 3, 5, 6, 3);
      assertThat(tokenizer.encode("good film", "a a a a a a a a a a a a").ids())
          .containsExactly(2, 5, 6, 3, 4, 4, 4, 3);
    }
    try (Tokenizer tokenizer = Tokenizer.open(folder, 2)) {
      assertThat(tokenizer.encode("a good film").ids()).containsExactly(2, 3);
    }
  }

  @Test
  void manyTextsAreEncodedAsOneByOne() {
    List<String> texts = Collections.nCopies(1500, "a film");
    List<String> more = Collections.nCopies(1500, "good");
    try (Tokenizer tokenizer = Tokenizer.open(folder, 512)) {
      assertThat(tokenizer.encodeAll(texts))
          .hasSize(1500)
          .allSatisfy(tokens -> assertThat(tokens.ids()).containsExactly(2, 4, 6, 3));
      assertThat(tokenizer.encodeAll(texts, more))
          .hasSize(1500)
          .allSatisfy(tokens -> assertThat(tokens.ids()).containsExactly(2, 4, 6, 3, 5, 3));
      assertThat(tokenizer.encodeAll(List.of("film a good", "film")))
          .extracting(Tokens::length)
          .containsExactly(5, 3);
    }
  }
}
