package dev.graft.host.vocabulary;

import dev.graft.GraftException;
import dev.graft.files.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/** Why a folder's tokenizer can't be used. */
final class Refusals {
  private Refusals() {}

  /** A file that is not what its name says. */
  static GraftException damaged(Path file, String expected, Object found) {
    return GraftException.input("%s can't be used.", file)
        .expected(expected)
        .found(found)
        .remedy("take the file from the model's source again");
  }

  /** A folder without the files that its tokenizer is made of. */
  static GraftException missing(Path folder, String expected) {
    return GraftException.input("The folder %s has no tokenizer that can be read.", folder)
        .expected(expected)
        .found(Files.isDirectory(folder) ? Folders.listing(folder) : Folders.kind(folder))
        .remedy("take the missing file from the model's source");
  }

  static GraftException unknownClass(Path folder, String name, Collection<String> known) {
    return GraftException.input("Graft makes no tokenizer of the class '%s'.", name)
        .in(folder)
        .expected("tokenizer.json, or the files of one of %s", String.join(", ", known))
        .found(Folders.listing(folder))
        .remedy(
            "if transformers makes a fast tokenizer of it, write tokenizer.json, once, in Python:")
        .remedy("  from transformers import AutoTokenizer")
        .remedy("  AutoTokenizer.from_pretrained(\"%1$s\").save_pretrained(\"%1$s\")", folder);
  }
}
