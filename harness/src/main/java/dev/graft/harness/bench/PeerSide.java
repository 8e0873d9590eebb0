package dev.graft.harness.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.graft.GraftException;
import dev.graft.files.JsonText;
import dev.graft.files.Texts;
import dev.graft.harness.json.Json;
import dev.graft.harness.measure.gpu.Reading;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Another library, in a process that reads a request a line and answers each with a line: JSON, as
 * {@code peer.py} among the tests' resources tells it. Between its turns it waits for a line.
 */
final class PeerSide implements Side {
  private static final int DEATH_SECONDS = 10;
  private static final int LONGEST = 200;

  private final String name;
  private final Path log;
  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;

  private PeerSide(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts one, which loads its libraries meanwhile.
   *
   * @param command the words of the command, or that of {@link GraftPeer} alone
   * @param way how the library is to compute: the last word
   * @param log where it says what is no answer
   * @param own names of environment variables that Graft has set, and that are for Graft alone
   */
  static PeerSide start(List<String> command, String way, Path log, Set<String> own) {
    boolean isGraft = command.equals(List.of(GraftPeer.NAME));
    List<String> words = isGraft ? GraftPeer.command(way) : new ArrayList<>(command);
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(log.toFile());
    if (!isGraft) {
      words.add(way);
      builder.environment().keySet().removeAll(own);
    }
    try {
      return new PeerSide(way, log, builder.start());
    } catch (IOException e) {
      throw GraftException.input("The other side can't be started.")
          .expected("a program that is there, and what it is to be given, in --peer")
          .found("%s", String.join(" ", words))
          .causedBy(e);
    }
  }

  private JsonObject ask(String what, Object argument) {
    String line;
    try {
      requests.write(Json.line(Map.of(what, argument)));
      requests.newLine();
      requests.flush();
      line = answers.readLine();
    } catch (IOException e) { // its ends of the pipes are closed
      line = null;
    }
    if (line == null) {
      throw silent(what, "nothing: it has ended");
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
        .line("it said in", log);
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
    try {
      return array.getAsJsonArray().asList().stream().map(JsonElement::getAsDouble).toList();
    } catch (IllegalStateException | NumberFormatException | UnsupportedOperationException e) {
      throw silent(what, array.toString());
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
    return bytes.isJsonNull()
        ? Reading.none("the other side does not tell it")
        : new Reading(Optional.of(bytes.getAsDouble()), "");
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
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly(); // it has ended, or will
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
