package dev.graft.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.graft.checkpoint.Folders;
import dev.graft.harness.experiment.TinyStudy;
import dev.graft.testing.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The way of a stranger: the commands of the README's 'Write a method', as they stand there, in an
 * empty folder beside an installation of Graft. Maven is the real one; what it installs goes into a
 * repository of the test's own, through which the user's is seen.
 */
@DisabledOnOs(OS.WINDOWS)
class WriteAMethodIT {
  private static final Path PROJECT = Path.of("").toAbsolutePath();

  private static final String REPORT = "TEST-org.example.hira.HiraConformanceTest.xml";

  private final Path folder = PROJECT.resolve("harness/target/it");

  private record Run(int exitCode, String output) {}

  /** Lays out what the launcher needs: itself, what the build made, and an empty plugin folder. */
  @BeforeEach
  void install() throws IOException {
    Folders.delete(folder);
    Path harness = Files.createDirectories(folder.resolve("graft/harness"));
    Files.createDirectories(harness.resolve("plugins"));
    Path sources = Files.createDirectories(harness.resolve("src/main"));
    Files.setLastModifiedTime(
        sources, FileTime.from(Instant.EPOCH)); // nothing newer than the build
    Files.createDirectories(harness.resolve("target"));
    for (String file : List.of("pom.xml", "harness/pom.xml", "harness/graft")) {
      Path copy = folder.resolve("graft").resolve(file);
      Files.copy(PROJECT.resolve(file), copy, StandardCopyOption.COPY_ATTRIBUTES);
    }
    Files.createSymbolicLink(
        harness.resolve("target/dist"), PROJECT.resolve("harness/target/dist"));
    Files.createSymbolicLink(harness.resolve("src/it"), PROJECT.resolve("harness/src/it"));
  }

  @Test
  void fromAnEmptyFolderToACheckedPlugin() throws IOException {
    List<String> commands = commands();
    assertThat(commands).hasSize(6);
    assertThat(commands.get(0)).isEqualTo("mvn -q -B -DskipTests -f graft install");
    installTheContract();

    for (String command : commands.subList(1, 4)) {
      assertThat(bash(command)).as(command).extracting(Run::exitCode).isEqualTo(0);
    }
    assertThat(folder.resolve("hira/target/surefire-reports/" + REPORT))
        .content()
        .contains("tests=\"9");
    Run checked = bash(commands.get(4));

    assertThat(checked.output()).contains("hira keeps all rules in ");
    assertThat(checked.exitCode()).isZero();
    assertListed();
    assertComparedWith(commands.get(5));
    assertOthersWorkBesideABrokenOne();
  }

  /** The README's block of commands, without their comments. */
  private static List<String> commands() throws IOException {
    Matcher block =
        Pattern.compile("(?s)## Write a method\n.*?```sh\n(.*?)```")
            .matcher(Files.readString(PROJECT.resolve("README.md")));
    assertThat(block.find()).isTrue();
    return block.group(1).lines().map(line -> line.replaceFirst(" +#.*", "")).toList();
  }

  /** What {@code mvn install} does for the module that plugins know, without building it again. */
  private void installTheContract() throws IOException {
    Path users = Path.of(System.getProperty("maven.repo.local"));
    Path own = Files.createDirectories(folder.resolve("repository/dev"));
    link(users, own.getParent(), "dev");
    link(users.resolve("dev"), own, "graft");
    String install = "mvn -q -B install:install-file -DpomFile=%s -Dfile=%s %s";
    Path api = PROJECT.resolve("api/target");
    try (Stream<Path> jars = Files.list(api)) {
      Path jar =
          jars.filter(path -> path.toString().matches(".*api-[^-]+(-SNAPSHOT)?\\.jar"))
              .findFirst()
              .orElseThrow();
      for (String command :
          List.of(
              install.formatted(
                  PROJECT.resolve("pom.xml"), PROJECT.resolve("pom.xml"), "-Dpackaging=pom"),
              install.formatted(PROJECT.resolve("api/pom.xml"), jar, ""))) {
        assertThat(bash(command)).extracting(Run::exitCode).isEqualTo(0);
      }
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
    Run run = bash("graft/harness/graft methods --json");
    assertThat(
            JsonParser.parseString(run.output())
                .getAsJsonObject()
                .getAsJsonArray("methods")
                .asList())
        .anySatisfy(
            method -> {
              assertThat(method.getAsJsonObject().get("name").getAsString()).isEqualTo("hira");
              assertThat(method.getAsJsonObject().get("origin").getAsString())
                  .endsWith("graft/harness/plugins/hira-1.0.jar");
            });
  }

  private void assertComparedWith(String command) throws IOException {
    assertThat(command).isEqualTo("graft/harness/graft compare --methods lora,hira");
    TinyStudy study = new TinyStudy(folder.resolve("tiny"));

    Run run =
        bash(command + " --model=" + study.model() + " --task=" + study.task() + " --output=study");

    assertThat(run.output()).containsPattern("(?m)^lora .*\\n^hira ");
    assertThat(run.exitCode()).isZero();
    assertThat(folder.resolve("study/report.html")).content().contains("hira");
  }

  private void assertOthersWorkBesideABrokenOne() throws IOException {
    Path plugins = folder.resolve("graft/harness/plugins");
    PluginJar.ofMethod(plugins, "made").serving("plugin.Gone").write("gone.jar");
    Files.writeString(plugins.resolve("cut-off.jar"), "PK");

    Run listed = bash("graft/harness/graft methods");
    assertThat(listed.output())
        .contains("hira  (hira-1.0.jar)")
        .contains("gone.jar\n  Provider plugin.Gone not found\n", "cut-off.jar\n  it is no JAR");
    assertThat(listed.exitCode()).isZero();
    assertThat(bash("graft/harness/graft plan --model=bert-base --stack=hira").exitCode()).isZero();
    assertThat(bash("graft/harness/graft plan --model=bert-base --stack=made").exitCode())
        .isEqualTo(3);

    PluginJar.ofMethod(plugins, "hira").write("other.jar");
    Run refused = bash("graft/harness/graft methods");
    assertThat(refused.output())
        .contains("Two plugins have a method 'hira'.", "hira-1.0.jar", "other.jar");
    assertThat(refused.exitCode()).isEqualTo(3);
  }

  private Run bash(String command) {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("OMP_NUM_THREADS", "1"); // tiny models gain nothing from threads
    builder
        .environment()
        .merge(
            "MAVEN_OPTS",
            "-Dmaven.repo.local=" + folder.resolve("repository"),
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
