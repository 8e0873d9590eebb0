package dev.graft.api;

import dev.graft.api.settings.Settings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A graft as files hold it.
 *
 * @param settings of the method
 * @param tensors by the names under which the method declares them
 */
public record StoredGraft(Settings settings, Map<String, StoredTensor> tensors) {
  /**
   * Settings and tensors of one graft.
   *
   * @param settings of the method
   * @param tensors copied in their order
   */
  public StoredGraft {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }
}
