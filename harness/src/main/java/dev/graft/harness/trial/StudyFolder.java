package dev.graft.harness.trial;

import dev.graft.harness.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Where a study keeps what.
 *
 * @param path of the folder
 */
public record StudyFolder(Path path) {
  private static final int LONGEST_NAME = 60;

  /** The store of its outcomes and measurements, where no other is named. */
  public Path store() {
    return path.resolve("study.db");
  }

  /** The study's folder from that of one of its trials. */
  public static StudyFolder ofTrial(Path trial) {
    return new StudyFolder(trial.getParent().getParent());
  }

  /** The folder of one trial, wherever it rests: its log, its snapshot and its checkpoint. */
  public Path trial(TrialSpec spec) {
    String method = spec.arm().method().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.=+]+", "-");
    String name =
        "%s%s-seed-%s-%s"
            .formatted(
                method.substring(0, Math.min(method.length(), LONGEST_NAME)),
                spec.arm().untrained() ? "-untrained" : "",
                spec.seed(),
                crc(Json.line(spec.whole())));
    return path.resolve("trials").resolve(name);
  }

  /** The folder of the latency job. */
  public Path timing() {
    return path.resolve("latency");
  }

  /** Where the host with fresh weights for a trial lies. */
  public Path untrained(TrialSpec spec) {
    return path.resolve("untrained-%s-seed-%s".formatted(crc(spec.arm().model()), spec.seed()));
  }

  private static String crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /** A path as results hold it, seen from here, where it was written for another folder. */
  String seen(String inside, StudyFolder origin) {
    Path there = origin.path().resolve(inside);
    return !path.equals(origin.path()) && !Files.exists(path.resolve(inside)) && Files.exists(there)
        ? there.toString()
        : inside;
  }

  /** A path as results hold it, so that the folder can be moved. */
  public String relative(Path inside) {
    return path.relativize(inside).toString().replace('\\', '/');
  }
}
