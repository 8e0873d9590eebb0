package dev.graft.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.graft.harness.trial.TinyStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was built, copied to where there are no sources and started with next to no environment:
 * without a locale, as in a container, and in a Java whose digits are others and whose charset is
 * ASCII.
 */
@DisabledOnOs(OS.WINDOWS)
class DistributionIT {
  /** Names with other letters are in the script alone: this process may not be able to say them. */
  private static final String SCRIPT =
      """
      set -eu
      mkdir größe
      cp -R "$1" größe/graft
      graft() {
        env -i PATH="$PATH" HOME="$HOME" ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} OMP_NUM_THREADS=1 GRAFT_DEVICE=cpu \\
          JAVA_OPTS='-Duser.language=ar -Duser.country=EG -Dfile.encoding=US-ASCII' \\
          GRAFT_JAVA_OPTS=-XX:TieredStopAtLevel=1 größe/graft/graft "$@"
      }
      graft train --model model --task task --stack lora:rank=2 --max-length 16 --output réponse
      graft predict --model model --adapter réponse --json 'w10 日本'
      graft compare --model model --task task --methods head-only --max-length 16 --output étude
      ls étude/report.html
      printf '\\357\\273\\277w10\\r\\nw11\\n' >текст.txt
      graft predict --model model --adapter réponse --file текст.txt
      if graft predict --model model --adapter réponse --file ß.txt; then exit 99; fi
      """;

  private static final int DAMAGES = 16;

  /** About as many bytes say what the archive holds and where. */
  private static final int HEADER = 1000;

  @TempDir private Path folder;

  @Test
  void worksElsewhereWithoutSourcesAndWithoutALocale() throws Exception {
    new TinyStudy(folder);
    Path script = Files.writeString(folder.resolve("script"), SCRIPT);
    Path log = folder.resolve("log");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder("bash", script.toString(), dist().toString())
            .directory(folder.toFile())
            .redirectOutput(log.toFile())
            .redirectError(errors.toFile())
            .start();

    assertThat(process.waitFor()).as(Files.readString(errors, UTF_8)).isZero();

    assertThat(Files.readString(errors, UTF_8))
        .doesNotContain("find:", "building")
        .endsWith(
            """
            graft: There is no file ß.txt.
              expected: a text a line
              found: nothing
            """);
    assertThat(Files.readString(log, UTF_8))
        .contains("saved in réponse\n", "Results are in étude", "\nétude/report.html\n")
        .contains("{\"label\":\"positive\",\"probabilities\":{\"negative\":0.")
        .matches("(?s).*\npositive\t[^\n]*\nnegative\t[^\n]*\n");
  }

  @Test
  void startsFromTheArchiveOfClassesThatTheBuildMade() throws Exception {
    assertThat(sharedClasses(dist(), "--version")).isGreaterThan(200);
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.copy(firstJar("lib"), plugins.resolve("other.jar"));
    assertThat(sharedClasses(dist(), "--version", "--plugins", plugins.toString()))
        .isGreaterThan(200);
  }

  @Test
  void noArchiveOfClassesCanDoHarm() throws Exception {
    Path copy = folder.resolve("copy");
    assertThat(run("cp", "-R", dist().toString(), copy.toString()).exitCode()).isZero();
    assertThat(sharedClasses(copy, "--version")).as("of another folder").isZero();

    Run made = run("bash", "harness/src/main/scripts/class-archive", copy.toString());
    assertThat(made).isEqualTo(new Run(0, "", ""));
    assertThat(sharedClasses(copy, "--version")).isGreaterThan(200);
    Run whole = graft(copy, "", "--version");
    assertThat(whole.output()).startsWith("graft ");

    Path archive = copy.resolve("classes.jsa");
    byte[] bytes = Files.readAllBytes(archive);
    Files.delete(archive); // it is read-only
    Random random = new Random(1);
    for (int i = 0; i < DAMAGES; i++) {
      byte[] damaged = bytes.clone();
      int place = i < DAMAGES / 2 ? random.nextInt(HEADER) : random.nextInt(bytes.length);
      damaged[place] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      Files.write(archive, damaged);
      assertThat(graft(copy, "", "--version")).as("another bit at %s", place).isEqualTo(whole);
    }
    for (int length : List.of(0, 100, bytes.length / 2, bytes.length - 1)) {
      Files.write(archive, Arrays.copyOf(bytes, length));
      assertThat(graft(copy, "", "--version")).as("%s bytes", length).isEqualTo(whole);
    }
    Files.write(archive, bytes);
    for (String option : List.of("-XX:+UseSerialGC", "-XX:-UseCompressedOops", "-Xint")) {
      assertThat(graft(copy, option, "--version")).as(option).isEqualTo(whole);
    }
    Path jar = copy.resolve("plugins").resolve(firstJar("plugins").getFileName());
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));
    assertThat(graft(copy, "", "--version")).as("another JAR").isEqualTo(whole);
  }

  private record Run(int exitCode, String output, String errors) {}

  /** How many classes, Graft's own and the command line's, Java takes from an archive. */
  private int sharedClasses(Path dist, String... arguments) throws Exception {
    Run run = graft(dist, "-Xlog:class+load", arguments);
    assertThat(run.exitCode()).as(run.errors()).isZero();
    return (int)
        run.output()
            .lines()
            .filter(line -> line.contains("] dev.graft.") || line.contains("] picocli."))
            .filter(line -> line.contains("source: shared objects file"))
            .count();
  }

  private Run graft(Path dist, String options, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "GRAFT_DEVICE=cpu",
                "GRAFT_JAVA_OPTS=" + options,
                dist.resolve("graft").toString()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private Run run(String... command) throws Exception {
    Path errors = folder.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Run(process.waitFor(), output, Files.readString(errors, UTF_8));
  }

  private static Path firstJar(String part) throws IOException {
    try (Stream<Path> jars = Files.list(dist().resolve(part))) {
      return jars.sorted().toList().get(0);
    }
  }

  @Test
  void theBillOfMaterialsHoldsEveryJarByItsHash() throws Exception {
    Path bill = dist().resolve("sbom.json");
    assumeThat(bill).as("Maven makes it only while it is online").exists();
    Set<String> told = new TreeSet<>();
    for (JsonElement component :
        JsonParser.parseString(Files.readString(bill, UTF_8))
            .getAsJsonObject()
            .getAsJsonArray("components")) {
      for (JsonElement hash : component.getAsJsonObject().getAsJsonArray("hashes")) {
        if (hash.getAsJsonObject().get("alg").getAsString().equals("SHA-256")) {
          told.add(hash.getAsJsonObject().get("content").getAsString());
        }
      }
    }

    try (Stream<Path> files = Files.walk(dist())) {
      List<Path> jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .filter(file -> !file.getFileName().toString().startsWith("harness-"))
              .toList();
      assertThat(jars)
          .hasSizeGreaterThan(50)
          .allSatisfy(jar -> assertThat(told).contains(hash(jar)));
    }
  }

  private static String hash(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private static Path dist() throws IOException {
    return Path.of("harness/target/dist").toRealPath();
  }
}
