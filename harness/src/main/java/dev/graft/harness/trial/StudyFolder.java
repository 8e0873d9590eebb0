package dev.graft.harness.trial;

import dev.graft.files.Sha256;
import dev.graft.harness.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Where a study keeps what.
 *
 * @param path of the folder
 */
public record StudyFolder(Path path) {
  private static final int LONGEST_NAME = 60;

  /** Digits of hashes in names: two that are equal by chance are not met. */
  private static final int HASH = 12;

  /** The store of its outcomes and measurements, where no other is named. */
  public Path store() {
    return path.resolve("study.db");
  }

  /** The study's folder from that of one of its trials. */
  public static StudyFolder ofTrial(Path trial) {
    return new StudyFolder(trial.getParent().getParent());
  }

  /**
   * The folder of one trial, wherever it rests: its log, its snapshot and its checkpoint. Trials of
   * one spec whose names stood for something else have others, if the spec is bound.
   */
  public Path trial(TrialSpec spec) {
    String method = spec.arm().method().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.=+]+", "-");
    String name =
        "%s%s-seed-%s-%s"
            .formatted(
                method.substring(0, Math.min(method.length(), LONGEST_NAME)),
                spec.arm().untrained() ? "-untrained" : "",
                spec.seed(),
                Sha256.of(Json.line(spec.whole())).substring(0, HASH));
    return path.resolve("trials").resolve(name);
  }

  /** The folder of the latency job. */
  public Path timing() {
    return path.resolve("latency");
  }

  /**
   * Where a host with fresh weights lies.
   *
   * @param hash of what it is made from
   */
  Path untrained(String hash, long seed) {
    return path.resolve("untrained-%s-seed-%s".formatted(hash.substring(0, HASH), seed));
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
