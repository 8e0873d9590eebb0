package dev.graft.parts;

import dev.graft.GraftException;
import dev.graft.parts.Parts.Broken;
import dev.graft.parts.Parts.Installed;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Looks for parts. Each service file is read by a {@link ServiceLoader} of its own: so a failure is
 * known to be that JAR's, and a class that two JARs bring is seen twice.
 */
final class PartFinder<T> {
  /** Bytes of a service file. */
  private static final int MOST_LISTED = 1 << 16;

  private final PartKind<T> kind;
  private final String file;
  private final String classPath;
  private final Map<String, Installed<T>> own;
  private final Map<String, Installed<T>> found = new TreeMap<>(); // a class path has any order
  private final List<Broken> broken = new ArrayList<>();

  PartFinder(PartKind<T> kind, Map<String, Installed<T>> own, String classPath) {
    this.kind = kind;
    this.file = "META-INF/services/" + kind.service().getName();
    this.own = own;
    this.classPath = classPath;
  }

  Parts<T> find(ClassLoader loader) {
    try {
      // First, so that the loader has opened all JARs once they are looked at.
      List<URL> urls = Collections.list(loader.getResources(file));
      listBrokenJars();
      Set<String> seen = new HashSet<>(); // a class path may name one JAR twice
      for (URL url : urls) {
        if (seen.add(url.toExternalForm())) {
          read(url, loader);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Installed<T>> all = new LinkedHashMap<>(own);
    all.putAll(found);
    return new Parts<>(kind, all, broken);
  }

  /** Lists the JARs of the class path that are none: a class loader passes over them in silence. */
  private void listBrokenJars() {
    Stream.of(classPath.split(File.pathSeparator))
        .map(File::new)
        .filter(file -> file.isFile() && file.getName().endsWith(".jar"))
        .forEach(
            file -> {
              try (JarFile jar = new JarFile(file)) {
                jar.size();
              } catch (IOException e) {
                String reason = "it is no JAR, or damaged: " + e.getMessage();
                broken.add(new Broken(file.getPath(), Optional.empty(), Optional.empty(), reason));
              }
            });
  }

  private void read(URL url, ClassLoader loader) {
    String origin = origin(url);
    if (isLarge(url)) {
      String reason = "its list of classes has more than %s bytes".formatted(MOST_LISTED);
      broken.add(new Broken(origin, Optional.empty(), Optional.empty(), reason));
      return;
    }
    Iterator<ServiceLoader.Provider<T>> providers =
        ServiceLoader.load(kind.service(), new OneServiceFile(loader, url)).stream().iterator();
    while (true) {
      ServiceLoader.Provider<T> provider;
      try {
        if (!providers.hasNext()) {
          return;
        }
        provider = providers.next();
      } catch (ServiceConfigurationError | LinkageError e) {
        broken.add(new Broken(origin, Optional.empty(), Optional.empty(), reason(e)));
        continue;
      }
      add(provider, origin);
    }
  }

  /** Whether a service file is none: one that is compressed may be far larger than its JAR. */
  private static boolean isLarge(URL url) {
    try {
      URLConnection connection = url.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return in.readNBytes(MOST_LISTED + 1).length > MOST_LISTED;
      }
    } catch (IOException e) {
      return false; // What reads it says why.
    }
  }

  private void add(ServiceLoader.Provider<T> provider, String origin) {
    Optional<String> type = Optional.of(provider.type().getName());
    String name;
    Installed<T> part;
    try {
      part = new Installed<>(provider.get(), origin);
      Optional<String> fault = kind.fault().apply(part.part());
      if (fault.isPresent()) {
        broken.add(new Broken(origin, type, nameOf(part.part()), fault.get()));
        return;
      }
      name = kind.name().apply(part.part());
    } catch (RuntimeException | Error e) { // whatever a plugin throws, the others work
      broken.add(new Broken(origin, type, Optional.empty(), reason(e)));
      return;
    }
    if (name == null) {
      broken.add(new Broken(origin, type, Optional.empty(), "its name is null"));
      return;
    }
    Installed<T> other = own.containsKey(name) ? own.get(name) : found.putIfAbsent(name, part);
    if (other != null) {
      throw GraftException.plugin("Two plugins have %s '%s'.", kind.one(), name)
          .line("one", other)
          .line("the other", part)
          .remedy("remove one of them");
    }
  }

  /** The name of a part that can't be used, if it can still be asked for it. */
  private Optional<String> nameOf(T part) {
    try {
      return Optional.ofNullable(kind.name().apply(part));
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** The last cause says most: what a constructor threw, or why a class could not be set up. */
  private String reason(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    if (last instanceof GraftException) {
      return last.getMessage();
    }
    if (last instanceof NoClassDefFoundError || last instanceof ClassNotFoundException) {
      return "the class %s is missing: the JAR that has it must lie beside this one"
          .formatted(String.valueOf(last.getMessage()).replace('/', '.'));
    }
    if (last instanceof NoSuchMethodException) {
      return "it has no public constructor without parameters";
    }
    if (last instanceof ServiceConfigurationError) {
      String type = kind.service().getName();
      return last.getMessage().replace(type + ": ", "").replace("not a subtype", "is no " + type);
    }
    Optional<StackTraceElement> thrower = Stream.of(last.getStackTrace()).findFirst();
    return last + thrower.map(frame -> ", thrown by " + frame).orElse("");
  }

  /** The JAR or folder of a service file. */
  private String origin(URL url) {
    try {
      URLConnection connection = url.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return path(jar.getJarFileURL());
      }
      return path(url).replace('\\', '/').replace("/" + file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String path(URL file) {
    try {
      URI uri = file.toURI();
      return uri.getScheme().equals("file") ? Path.of(uri).toString() : uri.toString();
    } catch (URISyntaxException e) {
      return file.toString();
    }
  }

  /** Sees all classes of another loader, but of the service files only one. */
  private final class OneServiceFile extends ClassLoader {
    private final URL url;

    OneServiceFile(ClassLoader parent, URL url) {
      super(parent);
      this.url = url;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(file) ? Collections.enumeration(List.of(url)) : super.getResources(name);
    }
  }
}
