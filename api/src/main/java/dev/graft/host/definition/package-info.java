/**
 * What a {@code tokenizer.json} says: its parts by type and field, as Hugging Face's tokenizers
 * reads them. The native library ends the process where it can't go on, so whatever could bring it
 * there is refused here; it is handed what was understood, and nothing else of the file. No text is
 * encoded here.
 */
package dev.graft.host.definition;
