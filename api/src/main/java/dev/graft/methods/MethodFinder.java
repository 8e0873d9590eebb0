package dev.graft.methods;

import dev.graft.GraftException;
import dev.graft.api.MethodSpec;
import dev.graft.api.PeftMethod;
import dev.graft.methods.Methods.Broken;
import dev.graft.methods.Methods.Installed;
import java.io.File;
import java.io.IOException;
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
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Looks for methods. Each service file is read by a {@link ServiceLoader} of its own: so a failure
 * is known to be that JAR's, and a class that two JARs bring is seen twice.
 */
final class MethodFinder {
  private static final String SERVICE = "META-INF/services/" + PeftMethod.class.getName();

  private final ClassLoader loader;
  private final Map<String, Installed> found = new LinkedHashMap<>();
  private final List<Broken> broken = new ArrayList<>();

  MethodFinder(ClassLoader loader) {
    this.loader = loader;
  }

  Methods find() {
    try {
      Set<String> seen = new HashSet<>(); // a class path may name one JAR twice
      for (URL file : Collections.list(loader.getResources(SERVICE))) {
        if (seen.add(file.toExternalForm())) {
          read(file, origin(file));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Methods(found, broken);
  }

  /** Lists the JARs of the class path that are none: a class loader passes over them in silence. */
  MethodFinder withBrokenJars(String classPath) {
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
    return this;
  }

  private void read(URL file, String origin) {
    Iterator<ServiceLoader.Provider<PeftMethod>> providers =
        ServiceLoader.load(PeftMethod.class, new OneServiceFile(loader, file)).stream().iterator();
    while (true) {
      ServiceLoader.Provider<PeftMethod> provider;
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

  private void add(ServiceLoader.Provider<PeftMethod> provider, String origin) {
    Optional<String> type = Optional.of(provider.type().getName());
    Optional<String> name = Optional.empty();
    PeftMethod method;
    try {
      method = provider.get();
      if (method.apiVersion() != PeftMethod.API_VERSION) {
        String reason =
            "it was built against version %s of the contract; this is version %s: build it anew, with PeftMethod.API_VERSION as its apiVersion()"
                .formatted(method.apiVersion(), PeftMethod.API_VERSION);
        broken.add(new Broken(origin, type, nameOf(method), reason));
        return;
      }
      MethodSpec spec = method.spec();
      if (spec == null) {
        broken.add(new Broken(origin, type, name, "it gives null for its spec()"));
        return;
      }
      name = Optional.of(spec.name());
    } catch (RuntimeException | Error e) { // whatever a plugin throws, the others work
      broken.add(new Broken(origin, type, name, reason(e)));
      return;
    }
    Installed other = found.putIfAbsent(name.get(), new Installed(method, origin));
    if (other != null) {
      throw GraftException.plugin("Two plugins have a method '%s'.", name.get())
          .line("one", "%s of %s".formatted(other.method().getClass().getName(), other.origin()))
          .line("the other", "%s of %s".formatted(type.get(), origin))
          .remedy("remove one of them");
    }
  }

  /** The name of a method of another version, if that can still be asked for it. */
  private static Optional<String> nameOf(PeftMethod method) {
    try {
      return Optional.of(method.spec().name());
    } catch (RuntimeException | LinkageError e) {
      return Optional.empty();
    }
  }

  /** The last cause says most: what a constructor threw, or why a class could not be set up. */
  private static String reason(Throwable failure) {
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
      String type = PeftMethod.class.getName();
      return last.getMessage().replace(type + ": ", "").replace("not a subtype", "is no " + type);
    }
    Optional<StackTraceElement> thrower = Stream.of(last.getStackTrace()).findFirst();
    return last + thrower.map(frame -> ", thrown by " + frame).orElse("");
  }

  /** The JAR or folder of a service file. */
  private static String origin(URL file) {
    try {
      URLConnection connection = file.openConnection();
      if (connection instanceof JarURLConnection jar) {
        return path(jar.getJarFileURL());
      }
      return path(file).replace('\\', '/').replace("/" + SERVICE, "");
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
  private static final class OneServiceFile extends ClassLoader {
    private final URL file;

    OneServiceFile(ClassLoader parent, URL file) {
      super(parent);
      this.file = file;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(SERVICE)
          ? Collections.enumeration(List.of(file))
          : super.getResources(name);
    }
  }
}
