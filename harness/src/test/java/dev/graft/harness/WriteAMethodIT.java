package dev.graft.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.files.Folders;
import dev.graft.harness.trial.TinyStudy;
import dev.graft.testing.PluginJar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The way of a stranger: the commands of the README's 'Write a method', as they stand there, in an
 * empty folder beside an installation of Graft. Maven is the real one. Graft's own artifacts go
 * into a repository of the test's; all else of it are links into the user's, which keeps what this
 * downloads, as it does for every build.
 */
@DisabledOnOs(OS.WINDOWS)
class WriteAMethodIT {
  private static final Path PROJECT = Path.of("").toAbsolutePath();
  private static final String GRAFT = "graft/harness/graft ";
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";
  private static final String REPORT =
      "hira/target/surefire-reports/TEST-org.example.hira.HiraConformanceTest.xml";

  private final Path folder = PROJECT.resolve("harness/target/it");

  private record Run(int exitCode, String output) {}

  /** Lays out what the launcher needs: itself, what the build made, and an empty plugin folder. */
  @BeforeEach
  void install() throws IOException {
    Folders.delete(folder);
    Path harness = Files.createDirectories(folder.resolve("graft/harness"));
    Files.createDirectories(harness.resolve("plugins"));
    Files.createDirectories(harness.resolve("target"));
    Path sources = Files.createDirectories(harness.resolve("src/main"));
    Files.setLastModifiedTime(sources, FileTime.from(Instant.EPOCH)); // older than the build
    for (String file : List.of("pom.xml", "harness/pom.xml", "harness/graft")) {
      Path copy = folder.resolve("graft").resolve(file);
      Files.copy(PROJECT.resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (String made : List.of("target/dist", "src/it")) {
      Files.createSymbolicLink(harness.resolve(made), PROJECT.resolve("harness").resolve(made));
    }
    Path options = Files.createDirectories(folder.resolve(".mvn")).resolve("maven.config");
    Files.writeString(options, "-Dpytorch=" + System.getProperty("pytorch.native.classifier"));
  }

  @Test
  void fromAnEmptyFolderToACheckedPlugin() throws IOException {
    List<String> commands = commands();
    assertThat(commands).hasSize(6);
    assertThat(commands.get(0)).isEqualTo("mvn -q -B -DskipTests -f graft install");
    installTheContract();

    commands.subList(1, 4).forEach(this::done);
    assertThat(report()).containsPattern("tests=\"1\" errors=\"0\" skipped=\"0\" failures=\"0\"");
    assertThat(done(commands.get(4))).contains("hira keeps all rules in ");
    assertListed();
    assertComparedWith(commands.get(5));
    assertOthersWorkBesideBrokenOnes();
  }

  /** The README's block of commands, without their comments. */
  private static List<String> commands() throws IOException {
    Matcher block =
        Pattern.compile("(?s)## Write a method\n.*?```sh\n(.*?)```")
            .matcher(Files.readString(PROJECT.resolve("README.md")));
    assertThat(block.find()).isTrue();
    return block.group(1).lines().map(line -> line.replaceFirst(" +#.*", "")).toList();
  }

  /** The element that tells how many tests ran. */
  private String report() throws IOException {
    return Files.readString(folder.resolve(REPORT)).lines().limit(2).collect(joining(" "));
  }

  /** What {@code mvn install} does for the module that plugins know, without building it again. */
  private void installTheContract() throws IOException {
    Path users = Path.of(System.getProperty("maven.repo.local"));
    Path own = Files.createDirectories(folder.resolve("repository/dev"));
    link(users, own.getParent(), "dev");
    link(users.resolve("dev"), own, "graft");
    String install = "mvn -q -B install:install-file -DpomFile='%s' -Dfile='%s' %s";
    Path pom = PROJECT.resolve("pom.xml");
    done(install.formatted(pom, pom, "-Dpackaging=pom"));
    done(install.formatted(PROJECT.resolve("api/pom.xml"), apiJar(), ""));
  }

  private static Path apiJar() throws IOException {
    try (Stream<Path> jars = Files.list(PROJECT.resolve("harness/target/dist/lib"))) {
      return jars.filter(path -> isGrafts(path, "dev/graft/api/PeftMethod.class"))
          .findFirst()
          .orElseThrow();
    }
  }

  private static boolean isGrafts(Path path, String entry) {
    try (JarFile jar = new JarFile(path.toFile())) {
      return jar.getEntry(entry) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void link(Path from, Path to, String except) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.filter(path -> !path.endsWith(except)).toList()) {
        Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
      }
    }
  }

  private void assertListed() {
    JsonObject listing = JsonParser.parseString(done(GRAFT + "methods --json")).getAsJsonObject();
    assertThat(listing.getAsJsonArray("methods"))
        .map(JsonElement::getAsJsonObject)
        .filteredOn(method -> method.get("name").getAsString().equals("hira"))
        .singleElement()
        .satisfies(
            method ->
                assertThat(method.get("origin").getAsString())
                    .endsWith("graft/harness/plugins/hira-1.0.jar"));
  }

  private void assertComparedWith(String command) {
    assertThat(command).isEqualTo(GRAFT + "compare --methods lora,hira");
    TinyStudy tiny = new TinyStudy(folder.resolve("tiny"));

    String output =
        done(
            "%s --model='%s' --task='%s' --output=study"
                .formatted(command, tiny.model(), tiny.task()));

    assertThat(output).containsPattern("(?m)^lora .*\\n^hira ");
    assertThat(folder.resolve("study/report.html")).content().contains("hira");
  }

  private void assertOthersWorkBesideBrokenOnes() throws IOException {
    Path plugins = folder.resolve("graft/harness/plugins");
    PluginJar.ofMethod(plugins, "made").serving("plugin.Gone").write("gone.jar");
    Files.writeString(plugins.resolve("cut-off.jar"), "PK");

    assertThat(done(GRAFT + "methods"))
        .contains("hira  (hira-1.0.jar)")
        .contains("gone.jar\n  Provider plugin.Gone not found\n", "cut-off.jar\n  it is no JAR");
    done(GRAFT + "plan --model=bert-base --stack=hira");
    assertThat(bash(GRAFT + "plan --model=bert-base --stack=made").exitCode()).isEqualTo(3);

    PluginJar.ofMethod(plugins, "hira").write("other.jar");
    Run refused = bash(GRAFT + "methods");
    assertThat(refused.output())
        .contains("Two plugins have a method 'hira'.", "hira-1.0.jar", "other.jar");
    assertThat(refused.exitCode()).isEqualTo(3);
  }

  /** What a command prints that must end well. */
  private String done(String command) {
    Run run = bash(command);
    assertThat(run.exitCode()).as("%s%n%s", command, run.output()).isZero();
    return run.output();
  }

  private Run bash(String command) {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("OMP_NUM_THREADS", "1"); // tiny models gain nothing from threads
    environment.put("GRAFT_DEVICE", "cpu");
    environment.put("GRAFT_JAVA_OPTS", SHORT_LIVED);
    environment.merge(
        "MAVEN_OPTS",
        SHORT_LIVED + " -Dmaven.repo.local=repository",
        (users, own) -> users + " " + own);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Run(process.waitFor(), output);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
