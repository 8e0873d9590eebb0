package dev.graft.hub;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.graft.files.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * One model's part of the cache that huggingface_hub has laid out:
 *
 * <pre>
 * models--org--name/refs/main             the commit of a branch or tag
 * models--org--name/blobs/ETAG            contents, under their checksum
 * models--org--name/snapshots/COMMIT/...  links to blobs, under the files' names
 * .locks/models--org--name/ETAG.lock
 * </pre>
 *
 * <p>A blob that is not whole is {@code ETAG.graft.incomplete}. The name differs from those of
 * huggingface_hub, since its locks and Java's don't see each other: two writers of one such file
 * would spoil it, while two that each rename their own to {@code ETAG} do no harm.
 */
final class HubCache {
  private final Path model;
  private final Path locks;

  HubCache(Path cache, String id) {
    String name = "models--" + id.replace("/", "--");
    this.model = cache.resolve(name);
    this.locks = cache.resolve(".locks").resolve(name);
  }

  /** Where blobs are, made if it is missing. */
  Path folder() throws IOException {
    return Files.createDirectories(model.resolve("blobs"));
  }

  /** Work on one blob. */
  @FunctionalInterface
  interface Body {
    void run() throws IOException;
  }

  Path model() {
    return model;
  }

  Path snapshot(String commit) {
    return model.resolve("snapshots").resolve(commit);
  }

  Path blob(HubFile file) {
    return model.resolve("blobs").resolve(file.etag());
  }

  Path partial(HubFile file) {
    return model.resolve("blobs").resolve(file.etag() + ".graft.incomplete");
  }

  /** The commit that a branch or tag was when it was last asked for. */
  Optional<String> commit(String revision) throws IOException {
    Path ref = model.resolve("refs").resolve(revision);
    return Files.isRegularFile(ref)
        ? Optional.of(new String(Files.readAllBytes(ref), US_ASCII).strip())
            .filter(HubModel::isCommit)
        : Optional.empty();
  }

  void remember(String revision, String commit) throws IOException {
    if (!revision.equals(commit) && !commit(revision).equals(Optional.of(commit))) {
      Path ref = model.resolve("refs").resolve(revision);
      Files.createDirectories(ref.getParent());
      AtomicFile.write(ref, commit);
    }
  }

  boolean has(String commit, String file) {
    return Files.isRegularFile(snapshot(commit).resolve(file));
  }

  /** Does something that one process does at a time, for each file. */
  void locked(HubFile file, Body body) throws IOException {
    Files.createDirectories(locks);
    folder();
    // A file lock is held by a whole JVM, so threads need one more.
    synchronized (HubCache.class) {
      try (FileChannel lock =
          FileChannel.open(
              locks.resolve(file.etag() + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        lock.lock();
        body.run();
      }
    }
  }

  /** Gives a blob its name in a snapshot. */
  void link(HubFile file, String commit) throws IOException {
    Path name = snapshot(commit).resolve(file.name());
    Files.createDirectories(name.getParent());
    link(blob(file), name);
  }

  /**
   * Makes a relative link, so that the cache can be moved. Where links can't be made, the name gets
   * a copy, which is whole or not there.
   */
  static void link(Path blob, Path name) throws IOException {
    if (Files.exists(name)) {
      return;
    }
    if (Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(name);
    }
    try {
      Files.createSymbolicLink(name, name.getParent().relativize(blob));
    } catch (FileAlreadyExistsException e) {
      // By another process, which means the same blob.
    } catch (IOException | UnsupportedOperationException e) {
      Path copy = name.resolveSibling("." + name.getFileName() + "." + UUID.randomUUID());
      try {
        Files.copy(blob, copy);
        Files.move(copy, name, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(copy);
      }
    }
  }
}
