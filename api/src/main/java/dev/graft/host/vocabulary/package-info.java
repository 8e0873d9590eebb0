/**
 * Tokenizers from before {@code tokenizer.json}: vocabularies of WordPiece, byte-level pairs and
 * SentencePiece, with the files of settings beside them, in the form that Hugging Face's tokenizers
 * reads. What comes out is what transformers 5.17 builds from the same folder, token by token;
 * {@code tokenizer_cases.py} among the harness's test resources compares both. No text is encoded
 * here.
 */
package dev.graft.host.vocabulary;
