package dev.graft.harness.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The memory that processes can still take without swapping: what the kernel says is available, and
 * what the limits of this process's control groups leave. Pages of files count as free, as they can
 * be given back.
 */
public final class FreeMemory {
  private final Path root;

  private FreeMemory(Path root) {
    this.root = root;
  }

  /** In bytes; empty where it is not told, which takes Linux. */
  public static OptionalLong now() {
    return now(Path.of("/"));
  }

  static OptionalLong now(Path root) {
    FreeMemory memory = new FreeMemory(root);
    OptionalLong available = memory.number("proc/meminfo", "MemAvailable:\\s*(\\d+) kB", 1024);
    return available.isEmpty()
        ? available
        : Stream.concat(memory.left().boxed(), Stream.of(available.getAsLong()))
            .mapToLong(Long::longValue)
            .min();
  }

  /** What each limit leaves, those of the groups around this one included. */
  private java.util.stream.LongStream left() {
    return lines("proc/self/cgroup").stream()
        .map(line -> line.split(":", 3))
        .filter(parts -> parts.length == 3)
        .flatMap(
            parts ->
                parts[1].isEmpty()
                    ? groups("sys/fs/cgroup", parts[2])
                        .map(group -> left(group, "memory.max", "memory.current", ""))
                    : List.of(parts[1].split(",")).contains("memory")
                        ? groups("sys/fs/cgroup/memory", parts[2])
                            .map(
                                group ->
                                    left(
                                        group,
                                        "memory.limit_in_bytes",
                                        "memory.usage_in_bytes",
                                        "total_"))
                        : Stream.empty())
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong);
  }

  /** The folders of a group and of those around it; in a container its own may be the outermost. */
  private static Stream<String> groups(String mount, String group) {
    Path inner = Path.of("/").resolve(group).normalize();
    return Stream.iterate(inner, path -> path != null, Path::getParent)
        .map(path -> mount + path + "/");
  }

  private OptionalLong left(String group, String limit, String usage, String prefix) {
    OptionalLong most = number(group + limit, "(\\d+)", 1);
    OptionalLong used = number(group + usage, "(\\d+)", 1);
    long files = number(group + "memory.stat", prefix + "inactive_file (\\d+)", 1).orElse(0);
    return most.isEmpty() || used.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, most.getAsLong() - used.getAsLong() + files));
  }

  private OptionalLong number(String file, String pattern, long unit) {
    return lines(file).stream()
        .filter(line -> line.matches(pattern))
        .mapToLong(line -> unit * Long.parseLong(line.replaceFirst(pattern, "$1")))
        .findFirst();
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file));
    } catch (IOException e) {
      return List.of(); // not this kind of machine
    }
  }
}
