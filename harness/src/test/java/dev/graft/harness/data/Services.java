package dev.graft.harness.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A folder with a service file, on the class path of what is done: as a plugin's JAR would be. */
public final class Services {
  private final Path folder;

  public Services(Path folder) {
    this.folder = folder;
  }

  /** Does something while providers are installed beside those of Graft. */
  public <T> T with(Class<?> service, List<String> providers, Supplier<T> what) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {url()}, before)) {
      Path file = folder.resolve("META-INF/services").resolve(service.getName());
      Files.createDirectories(file.getParent());
      Files.write(file, providers);
      thread.setContextClassLoader(loader);
      return what.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private URL url() throws MalformedURLException {
    return folder.toUri().toURL();
  }
}
