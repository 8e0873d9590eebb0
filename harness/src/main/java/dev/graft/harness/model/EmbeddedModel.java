package dev.graft.harness.model;

import dev.graft.GraftException;
import dev.graft.checkpoint.SafetensorsWriter;
import dev.graft.checkpoint.TensorData;
import dev.graft.files.AtomicFile;
import dev.graft.files.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * The pretrained model that comes with Graft: all-MiniLM-L6-v2, a BERT encoder of 6 layers without
 * a pooler, under the Apache licence. It is carried as ONNX by a JAR on the class path; on its
 * first use it is imported into a Hugging Face folder in a cache, and taken from there afterwards.
 */
public final class EmbeddedModel {
  private static final String NAME = "all-minilm-l6-v2";

  /** To be changed with anything that an import writes, so that older imports are not taken. */
  private static final String IMPORT = "2";

  private static final Checksums FILES =
      new Checksums(List.of("config.json", "model.safetensors", "tokenizer.json"));

  private final Path cache;
  private final URL onnx;
  private final URL tokenizer;

  /**
   * The model of the JAR.
   *
   * @param cache the folder to import it into
   * @throws GraftException if the JAR is not on the class path
   */
  public EmbeddedModel(Path cache) {
    this(cache, resource(NAME + ".onnx"), resource(NAME + "-tokenizer.json"));
  }

  EmbeddedModel(Path cache, URL onnx, URL tokenizer) {
    this.cache = cache;
    this.onnx = onnx;
    this.tokenizer = tokenizer;
  }

  private static URL resource(String name) {
    URL resource = EmbeddedModel.class.getResource("/" + name);
    if (resource == null) {
      throw GraftException.machine("The embedded model is not there.")
          .expected("%s, in a JAR on the class path", name)
          .remedy("build Graft again, or give another model by --model");
    }
    return resource;
  }

  /**
   * The cache unless a user chooses another: {@code $GRAFT_CACHE}, or {@code graft} in {@code
   * $XDG_CACHE_HOME} or {@code ~/.cache}.
   */
  public static Path defaultCache(Map<String, String> environment) {
    String own = environment.getOrDefault("GRAFT_CACHE", "");
    if (!own.isEmpty()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    return (shared.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(shared))
        .resolve("graft");
  }

  /**
   * The model's folder, which is there and whole: it is compared with its checksums each time, and
   * imported where it is missing or damaged. Threads and processes may ask at once.
   *
   * @throws GraftException if the cache can't be written, or the JAR is damaged
   */
  public Path directory() {
    try {
      Files.createDirectories(cache);
      String name = NAME + "-" + key();
      Path folder = cache.resolve(name);
      // A file lock is held by a whole JVM, so threads need one more.
      synchronized (EmbeddedModel.class) {
        try (FileChannel lock =
            FileChannel.open(
                cache.resolve(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE)) {
          lock.lock();
          if (!FILES.hold(folder)) {
            importInto(folder, cache.resolve(name + ".partial"));
          }
        }
      }
      return folder;
    } catch (IOException e) {
      throw GraftException.machine("The embedded model can't be imported into %s.", cache)
          .found(Folders.reason(e))
          .remedy(
              "check that it is a folder that may be written and the disk has 100 MB of room, or"
                  + " choose another by the environment variable GRAFT_CACHE")
          .causedBy(e);
    }
  }

  /** Tells imports of different resources apart. */
  private String key() throws IOException {
    CRC32 crc = new CRC32();
    String contents = IMPORT + " " + crc(onnx) + " " + crc(tokenizer);
    crc.update(contents.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** The CRC-32 of a resource, which a JAR gives without the resource being read. */
  private static long crc(URL resource) throws IOException {
    URLConnection connection = resource.openConnection();
    if (connection instanceof JarURLConnection jar) {
      return jar.getJarEntry().getCrc();
    }
    try (CheckedInputStream in = new CheckedInputStream(connection.getInputStream(), new CRC32())) {
      in.transferTo(OutputStream.nullOutputStream());
      return in.getChecksum().getValue();
    }
  }

  private void importInto(Path folder, Path partial) throws IOException {
    Folders.delete(partial);
    Files.createDirectory(partial);
    try {
      SortedMap<String, TensorData> tensors;
      try (InputStream in = onnx.openStream()) {
        tensors = new OnnxBert(onnx.toString()).read(in);
      }
      AtomicFile.write(partial.resolve("config.json"), BertSizes.of(tensors).config());
      SafetensorsWriter.write(
          partial.resolve("model.safetensors"),
          List.copyOf(tensors.values()),
          Map.of("format", "pt"));
      try (InputStream in = tokenizer.openStream()) {
        Files.copy(in, partial.resolve("tokenizer.json"));
      }
      FILES.write(partial);
      Folders.delete(folder);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Folders.delete(partial);
    }
  }
}
