package dev.graft.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Brings files of one commit into the cache. */
record HubDownload(
    HubClient client,
    HubErrors errors,
    HubCache cache,
    HubModel pinned,
    HubTransfer.Retry retry,
    HubListener listener) {

  /** Loads those of the files that are not there. */
  void load(Collection<String> names) throws IOException {
    Map<HubFile, Long> there = new LinkedHashMap<>();
    for (String name : names) {
      if (!cache.has(pinned.revision(), name)) {
        HubFile file = describe(name);
        there.put(file, present(file));
      }
    }
    long total = there.keySet().stream().mapToLong(HubFile::size).sum();
    long left = total - sum(there);
    if (left > 0) {
      refuseLittleRoom(left);
      listener.progressed(pinned, total - left, total);
    }
    for (HubFile file : there.keySet()) {
      cache.locked(
          file,
          () -> {
            if (!Files.exists(cache.blob(file))) {
              transfer(file, there, total);
            }
            cache.link(file, pinned.revision());
          });
    }
  }

  private HubFile describe(String name) {
    for (int failures = 1; ; failures++) {
      try {
        return client.describe(pinned, name);
      } catch (IOException e) {
        if (failures >= retry.attempts()) {
          throw errors.unreachable(pinned, e);
        }
        retry.sleep(failures);
      }
    }
  }

  private long present(HubFile file) throws IOException {
    Path partial = cache.partial(file);
    return Files.exists(cache.blob(file))
        ? file.size()
        : Files.exists(partial) ? Math.min(Files.size(partial), file.size()) : 0;
  }

  private void refuseLittleRoom(long needed) throws IOException {
    long usable = Files.getFileStore(cache.folder()).getUsableSpace();
    if (usable < needed) {
      throw errors.noRoom(pinned, needed, usable);
    }
  }

  private void transfer(HubFile file, Map<HubFile, Long> there, long total) throws IOException {
    Path partial = cache.partial(file);
    new HubTransfer(
            client,
            errors,
            pinned,
            file,
            retry,
            bytes -> {
              there.put(file, bytes);
              listener.progressed(pinned, sum(there), total);
            })
        .into(partial);
    Files.move(partial, cache.blob(file), StandardCopyOption.ATOMIC_MOVE);
  }

  private static long sum(Map<HubFile, Long> there) {
    return there.values().stream().mapToLong(Long::longValue).sum();
  }
}
