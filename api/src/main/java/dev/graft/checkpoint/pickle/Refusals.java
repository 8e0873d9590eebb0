package dev.graft.checkpoint.pickle;

import dev.graft.GraftException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Why a file is not read, in words. */
record Refusals(Path file) {
  /** Something that tensors do not need. */
  GraftException forbidden(String found, long position) {
    return refused("holds more than tensors")
        .expected("what the tensors of a state_dict need")
        .found("%s, at byte %d of its pickle", found, position)
        .remedy(
            "nothing in a pickle is built but tensors, and nothing is run: if you trust its makers,"
                + " load it in Python and save its state_dict as safetensors");
  }

  /** Something that tensors need, used as they do not. */
  GraftException misused(String what, String found, long position) {
    return damaged(
        "its pickle describes no tensors", what, "%s, at byte %s".formatted(found, position));
  }

  GraftException noStateDict(String found) {
    return GraftException.input("%s does not hold a state_dict.", file)
        .expected("a dict of tensors by their names")
        .found(found)
        .remedy("save model.state_dict() and nothing else");
  }

  GraftException notTorch(String found, String remedy) {
    return GraftException.input("%s is not a file of PyTorch's torch.save.", file)
        .expected("a zip archive with NAME/data.pkl, or the older format's magic number")
        .found(found)
        .remedy(remedy);
  }

  GraftException bigEndian() {
    return refused("was written on a big-endian machine")
        .expected("numbers whose lowest byte is the first")
        .found("the byte order 'big'")
        .remedy("load it in Python and save its state_dict as safetensors");
  }

  /** The file may be sound; it is not one that torch.save writes. */
  GraftException odd(String what, String expected, String found) {
    return refused(what)
        .expected(expected)
        .found(found)
        .remedy("load it in Python, if you trust its makers, and save it again by torch.save");
  }

  private GraftException refused(String what) {
    return GraftException.input("%s is not read: it %s.", file, what);
  }

  GraftException damaged(String what, String expected, String found) {
    return GraftException.input("%s is damaged: %s.", file, what)
        .expected(expected)
        .found(found)
        .remedy("copy, download or save the file again");
  }

  /** What a value is; values are not followed, since they may contain themselves. */
  static String kind(Object value) {
    if (value instanceof Tuple tuple) {
      return "a tuple of " + tuple.values().size();
    }
    if (value instanceof List<?> list) {
      return "a list of " + list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return "a dict of " + map.size();
    }
    if (value instanceof View) {
      return "a tensor";
    }
    if (value instanceof Storage) {
      return "a storage";
    }
    return value instanceof String text
        ? "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'"
        : String.valueOf(value);
  }
}
