package dev.graft.harness.replay;

import dev.graft.checkpoint.TensorSource;
import dev.graft.files.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the tensors of two checkpoints, bit for bit. */
final class Checkpoints {
  private static final int MOST_LISTED = 3;

  private Checkpoints() {}

  static Replay.Comparison compare(Path kept, Path made) {
    Map<String, List<ByteBuffer>> was = tensors(kept);
    Map<String, List<ByteBuffer>> is = tensors(made);
    Set<String> all = new TreeSet<>(was.keySet());
    all.addAll(is.keySet());
    List<String> different =
        all.stream().filter(name -> !equal(was.get(name), is.get(name))).toList();
    String remark =
        different.isEmpty()
            ? ""
            : "different: "
                + different.stream().limit(MOST_LISTED).collect(Collectors.joining(", "))
                + (different.size() > MOST_LISTED ? ", ..." : "");
    return new Replay.Comparison("tensors", all.size() - different.size(), all.size(), remark);
  }

  private static boolean equal(List<ByteBuffer> was, List<ByteBuffer> is) {
    return was != null && was.equals(is);
  }

  /** By the file and the name. */
  private static Map<String, List<ByteBuffer>> tensors(Path folder) {
    Map<String, List<ByteBuffer>> tensors = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".safetensors")).toList()) {
        TensorSource source = TensorSource.open(file);
        for (String name : source.names()) {
          tensors.put(folder.relativize(file) + ": " + name, source.pieces(name));
        }
      }
      return tensors;
    } catch (IOException e) {
      throw Folders.unreadable(folder, e);
    }
  }
}
