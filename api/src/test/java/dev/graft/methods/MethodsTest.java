package dev.graft.methods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.testing.PluginJar;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding methods in real JARs, among them such as can't be used. */
class MethodsTest {
  @TempDir private Path folder;

  private static Methods find(Path... jars) {
    try (URLClassLoader loader = PluginJar.loader(jars)) {
      return Methods.find(loader);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void assertBroken(Path jar, Optional<String> name, String reason) {
    Path good =
        new PluginJar(folder)
            .with(
                "plugin.Good", PluginJar.source("Good", PluginJar.spec("good"), "API_VERSION", ""))
            .serving("plugin.Good")
            .write("good.jar");
    Methods methods = find(jar, good);
    assertThat(methods.all()).extracting(each -> each.method().spec().name()).contains("good");
    assertThat(methods.broken())
        .singleElement()
        .satisfies(
            broken -> {
              assertThat(broken.origin()).isEqualTo(jar.toString());
              assertThat(broken.name()).isEqualTo(name);
              assertThat(broken.reason()).contains(reason);
            });
  }

  private Path declared(String spec) {
    return new PluginJar(folder)
        .with("plugin.Made", PluginJar.source("Made", spec, "API_VERSION", ""))
        .serving("plugin.Made")
        .write("made.jar");
  }

  private Path made(String more) {
    return new PluginJar(folder)
        .with("plugin.Made", PluginJar.source("Made", PluginJar.spec("made"), "API_VERSION", more))
        .serving("plugin.Made")
        .write("made.jar");
  }

  @Test
  void aMethodIsFoundWithTheJarThatBringsIt() throws IOException {
    Path spaced = Files.createDirectory(folder.resolve("a folder"));
    Path jar = PluginJar.ofMethod(spaced, "made").write("made.jar");

    Methods methods = find(jar);

    assertThat(methods.all())
        .filteredOn(each -> each.method().spec().name().equals("made"))
        .extracting(Methods.Installed::origin)
        .containsExactly(jar.toString());
    assertThat(methods.broken()).isEmpty();
  }

  @Test
  void twoMethodsOfOneNameAreRefusedWithBothJars() {
    Path one = PluginJar.ofMethod(folder, "made").write("one.jar");
    Path other =
        new PluginJar(folder)
            .with(
                "plugin.Other",
                PluginJar.source("Other", PluginJar.spec("made"), "API_VERSION", ""))
            .serving("plugin.Other # another")
            .write("other.jar");

    assertThatThrownBy(() -> find(one, other))
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.PLUGIN))
        .hasMessage(
            """
            Two plugins have a method 'made'.
              one: plugin.Made of %s
              the other: plugin.Other of %s
              remove one of them"""
                .formatted(one, other));
  }

  @Test
  void twoVersionsOfOneJarAreRefusedToo() {
    Path old = PluginJar.ofMethod(folder, "made").write("made-1.0.jar");
    Path recent = PluginJar.ofMethod(folder, "made").write("made-1.1.jar");

    assertThatThrownBy(() -> find(old, recent))
        .hasMessageContainingAll("Two plugins have a method 'made'.", "1.0.jar", "1.1.jar");
  }

  @Test
  void oneJarGivenTwiceIsOne() {
    Path jar = PluginJar.ofMethod(folder, "made").write("made.jar");

    assertThat(find(jar, jar).broken()).isEmpty();
  }

  @Test
  void anotherVersionOfTheContractIsRefusedByName() {
    Path jar =
        new PluginJar(folder)
            .with(
                "plugin.Made",
                PluginJar.source("Made", PluginJar.spec("made"), "API_VERSION + 1", ""))
            .serving("plugin.Made")
            .write("made.jar");

    assertBroken(
        jar,
        Optional.of("made"),
        "it was built against version 2 of the contract; this is version 1: build it anew");
  }

  @Test
  void aConstructorThatThrows() {
    assertBroken(
        made("public Made() { throw new IllegalStateException(\"no licence\"); }"),
        Optional.empty(),
        "java.lang.IllegalStateException: no licence, thrown by plugin.Made.<init>(Made.java:8)");
  }

  @Test
  void settingsThatCannotBeSetUp() {
    assertBroken(
        made("static final Object O = Setting.integer(\"rank\", 1, 1, 2, \" \");"),
        Optional.empty(),
        "java.lang.IllegalArgumentException: the setting 'rank' has no line of help, thrown by");
  }

