package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.util.Utils;
import dev.graft.host.Tokenizer;
import dev.graft.testing.JavaProcess;
import dev.graft.testing.TinyModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way into DJL, in a process that has not used it before. */
class EngineDefaultsTest {
  /** Uses one class of Graft, and tells what DJL was told. */
  static final class FirstUse {
    public static void main(String[] args) {
      switch (args[0]) {
        case "device" -> Device.cpu().close();
        case "tokenizer" -> Tokenizer.open(Path.of(args[1]), 8).close();
        default -> throw new IllegalArgumentException(args[0]);
      }
      System.out.print(
          Utils.getEnvOrSystemProperty("OPT_OUT_TRACKING")
              + " "
              + Utils.getEnvOrSystemProperty("RUST_FLAVOR"));
    }
  }

  @TempDir private Path folder;

  private String firstUse(String of, Map<String, String> environment)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("tokenizer.json"), TinyModel.tokenizer());
    ProcessBuilder builder = JavaProcess.of(FirstUse.class, of, folder.toString());
    builder.environment().keySet().removeAll(Set.of("OPT_OUT_TRACKING", "RUST_FLAVOR"));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @Test
  void nobodyIsToldAndNothingForAGpuIsDownloaded() throws IOException, InterruptedException {
    assertThat(firstUse("device", Map.of())).isEqualTo("true cpu");
    assertThat(firstUse("tokenizer", Map.of())).isEqualTo("true cpu");
  }

  @Test
  void theUserDecides() throws IOException, InterruptedException {
    assertThat(firstUse("device", Map.of("OPT_OUT_TRACKING", "false"))).isEqualTo("false cpu");
  }
}
