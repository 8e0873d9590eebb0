package dev.graft.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.api.PeftMethod;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Makes JARs of plugins, good and bad ones, from sources that the compiler reads. */
public final class PluginJar {
  private static final String SERVICE = "META-INF/services/" + PeftMethod.class.getName();

  private final Path folder;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /** An empty JAR, to be made in a folder that may serve several. */
  public PluginJar(Path folder) {
    this.folder = folder;
  }

  /** A JAR of one method that does nothing, of the class {@code plugin.Made}. */
  public static PluginJar ofMethod(Path folder, String name) {
    return new PluginJar(folder)
        .with("plugin.Made", source("Made", spec(name), "API_VERSION", ""))
        .serving("plugin.Made\n");
  }

  /** The expression of a declaration with nothing but a name. */
  public static String spec(String name) {
    return "MethodSpec.of(\"%s\", \"\")".formatted(name);
  }

  /**
   * The source of a method in the package {@code plugin}.
   *
   * @param spec the expression of its declaration
   */
  public static String source(String type, String spec, String apiVersion, String more) {
    return """
        package plugin;
        import dev.graft.api.*;
        import dev.graft.api.settings.*;
        public class %s implements PeftMethod {
          public int apiVersion() { return %s; }
          public MethodSpec spec() { return %s; }
          public void graft(Host host, Settings settings, Graft graft) {}
          %s
        }
        """
        .formatted(type, apiVersion, spec, more);
  }

  /** With a class, and those that its source holds besides. */
  public PluginJar with(String type, String source) {
    try {
      Path work = Files.createTempDirectory(folder, "classes");
      Path file = work.resolve(type.substring(type.lastIndexOf('.') + 1) + ".java");
      Files.writeString(file, source);
      List<String> arguments = new ArrayList<>(List.of("-proc:none", "--release", "17"));
      arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
      arguments.addAll(List.of("-d", work.toString(), file.toString()));
      int failures =
          ToolProvider.getSystemJavaCompiler()
              .run(null, null, null, arguments.toArray(String[]::new));
      assertThat(failures).isZero();
      try (Stream<Path> made = Files.walk(work)) {
        for (Path each : made.filter(path -> path.toString().endsWith(".class")).toList()) {
          String name = work.relativize(each).toString().replace('\\', '/');
          entries.put(name, Files.readAllBytes(each));
        }
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without a class that {@link #with} brought. */
  public PluginJar without(String type) {
    assertThat(entries.remove(entry(type))).isNotNull();
    return this;
  }

  /** With a class as a later Java would have compiled it. */
  public PluginJar ofLaterJava(String type) {
    entries.get(entry(type))[7] = 99; // the major version
    return this;
  }

  /** With the text of a service file of methods. */
  public PluginJar serving(String text) {
    return serving(PeftMethod.class, text);
  }

  /** With the text of a service file. */
  public PluginJar serving(Class<?> service, String text) {
    entries.put("META-INF/services/" + service.getName(), text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  private static String entry(String type) {
    return type.replace('.', '/') + ".class";
  }

  /** Writes it. */
  public Path write(String name) {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A class loader that sees JARs beside all that this one sees. */
  public static URLClassLoader loader(Path... jars) {
    return new URLClassLoader(
        Stream.of(jars).map(PluginJar::url).toArray(URL[]::new),
        Thread.currentThread().getContextClassLoader());
  }

  /** What is done where JARs are on the class path beside all else, as plugins are. */
  public static <T> T beside(Callable<T> done, Path... jars) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = loader(jars)) {
      thread.setContextClassLoader(loader);
      return done.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** A class loader that sees all classes, but no other methods than those of JARs. */
  public static URLClassLoader loaderOfNoOthers(Path... jars) {
    return new URLClassLoader(
        Stream.of(jars).map(PluginJar::url).toArray(URL[]::new), PluginJar.class.getClassLoader()) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals(SERVICE) ? findResources(name) : super.getResources(name);
      }
    };
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
