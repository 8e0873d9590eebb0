package dev.graft.api;

import dev.graft.GraftException;
import dev.graft.api.Methods.Broken;
import dev.graft.api.Methods.Installed;
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
import java.util.Objects;
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
      name = Optional.ofNullable(method.name());
      Optional<String> problem = problem(method);
      if (problem.isPresent()) {
        broken.add(new Broken(origin, type, name, problem.get()));
        return;
      }
    } catch (RuntimeException | Error e) { // whatever a plugin throws, the others work
      broken.add(new Broken(origin, type, name, reason(e)));
      return;
    }
    Installed other = found.putIfAbsent(method.name(), new Installed(method, origin));
    if (other != null) {
      throw GraftException.plugin("Two plugins have a method '%s'.", method.name())
          .line("one", "%s of %s".formatted(other.method().getClass().getName(), other.origin()))
          .line("the other", "%s of %s".formatted(type.get(), origin))
          .remedy("remove one of them");
    }
  }

  /** Why a method can't be used, if so; what it declares is asked for once, to see it fail here. */
  private static Optional<String> problem(PeftMethod method) {
    if (method.apiVersion() != PeftMethod.API_VERSION) {
      return Optional.of(
          "it was built against version %d of the contract; this is version %d: build it anew, with PeftMethod.API_VERSION as its apiVersion()"
              .formatted(method.apiVersion(), PeftMethod.API_VERSION));
    }
    if (method.name() == null || !Methods.isName(method.name())) {
      return Optional.of("its name '" + method.name() + "' is not lower-case words and hyphens");
    }
    if (Methods.RESERVED.contains(method.name())) {
      return Optional.of("its name '" + method.name() + "' is reserved");
    }
    Map<String, Object> declared = new LinkedHashMap<>();
    declared.put("settings()", method.settings());
    declared.put("traits()", method.traits());
    declared.put("summary()", method.summary());
    if (declared.containsValue(null)) {
      declared.values().removeIf(Objects::nonNull);
      return Optional.of("it gives null for " + String.join(", ", declared.keySet()));
    }
    double rate = method.learningRate();
    return rate > 0 && rate < Double.POSITIVE_INFINITY
        ? Optional.empty()
        : Optional.of("its learning rate is " + rate);
  }

  /** The last cause says most: what a constructor threw, or why a class could not be set up. */
  private static String reason(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
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
