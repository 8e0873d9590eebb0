package dev.graft.harness.errors;

import dev.graft.harness.cli.Command;
import dev.graft.harness.job.OutputFolder;
import dev.graft.harness.model.EmbeddedModel;
import dev.graft.testing.ErrorTexts;
import dev.graft.testing.ErrorTexts.Printed;
import dev.graft.testing.JavaProcess;
import dev.graft.testing.PluginJar;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What the machine lacks, and plugins that fail where nothing else catches it. */
final class MachineErrors {
  private MachineErrors() {}

  static void addTo(ErrorTexts errors, Commands commands) throws IOException {
    commands.add("More memory than there is", train("--stack=test-doomed:end=error"));
    errors.add(
        "A disk without room",
        () -> OutputFolder.requireRoom(commands.folder().resolve("new"), Long.MAX_VALUE));
    commands.add(
        "A file that can't be read",
        "predict --device=cpu --model=FOLDER/model --adapter=FOLDER/lora --file=/proc/self/mem");
    errors.needing("A file that can't be read", Path.of("/proc/self/mem"), () -> {});
    errors.print("A temporary folder that there is not", () -> withoutTemporary(commands));
    errors.exempt("data/Spool.java", "throw Folders.un", "a disk that fails while it is used");
    errors.exempt("job/OutputFolder.java", "throw unusable(path, e);", "a disk that has gone");
    commands.add("A table that can't be read", "train --output=FOLDER/new --train=FOLDER/mem.csv");
    Files.createSymbolicLink(commands.folder().resolve("mem.csv"), Path.of("/proc/self/mem"));
    errors.needing("A table that can't be read", Path.of("/proc/self/mem"), () -> {});
    errors.print(
        "A plugin that lacks a class", () -> grafting(commands, "plugin.Helper.RATE.hashCode();"));
    errors.print(
        "A plugin that lacks a native library",
        () -> grafting(commands, "System.loadLibrary(\"missing\");"));
    errors.print("A plugin folder that has gone", () -> withoutPlugins(commands));
    errors.print("A Graft without the embedded model", () -> withoutModel(commands.folder()));
  }

  private static String train(String options) {
    return "train --device=cpu --model=FOLDER/model --task=FOLDER/task --output=FOLDER/new "
        + options;
  }

  /** Trains a method that does this when it is put on a host. */
  private static Printed grafting(Commands commands, String body) throws IOException {
    Path jars = Files.createTempDirectory(commands.folder(), "jars");
    Path jar =
        new PluginJar(jars)
            .with(
                "plugin.Made",
                PluginJar.source("Made", PluginJar.spec("made"), "API_VERSION", "")
                        .replace("Graft graft) {}", "Graft graft) { " + body + " }")
                    + "class Helper { static final Double RATE = 1.0; }")
            .without("plugin.Helper")
            .serving("plugin.Made\n")
            .write("made.jar");
    return PluginJar.beside(() -> commands.print(train("--stack=made")), jar);
  }

  private static Printed withoutTemporary(Commands commands) {
    String temporary = System.setProperty("java.io.tmpdir", "/nowhere");
    try {
      return commands.print("train --output=FOLDER/new --task=FOLDER/task");
    } finally {
      System.setProperty("java.io.tmpdir", temporary);
    }
  }

  private static Printed withoutPlugins(Commands commands) {
    System.setProperty("graft.plugins", "/nowhere");
    try {
      return commands.print("methods");
    } finally {
      System.clearProperty("graft.plugins");
    }
  }

  /** Runs Graft in a process without the JAR that holds the model. */
  private static Printed withoutModel(Path folder) throws IOException, InterruptedException {
    JarURLConnection model =
        (JarURLConnection)
            EmbeddedModel.class.getResource("/all-minilm-l6-v2.onnx").openConnection();
    String jar = Path.of(model.getJarFileURL().getPath()).toString();
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String others =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(path -> !path.equals(jar))
            .collect(Collectors.joining(File.pathSeparator));
    Path log = folder.resolve("without-model.txt");
    int exitCode =
        JavaProcess.of(
                others,
                "dev.graft.harness.cli.Main",
                "train",
                "--output=" + folder.resolve("new"),
                "--debug")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    return Commands.printed(new Command(exitCode, "", Files.readString(log)));
  }
}
