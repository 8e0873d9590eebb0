package dev.graft.harness.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.graft.GraftException;
import dev.graft.files.Folders;
import dev.graft.files.JsonText;
import dev.graft.files.Texts;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.gpu.Reading;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Another library, in a process that reads a request a line and answers each with a line: JSON, as
 * {@code peer.py} among the tests' resources tells it. Between its turns it waits for a line.
 */
final class PeerSide implements Side {
  private static final int DEATH_SECONDS = 10;
  private static final int LAST_LINES = 3;
  private static final int LONGEST = 200;

  private final String name;
  private final Path log;
  private final Duration patience;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private PeerSide(String name, Path log, Duration patience, Process process) {
    this.name = name;
    this.log = log;
    this.patience = patience;
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Refuses what can't be another side before anything is made for it.
   *
   * @param command its words, or that of {@link GraftPeer} alone
   */
  static void require(List<String> command, List<String> ways) {
    if (isGraft(command)) {
      ways.forEach(GraftPeer::require);
    } else if (!command.isEmpty() && !isProgram(command.get(0))) {
      throw notStarted(command);
    }
  }

  private static boolean isGraft(List<String> command) {
    return command.equals(List.of(GraftPeer.NAME));
  }

  private static boolean isProgram(String name) {
    Stream<Path> places =
        name.contains("/") || name.contains(File.separator)
            ? Stream.of(Path.of(name))
            : Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name));
    return places.anyMatch(path -> Files.isRegularFile(path) && Files.isExecutable(path));
  }

  private static GraftException notStarted(List<String> words) {
    return GraftException.input("The other side can't be started.")
        .expected("a program that is there, and what it is to be given, in --peer")
        .found("%s", String.join(" ", words));
  }

  /**
   * Starts one, which loads its libraries meanwhile.
   *
   * @param spec whose limit is the time that an answer may take
   * @param way how the library is to compute: the last word
   * @param log where it says what is no answer
   * @param own names of environment variables that Graft has set, and that are for Graft alone
   */
  static PeerSide start(BenchSpec spec, String way, Path log, Set<String> own) {
    boolean isGraft = isGraft(spec.peer());
    List<String> words =
        isGraft ? GraftPeer.command(way, spec.capture()) : new ArrayList<>(spec.peer());
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(log.toFile());
    if (!isGraft) {
      words.add(way);
      builder.environment().keySet().removeAll(own);
    }
    try {
      return new PeerSide(
          way, log, Duration.ofMillis(Math.round(60e3 * spec.limit())), builder.start());
    } catch (IOException e) {
      throw notStarted(words).causedBy(e);
    }
  }

  private JsonObject ask(String what, Object argument) {
    AtomicBoolean isLate = new AtomicBoolean();
    Future<?> watch =
        CompletableFuture.runAsync(
            () -> {
              isLate.set(true);
              kill(); // which ends the wait for a line
            },
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
    String line;
    try {
      requests.write(Json.line(Map.of(what, argument)));
      requests.newLine();
      requests.flush();
      line = answers.readLine();
    } catch (IOException e) { // its ends of the pipes are closed
      line = null;
    } finally {
      watch.cancel(false);
    }
    if (line == null) {
      throw silent(
          what,
          isLate.get()
              ? "nothing for %s minutes, as long as --limit".formatted(minutes())
              : "nothing: it has ended");
    }
    try {
      return JsonText.parse(line).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw silent(what, line);
    }
  }

  private GraftException silent(String what, String found) {
    return GraftException.machine("The other side, '%s', does not answer '%s'.", name, what)
        .expected("a line with an object of JSON")
        .found("%s", Texts.shortened(found, LONGEST))
        .line("last it said", lastWords())
        .line("all of it", log);
  }

  /** With all that it has started: whoever holds its output keeps those waiting who read it. */
  private void kill() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly(); // first, or a shell tells of the others' end
    started.forEach(ProcessHandle::destroyForcibly);
  }

  private String minutes() {
    return BigDecimal.valueOf(patience.toMillis() / 60e3)
        .round(new MathContext(2))
        .stripTrailingZeros()
        .toPlainString();
  }

  private String lastWords() {
    try (Stream<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines()) {
      List<String> said = lines.filter(line -> !line.isBlank()).toList();
      String last =
          String.join(" | ", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()));
      return last.isEmpty() ? "nothing" : Texts.shortened(last, LONGEST);
    } catch (IOException e) {
      return Folders.reason(e);
    }
  }

  private static Optional<String> refusal(JsonObject answer) {
    return Optional.ofNullable(answer.get("error")).map(JsonElement::getAsString);
  }

  /** What it answers under a name, if it does. */
  private JsonElement told(String what, Object argument, String name) {
    JsonObject answer = ask(what, argument);
    if (!answer.has(name)) {
      throw silent(what, refusal(answer).orElse(answer.toString()));
    }
    return answer.get(name);
  }

  private List<Double> numbers(String what, JsonElement array) {
    return read(
        what,
        array,
        all -> all.getAsJsonArray().asList().stream().map(JsonElement::getAsDouble).toList());
  }

  private <T> T read(String what, JsonElement answer, Function<JsonElement, T> as) {
    try {
      return as.apply(answer);
    } catch (IllegalStateException | NumberFormatException | UnsupportedOperationException e) {
      throw silent(what, answer.toString());
    }
  }

  @Override
  public Opening open(Request request) {
    JsonObject answer = ask("open", request);
    Optional<String> refusal = refusal(answer);
    if (refusal.isEmpty() && !answer.has("values")) {
      throw silent("open", answer.toString());
    }
    return new Opening(
        refusal.isPresent() ? List.of() : numbers("open", answer.get("values")), refusal);
  }

  @Override
  public List<Double> passes(int count) {
    List<Double> times = numbers("passes", told("passes", count, "milliseconds"));
    if (times.size() != count) {
      throw silent("passes", times.size() + " times, where " + count + " were asked for");
    }
    return times;
  }

  @Override
  public Reading letGo() {
    JsonElement bytes = told("close", true, "allocated");
    if (bytes.isJsonNull()) {
      return Reading.none("the other side does not tell it");
    }
    return new Reading(Optional.of(read("close", bytes, JsonElement::getAsDouble)), "");
  }

  @Override
  public long pid() {
    return process.pid();
  }

  /** The end of its input is what it ends at. */
  @Override
  public void close() {
    try {
      requests.close();
      if (!process.waitFor(DEATH_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (IOException e) {
      kill(); // it has ended, or will
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
