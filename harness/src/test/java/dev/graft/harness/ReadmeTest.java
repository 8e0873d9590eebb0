package dev.graft.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The README shows files of the project, each under a link to it, and nothing that is not there.
 */
class ReadmeTest {
  private static final Pattern SHOWN =
      Pattern.compile("(?s)\\[`[^`]+`\\]\\(([^)]+)\\)\n\n```\\w*\n(.*?)```");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^):]+)\\)");

  private static String readme() throws IOException {
    return Files.readString(Path.of("README.md"));
  }

  @Test
  void showsFilesAsTheyAre() throws IOException {
    List<String> shown = new ArrayList<>();
    Matcher file = SHOWN.matcher(readme());
    while (file.find()) {
      shown.add(Path.of(file.group(1)).getFileName().toString());
      assertThat(file.group(2))
          .as(file.group(1))
          .isEqualTo(Files.readString(Path.of(file.group(1))));
    }
    assertThat(shown)
        .containsExactly(
            "pom.xml",
            "HiraMethod.java",
            "dev.graft.api.PeftMethod",
            "HiraConformanceTest.java",
            "TwoTasks.java");
  }

  @Test
  void linksToWhatIsThere() throws IOException {
    Matcher link = LINK.matcher(readme());
    List<String> links = new ArrayList<>();
    while (link.find()) {
      links.add(link.group(1));
    }
    assertThat(links).hasSizeGreaterThan(5).allMatch(path -> Files.exists(Path.of(path)));
  }
}