  @Test
  void declarationsThatCannotBeMade() {
    String made = PluginJar.spec("made");
    assertBroken(
        declared(made + ".withLearningRate(Double.parseDouble(\"fast\"))"),
        Optional.empty(),
        "java.lang.NumberFormatException: For input string: \"fast\"");
    assertBroken(declared("null"), Optional.empty(), "it gives null for its spec()");
    assertBroken(
        declared(made + ".withLearningRate(0)"), Optional.empty(), "its learning rate is 0.0");
    assertBroken(
        declared(made + ".withSettings(null)"), Optional.empty(), "it gives null for its settings");
    assertBroken(
        declared("MethodSpec.of(\"made\", null)"),
        Optional.empty(),
        "it gives null for its summary");
    assertBroken(
        declared("MethodSpec.of(\"made\", \"one\\ntwo\")"),
        Optional.empty(),
        "its summary has more than one line");
  }

  @Test
  void aConstructorThatIsNotPublic() {
    assertBroken(
        made("Made() {}"), Optional.empty(), "it has no public constructor without parameters");
  }

  @Test
  void aMissingClass() {
    String helper = "static class Helper {} static final Helper HELPER = new Helper();";
    PluginJar jar =
        new PluginJar(folder)
            .with(
                "plugin.Made",
                PluginJar.source("Made", PluginJar.spec("made"), "API_VERSION", helper))
            .serving("plugin.Made");

    assertBroken(
        jar.without("plugin.Made$Helper").write("made.jar"),
        Optional.empty(),
        "the class plugin.Made$Helper is missing: the JAR that has it must lie beside this one");
  }

  @Test
  void aMissingSuperclass() {
    String source = PluginJar.source("Made", PluginJar.spec("made"), "API_VERSION", "");
    PluginJar jar =
        new PluginJar(folder)
            .with(
                "plugin.Made",
                source.replace(
                    "public class Made", "class Base {}\npublic class Made extends Base"))
            .serving("plugin.Made");

    assertBroken(
        jar.without("plugin.Base").write("made.jar"),
        Optional.empty(),
        "the class plugin.Base is missing: the JAR that has it must lie beside this one");
  }

  @Test
  void aClassOfALaterJava() {
    assertBroken(
        PluginJar.ofMethod(folder, "made").ofLaterJava("plugin.Made").write("made.jar"),
        Optional.empty(),
        "java.lang.UnsupportedClassVersionError: plugin/Made has been compiled by a more recent");
  }

  @Test
  void aServiceFileThatNamesNoClassOfTheJar() {
    assertBroken(
        PluginJar.ofMethod(folder, "made").serving("plugin.Gone").write("made.jar"),
        Optional.empty(),
        "Provider plugin.Gone not found");
  }

  @Test
  void aServiceFileThatNamesSomethingElse() {
    assertBroken(
        new PluginJar(folder)
            .with("plugin.Made", "package plugin; public class Made {}")
            .serving("plugin.Made")
            .write("made.jar"),
        Optional.empty(),
        "plugin.Made is no dev.graft.api.PeftMethod");
  }

  @Test
  void aServiceFileThatCannotBeRead() {
    Path jar = PluginJar.ofMethod(folder, "made").serving("plugin Made").write("made.jar");

    assertBroken(
        jar,
        Optional.empty(),
        "made.jar!/META-INF/services/dev.graft.api.PeftMethod:1: Illegal configuration-file syntax");
  }

  @Test
  void namesThatNoMethodMayHave() {
    assertBroken(
        PluginJar.ofMethod(folder, "Made_1").write("made.jar"),
        Optional.empty(),
        "its name 'Made_1' is not lower-case words and hyphens");
    assertBroken(
        PluginJar.ofMethod(folder, "base").write("made.jar"),
        Optional.empty(),
        "its name 'base' is reserved");
  }

  @Test
  void oneBrokenProviderLeavesTheOthersOfItsJar() {
    PluginJar jar = PluginJar.ofMethod(folder, "made").serving("plugin.Gone\nplugin.Made\n");

    Methods methods = find(jar.write("made.jar"));

    assertThat(methods.get("made").spec().name()).isEqualTo("made");
    assertThat(methods.broken()).hasSize(1);
  }

  @Test
  void aMistypedNameIsTheUsersMistakeWhateverElseIsBroken() {
    Path jar =
        PluginJar.ofMethod(folder, "made").serving("plugin.Gone\nplugin.Made").write("made.jar");

    assertThatThrownBy(() -> find(jar).get("mad"))
        .isInstanceOfSatisfying(
            GraftException.class, e -> assertThat(e.kind()).isEqualTo(GraftException.Kind.INPUT))
        .hasMessageContainingAll("There is no method 'mad'. Did you mean 'made'?");
  }

  @Test
  void namesAreChecked() {
    assertThat(List.of("lora", "top-layers", "a1-b2")).allMatch(Names::isName);
    assertThat(List.of("", "Lora", "1a", "a--b", "a_b", "a-", "-a")).noneMatch(Names::isName);
  }
}
