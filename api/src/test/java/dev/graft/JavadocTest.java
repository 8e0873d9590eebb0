package dev.graft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Javadoc says is right in all packages: links, tags, markup. That it says something of
 * everything is asked of the stable packages only, as they are compiled.
 */
class JavadocTest {
  @TempDir Path classes;

  @Test
  void refersToWhatIsThere() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Path> sources;
    try (Stream<Path> files = Files.walk(Path.of("api/src/main/java"))) {
      sources = files.filter(file -> file.toString().endsWith(".java")).toList();
    }
    List<String> options =
        List.of(
            "-proc:none",
            "-Xdoclint:all,-missing",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString());
    StringWriter found = new StringWriter();
    boolean compiles =
        compiler
            .getTask(
                found,
                null,
                null,
                options,
                null,
                compiler
                    .getStandardFileManager(null, null, null)
                    .getJavaFileObjectsFromPaths(sources))
            .call();

    assertThat(sources).hasSizeGreaterThan(150);
    assertThat(found.toString()).isEmpty();
    assertThat(compiles).isTrue();
  }
}
