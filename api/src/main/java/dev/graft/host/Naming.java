package dev.graft.host;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What checkpoints call the modules of a host: {@code #} stands for the number of the block.
 *
 * @param prefix in front of the names in checkpoints of a model with a task head
 * @param names from Graft's paths to theirs, without the prefix
 * @param outside paths whose names never have the prefix
 * @param transposed paths whose weights are stored as (in, out)
 * @param ignored patterns of names that checkpoints hold and the host does not read
 */
record Naming(
    String prefix,
    Map<String, String> names,
    Set<String> outside,
    Set<String> transposed,
    List<String> ignored) {

  private static final Pattern IN_A_BLOCK = Pattern.compile("^layers\\.(\\d+)\\.(.*)");

  static Naming of(String prefix) {
    return new Naming(prefix, Map.of(), Set.of(), Set.of(), List.of());
  }

  Naming name(String ours, String theirs) {
    Map<String, String> more = new LinkedHashMap<>(names);
    more.put(ours, theirs);
    return new Naming(prefix, more, outside, transposed, ignored);
  }

  /** A module that stands beside the one that the prefix names. */
  Naming outside(String ours, String theirs) {
    return new Naming(prefix, names, with(outside, ours), transposed, ignored).name(ours, theirs);
  }

  /** A projection whose weight is stored as (in, out). */
  Naming transposed(String ours, String theirs) {
    return new Naming(prefix, names, outside, with(transposed, ours), ignored).name(ours, theirs);
  }

  Naming ignore(String pattern) {
    List<String> more = new ArrayList<>(ignored);
    more.add(pattern);
    return new Naming(prefix, names, outside, transposed, more);
  }

  private static Set<String> with(Set<String> set, String element) {
    Set<String> more = new HashSet<>(set);
    more.add(element);
    return more;
  }

  /** The checkpoint's name, without prefix, for a host parameter such as {@code pooler.bias}. */
  String theirs(String parameter) {
    int dot = parameter.lastIndexOf('.');
    return module(parameter.substring(0, dot)) + parameter.substring(dot);
  }

  /** The module's name in a model with a task head, such as {@code bert.pooler.dense}. */
  String full(String path) {
    return outside.contains(pattern(path)) ? module(path) : prefix + module(path);
  }

  private String module(String path) {
    String theirs = names.get(pattern(path));
    if (theirs == null) {
      throw new IllegalArgumentException("no checkpoint name for " + path);
    }
    return theirs.replace("#", IN_A_BLOCK.matcher(path).replaceFirst("$1"));
  }

  /** Whether a host parameter is stored as (in, out). */
  boolean isTransposed(String parameter) {
    return parameter.endsWith(".weight")
        && transposed.contains(pattern(parameter.substring(0, parameter.lastIndexOf('.'))));
  }

  private static String pattern(String path) {
    return IN_A_BLOCK.matcher(path).replaceFirst("layers.#.$2");
  }
}
