package dev.graft.conformance;

import dev.graft.model.Model;
import dev.graft.program.Device;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tiny host that checks are at, as they have it loaded: the next check on it takes one that the
 * last has done with, with what was compiled for it, if its weights are as they were.
 */
final class LoadedHosts implements AutoCloseable {
  /**
   * A host that one check uses.
   *
   * @param weights as they were loaded
   */
  record Loaded(String name, Model.Options options, Model model, Map<String, float[]> weights) {
    private boolean isAsLoaded() {
      Map<String, float[]> now = model.copyWeights();
      return weights.entrySet().stream()
          .allMatch(each -> Arrays.equals(now.get(each.getKey()), each.getValue()));
    }
  }

  private final Map<Model.Options, Loaded> free = new HashMap<>();
  private Device device;
  private String at = "";

  /** The caller gives it back. */
  synchronized Loaded take(String name, Model.Options options) {
    if (!name.equals(at)) {
      closeFree();
      at = name;
    }
    Loaded known = free.remove(options);
    if (known != null) {
      return known;
    }
    if (device == null) {
      device = Device.cpu();
    }
    Model model = Model.load(TinyHosts.named(name), device, options);
    return new Loaded(name, options, model, model.copyWeights());
  }

  synchronized void giveBack(Loaded host) {
    boolean isWanted = host.name().equals(at) && !free.containsKey(host.options());
    if (isWanted && host.model().device() == device && host.isAsLoaded()) {
      free.put(host.options(), host);
    } else {
      host.model().close();
    }
  }

  private void closeFree() {
    free.values().forEach(host -> host.model().close());
    free.clear();
  }

  @Override
  public synchronized void close() {
    closeFree();
    if (device != null) {
      device.close();
      device = null;
    }
  }
}
