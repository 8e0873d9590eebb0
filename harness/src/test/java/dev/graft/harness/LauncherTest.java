package dev.graft.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.job.Machine;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the launcher in a folder laid out like the project, where java, mvn and nvidia-smi are
 * scripts that tell how they were called.
 */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final String NO_GPU = "exit 9";
  private static final String GPU = "exit 0";

  /** A script for java begins so. */
  private static final String VERSION =
      "if [[ $1 == -version ]]; then echo 'openjdk version \"17.0.15\"' >&2; exit; fi\n";

  private Path root;
  private final Map<String, String> environment = new HashMap<>();

  private record Run(int exitCode, String output, String errors) {}

  @BeforeEach
  void layOut(@TempDir Path folder) throws IOException {
    root = folder.toRealPath();
    Path launcher = classes().resolve("../../graft").normalize();
    Files.createDirectories(root.resolve("harness/plugins"));
    Files.createDirectories(root.resolve("harness/src/main"));
    Files.copy(launcher, root.resolve("harness/graft"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(root.resolve("harness/pom.xml"));
    Files.createDirectories(built());
    Files.createDirectories(dist().resolve("plugins"));
    for (String jar : List.of("lib/picocli.jar", "lib/api.jar", "plugins/lora.jar")) {
      Files.createDirectories(dist().resolve(jar).getParent());
      Files.createFile(dist().resolve(jar));
    }
    java("17.0.15");
    script("bin/mvn", "echo \"in $(pwd): $*\" && mkdir -p harness/target/dist/{lib,natives/cpu}");
    script("bin/nvidia-smi", NO_GPU);
    environment.put("JAVA_HOME", root.resolve("jdk").toString());
    environment.put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
  }

  @Test
  void startsTheCommandLineWithTheArgumentsAsTheyWere() {
    Run run = graft("compare", "--output", "a folder", "--device=cpu");

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .endsWith("dev.graft.harness.cli.Main\ncompare\n--output\na folder\n--device=cpu\n");
  }

  @Test
  void worksFromAnotherFolderThroughALink() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("bin/graft"), Path.of("../harness/graft"));

    Run run = run(Path.of("/"), link.toString(), "methods");

    assertThat(run.output()).contains(root + "/harness/target/dist/lib/api.jar:");
  }

  @Test
  void takesTheCpuWhereNoGpuIsFound() {
    assertCpu(graft("compare"));
    assertCpu(graft("compare", "--device", "auto"));
  }

  @Test
  void leavesTheCpuNativesOutWhereAGpuIsFound() throws IOException {
    script("bin/nvidia-smi", GPU);

    assertGpu(graft("compare"));
    assertGpu(graft("compare", "--device", "gpu"));
    assertThat(graft("compare", "--device=gpu:1").output())
        .contains("-Dgraft.device=gpu:1\n")
        .doesNotContain("natives");
  }

  @Test
  void leavesTheCpuNativesOutWhereAnotherPyTorchIsGiven() {
    environment.put("PYTORCH_LIBRARY_PATH", "/opt/libtorch/lib");

    assertGpu(graft("compare"));
  }

  @Test
  void theCpuCanBeChosenOnAMachineWithAGpu() throws IOException {
    script("bin/nvidia-smi", GPU);

    assertCpu(graft("compare", "--device", "cpu"));
    assertCpu(graft("--device=cpu", "compare"));
    environment.put("GRAFT_DEVICE", "cpu");
    assertCpu(graft("compare"));
    assertGpu(graft("compare", "--device", "gpu"));
  }

  @Test
  void refusesAGpuThatIsNotThere() {
    assertFailure(
        graft("compare", "--device", "gpu"),
        4,
        "graft: no GPU: nvidia-smi is missing or fails, and PYTORCH_LIBRARY_PATH is not set; use"
            + " --device cpu\n");
  }

  @Test
  void refusesAnUnknownDevice() {
    assertFailure(
        graft("--device", "tpu"),
        2,
        "graft: --device (or GRAFT_DEVICE) must be cpu, gpu, gpu:N or auto, but is 'tpu'\n");
  }

  @Test
  void tellsThatNobodyWatches() {
    assertThat(graft("compare").output()).contains("-Dgraft.interactive=false\n");
  }

  @Test
  void refusesNamesThatJavaWouldDivide() throws IOException {
    Path folder = Files.createDirectories(root.resolve("a:b"));
    assertFailure(
        graft("compare", "--plugins", folder.toString()),
        2,
        "graft: '"
            + folder
            + "' has a colon in its name, at which Java would divide it: rename it, or name a link"
            + " to it that has none\n");
    Path link = Files.createSymbolicLink(root.resolve("linked"), folder);
    assertThat(graft("compare", "--plugins", link.toString()).exitCode()).isZero();
    Files.createFile(folder.resolve("c:d.jar"));
    assertThat(graft("compare", "--plugins", link.toString()).errors())
        .startsWith("graft: '" + link + "/c:d.jar' has a colon in its name");
  }

  @Test
  void saysWhyJavaDoesNotStart() throws IOException {
    script("jdk/bin/java", "echo 'Error: no room for the heap'; echo 'Error: sorry' >&2; exit 1");
    assertFailure(
        graft("compare"),
        4,
        "graft: '"
            + root
            + "/jdk/bin/java' does not start: Error: no room for the heap; Error: sorry\n");
    Run limited =
        run(root, "/bin/bash", "-c", "ulimit -v 4000000; exec " + root.resolve("harness/graft"));
    assertThat(limited.errors())
        .endsWith("; its address space is limited to 4000000 kB (ulimit -v): raise that\n");
    environment.put("JAVA_HOME", root.resolve("nowhere").toString());
    assertThat(graft("compare").errors())
        .isEqualTo(
            "graft: Java 17 or newer is needed, but '"
                + root
                + "/nowhere/bin/java' is not there; install a JDK or set JAVA_HOME\n");
  }

  @Test
  void refusesAnOldJava() throws IOException {
    java("1.8.0_402");

    assertFailure(
        graft("methods"),
        4,
        "graft: Java 17 or newer is needed, but '"
            + root
            + "/jdk/bin/java' is Java 1.8.0_402; install a JDK or set JAVA_HOME\n");
  }

  @Test
  void findsPluginsInItsOwnFolderAndInOneThatIsGiven() throws IOException {
    String mine = Files.createDirectory(root.resolve("mine")).toString();
    assertThat(graft().output()).contains("/lora.jar:" + root + "/harness/plugins/*:");

    assertThat(graft("--plugins", mine).output()).contains("/lora.jar:" + mine + "/*:");
    environment.put("GRAFT_PLUGINS", mine);
    assertThat(graft().output())
        .contains("/lora.jar:" + mine + "/*:", "-Dgraft.plugins=" + mine + "\n");
  }

  @Test
  void refusesAPluginFolderThatIsNotThere() {
    assertFailure(
        graft("methods", "--plugins", "/nowhere"),
        2,
        "graft: the plugin folder /nowhere (from --plugins or GRAFT_PLUGINS) is not there\n");
  }

  @Test
  void passesOptionsToTheVirtualMachine() {
    environment.put("JAVA_OPTS", "-Xmx1g -Da=b");
    environment.put("GRAFT_JAVA_OPTS", "-Xmx2g");

    assertThat(graft().output()).contains("-Xmx1g\n-Da=b\n-Xmx2g\n");
  }

  @Test
  void noAnswerOrCheckWaitsForTheOptimisingCompiler() throws IOException {
    assertThat(graft("predict", "text").output()).contains("-XX:TieredStopAtLevel=1\n");
    assertThat(graft("methods", "check").output()).contains("-XX:TieredStopAtLevel=1\n");
    assertThat(graft("train").output()).doesNotContain("Tiered");
  }

  /** Java refuses two collectors. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "JAVA_OPTS",
        "GRAFT_JAVA_OPTS",
        "JDK_JAVA_OPTIONS",
        "JAVA_TOOL_OPTIONS",
        "_JAVA_OPTIONS"
      })
  void anAnswersGarbageIsCollectedByOneThreadUnlessACollectorWasChosen(String options) {
    assertThat(graft("predict", "text").output()).contains("-XX:+UseSerialGC\n");
    assertThat(graft("train").output()).doesNotContain("GC");

    for (String chosen :
        List.of(
            "-Xmx1g -XX:+UseParallelGC",
            "-XX:+AggressiveHeap",
            "@options",
            "-XX:Flags=options",
            "-XX:VMOptionsFile=options")) {
      environment.put(options, chosen);
      assertThat(graft("predict", "text").output()).doesNotContain("SerialGC");
    }
  }

  /** In the order of their names everywhere, in which the archive of classes has them. */
  @Test
  void namesItsOwnJarsInOneOrder() throws IOException {
    Files.createFile(dist().resolve("lib/Z.jar"));
    assertThat(graft().output())
        .contains("-cp\n%1$s/lib/Z.jar:%1$s/lib/api.jar:%1$s/lib/picocli.jar:".formatted(dist()));
  }

  @Test
  void startsFromAnArchiveOfClassesWhereItWasMadeAndOfTheJavaThatMadeIt() throws IOException {
    assertThat(graft().output()).doesNotContain("SharedArchiveFile");
    Path made = dist().resolve("classes.jsa.for");
    Path release = root.resolve("jdk/release");
    String java = "IMPLEMENTOR=\"Debian\"\nJAVA_VERSION=\"17.0.15\"\n";
    String here = dist() + "\n" + root.resolve("jdk") + "\n" + java;
    Files.writeString(release, java);
    Files.writeString(made, here);
    assertThat(graft().output()).doesNotContain("SharedArchiveFile");

    Files.createFile(dist().resolve("classes.jsa"));
    String archive = "-XX:SharedArchiveFile=" + dist() + "/classes.jsa\n";
    assertThat(graft().output())
        .contains(
            archive + "-XX:+VerifySharedSpaces\n",
            "-Xlog:cds=off\n"); // or Java speaks of one that it passes over
    assertThat(graft("predict").output()).contains(archive, "-XX:TieredStopAtLevel=1\n");

    for (String other : List.of(java.replace("15", "16"), java + "SOURCE=\"\"\n", "")) {
      Files.writeString(release, other);
      assertThat(graft().output()).doesNotContain("SharedArchiveFile");
    }
    Files.delete(release);
    assertThat(graft().output()).doesNotContain("SharedArchiveFile");
    Files.writeString(release, java);
    for (String other :
        List.of(
            here.replace("/dist\n", "/elsewhere\n"),
            here.replace("/jdk\n", "/\n"),
            dist() + "\n",
            "")) {
      Files.writeString(made, other);
      assertThat(graft().output()).doesNotContain("SharedArchiveFile");
    }
  }

  @Test
  void aJavaThatMadeTheArchiveIsNotAskedForItsVersion() throws IOException {
    script("jdk/bin/java", "if [[ $1 == -version ]]; then exit 9; fi; echo started\n");
    String release = "JAVA_VERSION=\"17.0.15\"\n";
    Files.writeString(root.resolve("jdk/release"), release);
    Files.createFile(dist().resolve("classes.jsa"));
    Files.writeString(
        dist().resolve("classes.jsa.for"), dist() + "\n" + root.resolve("jdk") + "\n" + release);

    assertThat(graft("methods")).isEqualTo(new Run(0, "started\n", ""));

    String limited = "ulimit -v 4000000; exec " + root.resolve("harness/graft");
    assertFailure(
        run(root, "/bin/bash", "-c", limited),
        4,
        "graft: '%s/jdk/bin/java' does not start: ; its address space is limited to 4000000 kB (ulimit -v): raise that\n"
            .formatted(root));
  }

  @Test
  void anArchiveOfClassesThatCannotBeMadeIsToldAndNoFailureOfTheBuild() throws IOException {
    script("jdk/bin/java", VERSION + "echo 'no room' >&2; exit 1\n");
    Files.copy(root.resolve("harness/graft"), dist().resolve("graft"));
    Files.createFile(dist().resolve("classes.jsa"));

    Run run =
        run(
            root,
            "/bin/bash",
            classes().resolve("../../src/main/scripts/class-archive").toString(),
            dist().toString());

    assertThat(run)
        .isEqualTo(
            new Run(
                0,
                "",
                "graft: no archive of classes could be made; without it Graft only starts more"
                    + " slowly: no room\n"));
    assertThat(dist().resolve("classes.jsa")).doesNotExist(); // that of an earlier build
  }

  @Test
  void aGpusSegmentsGrowUnlessTheUserHasDecided() throws IOException {
    String names = "${PYTORCH_CUDA_ALLOC_CONF-none} ${PYTORCH_ALLOC_CONF-none}";
    script("jdk/bin/java", VERSION + "echo \"" + names + "\"\n");

    assertThat(graft().output()).isEqualTo("expandable_segments:True none\n");
    environment.put("PYTORCH_CUDA_ALLOC_CONF", "");
    assertThat(graft().output()).isEqualTo(" none\n");
    environment.remove("PYTORCH_CUDA_ALLOC_CONF");
    environment.put("PYTORCH_ALLOC_CONF", "backend:native");
    assertThat(graft().output()).isEqualTo("none backend:native\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 16})
  void whatTrainsKeepsItsMemoryAsTrialsDo(int processors) throws IOException {
    script("bin/nproc", "echo " + processors);
    script("jdk/bin/java", VERSION + "env | LC_ALL=C sort | grep ^MALLOC || echo none\n");
    String trials =
        new Machine(processors, processors, 0, 1)
            .settings(Map.of()).entrySet().stream()
                .filter(each -> each.getKey().startsWith("MALLOC"))
                .map(each -> each + "\n")
                .collect(joining());

    assertThat(graft("train").output()).isEqualTo(trials);
    assertThat(graft("predict").output()).isEqualTo("none\n");
    environment.put("MALLOC_ARENA_MAX", "3");
    environment.put("MALLOC_MMAP_MAX_", "");
    assertThat(graft("train").output())
        .isEqualTo("MALLOC_ARENA_MAX=3\nMALLOC_MMAP_MAX_=\nMALLOC_TRIM_THRESHOLD_=4294967296\n");
  }

  @Test
  void buildsBeforeTheFirstStartOnly() throws IOException {
    Files.delete(built());

    assertBuilt(graft("methods"));
    assertThat(graft("methods").errors()).isEmpty();
  }

  @Test
  void buildsAgainAfterAChange() throws IOException {
    Path source = Files.createFile(root.resolve("harness/src/main/Main.java"));
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

    assertBuilt(graft("methods"));
  }

  @Test
  void aFailedBuildIsTheEnd() throws IOException {
    script("bin/mvn", "echo '[ERROR] no such thing' && exit 1");
    Files.delete(built());

    Run run = graft("methods");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.output()).isEmpty();
    assertThat(run.errors())
        .endsWith("[ERROR] no such thing\ngraft: the build failed; Maven's errors are above\n");
  }

  @Test
  void aCopyOfTheDistributionWorksByItself() throws IOException {
    Path copy = Files.createDirectories(root.resolve("elsewhere/graft"));
    for (String folder : List.of("lib", "plugins", "natives/cpu")) {
      Files.createDirectories(copy.resolve(folder));
    }
    Files.createFile(copy.resolve("lib/api.jar"));
    Files.createFile(copy.resolve("plugins/lora.jar"));
    Files.copy(root.resolve("harness/graft"), copy.resolve("graft"));

    Run run = run(Path.of("/"), copy.resolve("graft").toString(), "methods");

    assertThat(run.errors()).isEmpty();
    assertThat(run.output())
        .contains(
            "%1$s/lib/api.jar:%1$s/plugins/lora.jar:%1$s/natives/cpu/*\n".formatted(copy),
            "-Dgraft.plugins=%s/plugins\n".formatted(copy));
  }

  @Test
  void aCopyOfTheLauncherAndWhatWasBuiltWorksWithoutTheSources() throws IOException {
    Files.delete(root.resolve("pom.xml"));
    Files.delete(root.resolve("harness/pom.xml"));
    Files.delete(root.resolve("harness/src/main"));
    Files.delete(root.resolve("harness/plugins"));

    Run run = graft("methods");

    assertThat(run.errors()).isEmpty();
    assertThat(run.output())
        .contains("-Dgraft.plugins=" + dist() + "/plugins\n", "/lora.jar:" + built() + "/*\n");
  }

  @Test
  void aLauncherByItselfSaysWhatItLacks() throws IOException {
    Path copy = Files.createDirectories(root.resolve("elsewhere/plugins")).getParent();
    Files.copy(root.resolve("harness/graft"), copy.resolve("graft"));

    assertFailure(
        run(root, copy.resolve("graft").toString(), "methods"),
        4,
        "graft: the folder "
            + copy
            + "/target/dist/lib is not there: copy the whole distribution, harness/target/dist,"
            + " with this script in it\n");
  }

  @Test
  void aLocaleOfAsciiGivesWayToOneOfUtf8() throws IOException {
    script("jdk/bin/java", VERSION + "echo \"LC_ALL=${LC_ALL-} $*\"");
    locale("ANSI_X3.4-1968", "C C.utf8 POSIX de_DE.iso88591 de_DE.utf8");
    assertThat(graft("predict", "schön").output()).startsWith("LC_ALL=C.utf8 ").contains("schön");

    locale("ANSI_X3.4-1968", "C POSIX de_DE.iso88591 de_DE.UTF-8");
    assertThat(graft().output()).startsWith("LC_ALL=de_DE.UTF-8 ");
  }

  @Test
  void aLocaleThatWasChosenStays() throws IOException {
    script("jdk/bin/java", VERSION + "echo \"LC_ALL=${LC_ALL-} $*\"");
    for (String charmap : List.of("UTF-8", "ISO-8859-15")) {
      locale(charmap, "C C.utf8 de_DE.utf8");
      assertThat(graft().output()).startsWith("LC_ALL= ");
    }
  }

  @Test
  void withoutALocaleOfUtf8OtherLettersAreRefused() throws IOException {
    locale("ANSI_X3.4-1968", "C POSIX");

    assertThat(graft("predict", "schon").exitCode()).isZero();
    assertFailure(
        graft("predict", "schön"),
        4,
        "graft: an argument or a folder has letters other than ASCII's, and no locale here has"
            + " them: install one of UTF-8, such as C.UTF-8\n");
  }

  /** What a machine has: the charset in use, and the names of all locales. */
  private void locale(String charmap, String all) throws IOException {
    script(
        "bin/locale",
        "if [[ $1 == charmap ]]; then echo %s; else printf '%%s\\n' %s; fi"
            .formatted(charmap, all));
  }

  private void assertBuilt(Run run) {
    assertThat(run.errors())
        .isEqualTo(
            """
            graft: building (the first time this also downloads what Graft needs)
            in %s: -q -B -DskipTests package
            """,
            root);
    assertThat(run.exitCode()).isZero();
  }

  private static void assertCpu(Run run) {
    assertThat(run.output())
        .contains("/dist/natives/cpu/*\n", "-Dgraft.device=cpu\n", "-Djna.noclasspath=true\n");
  }

  private static void assertGpu(Run run) {
    assertThat(run.output()).contains("-Dgraft.device=gpu\n").doesNotContain("natives", "jna");
  }

  private static void assertFailure(Run run, int exitCode, String errors) {
    assertThat(run).isEqualTo(new Run(exitCode, "", errors));
  }

  private static Path classes() {
    URL place = LauncherTest.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(place.toString()));
  }

  private Path dist() {
    return root.resolve("harness/target/dist");
  }

  private Path built() {
    return dist().resolve("natives/cpu");
  }

  private void java(String version) throws IOException {
    script(
        "jdk/bin/java",
        """
        if [[ $1 == -version ]]; then echo 'openjdk version "%s" 2025-04-15' >&2; exit; fi
        printf '%%s\\n' "$@"
        """
            .formatted(version));
  }

  private void script(String path, String commands) throws IOException {
    Path script = root.resolve(path);
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/usr/bin/env bash\n" + commands);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Run graft(String... arguments) {
    return run(root, root.resolve("harness/graft").toString(), arguments);
  }

  private Run run(Path folder, String launcher, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Path errors = root.resolve("errors");
    try {
      Process process = builder.redirectError(errors.toFile()).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      return new Run(process.waitFor(), output, Files.readString(errors));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
