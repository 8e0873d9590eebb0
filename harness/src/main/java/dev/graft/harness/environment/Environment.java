package dev.graft.harness.environment;

import static java.util.stream.Collectors.joining;

import ai.djl.engine.Engine;
import dev.graft.harness.job.ChildJvm;
import dev.graft.harness.objective.Objective;
import dev.graft.model.Model;
import dev.graft.program.Optimization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a result depends on beside what was asked for: data, weights, versions, machine.
 *
 * @param base the fingerprint of the model's weights
 * @param configuration a hash of what lies beside them: {@link ConfigurationHash}; earlier versions
 *     didn't note it
 * @param data a hash of the examples
 * @param task what they are called
 * @param plugins hashes of what brings the methods, by their names: {@link PluginHashes}
 * @param processors how many there are
 * @param process how its threads wait and its memory is kept, where Graft decided it, and why
 * @param parallel among how many trials the machine's threads were divided, this one included and
 *     however many ran: the more, the longer its times
 * @param started when, in seconds
 */
public record Environment(
    String base,
    Optional<String> configuration,
    String data,
    String task,
    Map<String, String> plugins,
    String graft,
    String djl,
    String pytorch,
    String java,
    String os,
    String cpu,
    String processors,
    String process,
    int parallel,
    String device,
    String started) {
  public Environment {
    plugins = Collections.unmodifiableMap(new TreeMap<>(plugins));
    if (parallel < 1) {
      throw new IllegalArgumentException("threads that %s trials had".formatted(parallel));
    }
  }

  /** That of this process. */
  public static Environment of(
      Model model, Objective objective, Map<String, String> plugins, Instant start) {
    Identity identity =
        new Identity(
            model.fingerprint(),
            ConfigurationHash.of(model.directory()),
            objective.contentHash(),
            plugins,
            version());
    return of(identity, objective.name(), model.device().name(), start);
  }

  /**
   * That of this process, with a model that need not be loaded.
   *
   * @param task what the data are called
   * @param device as {@link dev.graft.program.Device#name} writes it
   */
  public static Environment of(Identity identity, String task, String device, Instant start) {
    Map<String, String> machine = machine();
    return new Environment(
        identity.base(),
        Optional.of(identity.configuration()),
        identity.data(),
        task,
        identity.plugins(),
        identity.graft(),
        machine.get("djl"),
        machine.get("pytorch"),
        machine.get("java"),
        machine.get("os"),
        machine.get("cpu"),
        machine.get("processors"),
        machine.get("process"),
        Integer.getInteger(ChildJvm.PARALLEL, 1),
        device,
        start.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** What its result is one of. */
  public Identity identity() {
    return new Identity(base, configuration.orElse("not noted"), data, plugins, graft);
  }

  /** All of it by name. */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    written.put("base", base);
    configuration.ifPresent(hash -> written.put("configuration", hash));
    written.put("data", data);
    written.put("task", task);
    plugins.forEach((method, hash) -> written.put("plugin of " + method, hash));
    written.put("graft", graft);
    written.put("djl", djl);
    written.put("pytorch", pytorch);
    written.put("java", java);
    written.put("os", os);
    written.put("cpu", cpu);
    written.put("processors", processors);
    written.put("process", process);
    written.put("parallel", String.valueOf(parallel));
    written.put("device", device);
    written.put("started", started);
    return written;
  }

  /** What this process depends on whatever it does: versions, the machine, how threads wait. */
  public static Map<String, String> machine() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("graft", version());
    machine.put("djl", Engine.getDjlVersion());
    machine.put("pytorch", Engine.getEngine("PyTorch").getVersion());
    machine.put("java", properties("java.vendor", "java.runtime.version"));
    machine.put("os", properties("os.name", "os.version", "os.arch"));
    machine.put("cpu", processor());
    machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("process", decided());
    return machine;
  }

  private static String decided() {
    String process = System.getProperty(ChildJvm.PROCESS, "as it was started");
    Set<Optimization> off = Optimization.off();
    return off.isEmpty()
        ? process
        : process + "; without " + off.stream().map(Optimization::toString).collect(joining(", "));
  }

  /** The version of Graft that runs. */
  public static String version() {
    String version = Environment.class.getPackage().getImplementationVersion();
    return version == null ? "not packaged" : version;
  }

  private static String properties(String... names) {
    return Arrays.stream(names).map(System::getProperty).collect(joining(" "));
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
