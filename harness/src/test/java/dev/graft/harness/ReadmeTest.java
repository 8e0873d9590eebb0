package dev.graft.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.conformance.TinyHosts;
import dev.graft.host.HostShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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

  /** A row of the table of projections: its hosts, and the names in its other columns. */
  private record Row(Set<String> hosts, Set<String> names) {
    static Row of(String line) {
      String[] columns = line.split("\\|", 3);
      return new Row(quoted(columns[1]), quoted(columns[2]));
    }

    private static Set<String> quoted(String text) {
      return Pattern.compile("`([\\w-]+)`")
          .matcher(text)
          .results()
          .map(quoted -> quoted.group(1))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void namesTheProjectionsOfEachHost() throws IOException {
    String table =
        readme().replaceFirst("(?s).*\\| host \\(`model_type`\\)[^\\n]*\\n[^\\n]*\\n", "");
    List<Row> rows = table.lines().takeWhile(line -> line.startsWith("|")).map(Row::of).toList();
    Map<Row, Set<String>> found = new HashMap<>();
    for (String name : TinyHosts.names()) {
      HostShape host = HostShape.of(TinyHosts.config(name));
      Row row =
          rows.stream()
              .filter(each -> each.hosts().contains(host.architecture()))
              .findFirst()
              .orElseThrow();
      for (Site.Projection site : host.projections(Targets.of("/.*/"))) {
        String last = site.path().substring(site.path().lastIndexOf('.') + 1);
        found.computeIfAbsent(row, r -> new HashSet<>()).add(last);
      }
    }
    assertThat(rows)
        .hasSize(4)
        .allSatisfy(row -> assertThat(found.get(row)).isEqualTo(row.names()));
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
