package dev.graft.harness.data.review;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A resource of this package in sections: a name in brackets, then lines; "#" starts a comment. */
final class Sections {
  private Sections() {}

  /** Returns the lines of each section, both in the order of the file, without blank lines. */
  static Map<String, List<String>> read(String resource) {
    Map<String, List<String>> sections = new LinkedHashMap<>();
    List<String> lines = List.of();
    for (String line : text(resource).lines().map(String::strip).toList()) {
      if (line.matches("\\[[^|]+]")) {
        lines = new ArrayList<>();
        sections.put(line.substring(1, line.length() - 1), lines);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        lines.add(line);
      }
    }
    return sections;
  }

  private static String text(String resource) {
    try (InputStream in = Sections.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
