package dev.graft.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.testing.PluginJar;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of another kind than methods, with a program's own among them. */
public class PartsTest {
  /** What JARs bring here. */
  public interface Greeting {
    String word();
  }

  private static final PartKind<Greeting> KIND =
      PartKind.of(Greeting.class, "offer of greetings", Greeting::word)
          .faulty(each -> Optional.of("it shouts").filter(why -> "hi!".equals(each.word())));

  private static final List<Greeting> OWN = List.of(() -> "moin", () -> "ahoy");

  @TempDir private Path folder;

  private Path jar(String name, String type, String word) {
    return new PluginJar(folder)
        .with(
            "plugin." + type,
            """
            package plugin;
            public class %s implements dev.graft.parts.PartsTest.Greeting {
              public String word() { return %s; }
            }
            """
                .formatted(type, word))
        .serving(Greeting.class, "plugin." + type)
        .write(name);
  }

  private static Parts<Greeting> installed(Path... jars) {
    return PluginJar.beside(() -> Parts.installed(KIND, OWN), jars);
  }

  @Test
  void ownPartsComeFirstInTheirOrderAndThenThoseOfJarsByName() {
    Path[] jars = {jar("z.jar", "Z", "\"servus\""), jar("a.jar", "A", "\"hello\"")};

    assertThat(installed(jars)).hasToString("moin, ahoy, hello, servus");
    assertThat(installed(jars).all().get(3)).hasToString("plugin.Z of " + jars[0]);
    assertThat(installed(jars).get("hello").word()).isEqualTo("hello");
    assertThat(installed().find("hello")).isEmpty();
  }

  @Test
  void noJarReplacesAnOwnPart() {
    Path jar = jar("m.jar", "M", "\"moin\"");

    assertThatThrownBy(() -> installed(jar))
        .isInstanceOf(GraftException.class)
        .hasMessageStartingWith("Two plugins have an offer of greetings 'moin'.")
        .hasMessageContainingAll(" of Graft itself", "plugin.M of " + jar);
  }

  @Test
  void whatCannotBeUsedIsToldToWhoeverAsksForIt() {
    Path jar = jar("s.jar", "S", "\"hi!\"");

    assertThat(installed(jar)).hasToString("moin, ahoy");
    assertThatThrownBy(() -> installed(jar).get("hi!"))
        .hasMessage(
            "The offer of greetings 'hi!' can't be used.\n  plugin.S of %s\n    it shouts"
                .formatted(jar));
    installed(jar).requireNotBroken("ho");
    assertThat(installed(jar("n.jar", "N", "null")).broken())
        .singleElement()
        .satisfies(broken -> assertThat(broken.reason()).isEqualTo("its name is null"));
  }

  @Test
  void aServiceFileThatIsFarLargerThanItsJarIsNotRead() throws IOException {
    Path jar =
        new PluginJar(folder).serving(Greeting.class, "#".repeat(50_000_000)).write("large.jar");

    assertThat(Files.size(jar)).isLessThan(1_000_000);
    assertThat(installed(jar).broken())
        .singleElement()
        .extracting(Parts.Broken::toString)
        .asString()
        .isEqualTo(jar + "\n  its list of classes has more than 65536 bytes");
  }

  @Test
  void aJarThatIsNone() throws IOException {
    Path jar = Files.writeString(folder.resolve("made.jar"), "<html>not found</html>");

    assertThat(
            new PartFinder<>(KIND, Map.of(), jar + File.pathSeparator + "/gone.jar")
                .find(PartsTest.class.getClassLoader())
                .broken())
        .singleElement()
        .extracting(Parts.Broken::toString)
        .asString()
        .startsWith(jar + "\n  it is no JAR, or damaged: ");
  }
}
