package dev.graft.harness.study.file;

import dev.graft.GraftException;
import dev.graft.harness.yaml.YamlValue;
import java.util.function.Supplier;

/** Tells where in a file something stands that only others find to be wrong. */
final class Placed {
  private Placed() {}

  static <T> T at(YamlValue value, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (GraftException e) {
      GraftException failure = e.in(value.place());
      throw failure;
    }
  }
}
