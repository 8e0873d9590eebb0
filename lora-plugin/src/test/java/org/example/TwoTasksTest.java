package org.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.graft.checkpoint.ModelDirectory;
import dev.graft.methods.Methods;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.saved.Saved;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyHost;
import dev.graft.testing.TinyModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The README's program runs, on what it says that it runs on. */
class TwoTasksTest {
  @TempDir private Path folder;
  @RegisterExtension final TestDevice cpu = new TestDevice();

  private String saved(TinyHost host, String name, String... labels) {
    StackSpec lora = StackSpec.parse("lora:rank=2", Methods.installed());
    Path saved = folder.resolve(name);
    try (Attachment attachment =
            host.model().attach(host.model().stack(lora, List.of(labels)), name.length());
        Attachment moved = host.moved(attachment)) {
      Saved.save(moved, saved, Map.of());
    }
    return saved.toString();
  }

  @Test
  void answersSwitchesMixesAndMerges() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"), true);
    Files.writeString(model.resolve("tokenizer.json"), TinyModel.tokenizer());
    TinyHost host = cpu.host(ModelDirectory.open(model));
    String reviews = saved(host, "reviews", "bad", "good");
    String topics = saved(host, "topics", "food", "place", "money");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      TwoTasks.main(new String[] {model.toString(), reviews, topics});
    } finally {
      System.setOut(before);
    }

    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(7);
    assertThat(lines.subList(0, 2)).allMatch(line -> line.matches("reviews: \\{bad=.*, good=.*}"));
    assertThat(lines.subList(2, 4)).allMatch(line -> line.matches("topics: \\{food=.*, money=.*}"));
    assertThat(lines.get(4)).isEqualTo("mixed: 2 and 3 logits");
    for (int row = 0; row < 2; row++) {
      assertThat(lines.get(5 + row)).startsWith("reviews, merged: {bad=");
      assertThat(bad(lines.get(5 + row))).isCloseTo(bad(lines.get(row)), within(1e-4));
    }
  }

  private static double bad(String line) {
    return Double.parseDouble(line.replaceFirst(".*bad=([^,]+),.*", "$1"));
  }
}
