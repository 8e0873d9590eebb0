package dev.graft.files;

import java.util.List;

/** The files in which {@code save_pretrained} of transformers keeps a tokenizer. */
public final class TokenizerFiles {
  /** Of all families; a model has some of them. */
  public static final List<String> NAMES =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "chat_template.json",
          "vocab.json",
          "merges.txt",
          "vocab.txt",
          "tokenizer.model",
          "sentencepiece.bpe.model",
          "spiece.model",
          "spm.model");

  private TokenizerFiles() {}
}
