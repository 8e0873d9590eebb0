package dev.graft.program;

import ai.djl.pytorch.engine.PtSymbolBlock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Compiled modules of a device that nothing uses any more, by their texts: the next program of the
 * same text, which merging or training once more brings about, need not be compiled.
 */
final class IdleModules implements AutoCloseable {
  private final long most;
  private final Map<String, PtSymbolBlock> modules = new LinkedHashMap<>();
  private long characters;
  private boolean isClosed;

  /**
   * None at first.
   *
   * @param most characters of all texts together; PyTorch takes about 40 bytes for each
   */
  IdleModules(long most) {
    this.most = most;
  }

  synchronized boolean isOpen() {
    return !isClosed;
  }

  /** A module of that text, from now on the caller's. */
  synchronized Optional<PtSymbolBlock> take(String text) {
    Optional<PtSymbolBlock> module = Optional.ofNullable(modules.remove(text));
    characters -= module.isPresent() ? text.length() : 0;
    return module;
  }

  /** Takes a module that is bound to nothing, or closes it. The oldest make room. */
  synchronized void add(String text, PtSymbolBlock module) {
    if (isClosed || modules.containsKey(text)) {
      module.close();
      return;
    }
    modules.put(text, module);
    characters += text.length();
    Iterator<Map.Entry<String, PtSymbolBlock>> oldest = modules.entrySet().iterator();
    while (characters > most) {
      Map.Entry<String, PtSymbolBlock> entry = oldest.next();
      characters -= entry.getKey().length();
      entry.getValue().close();
      oldest.remove();
    }
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    modules.values().forEach(PtSymbolBlock::close);
    modules.clear();
  }
}
