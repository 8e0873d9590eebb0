package dev.graft.harness.environment;

import dev.graft.files.Folders;
import dev.graft.harness.data.CodeHash;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Hashes of what brings methods. Each is read once. */
public final class PluginHashes {
  private final Map<String, String> origins = new HashMap<>();
  private final Map<String, String> hashes = new HashMap<>();

  public PluginHashes(Methods methods) {
    methods.all().forEach(method -> origins.put(method.method().spec().name(), method.origin()));
  }

  /** The hashes of what brings the methods of a stack, by the methods' names. */
  public Map<String, String> of(StackSpec stack) {
    Map<String, String> found = new TreeMap<>();
    for (StackSpec.Item item : stack.items()) {
      String origin = origins.getOrDefault(item.name(), CodeHash.GIVEN);
      found.put(
          item.name(), hashes.computeIfAbsent(origin, named -> CodeHash.of(Folders.named(named))));
    }
    return found;
  }
}
