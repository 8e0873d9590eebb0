package dev.graft.testing;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Java virtual machines beside that of a test, with its memory and compilers. */
public final class JavaProcess {
  private JavaProcess() {}

  /**
   * What starts a main method of the class path.
   *
   * @param arguments as text
   */
  public static ProcessBuilder of(Class<?> main, Object... arguments) {
    return of(System.getProperty("java.class.path"), main.getName(), arguments);
  }

  /** The same with another class path. */
  public static ProcessBuilder of(String classPath, String main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("-X"))
        .forEach(command::add);
    command.addAll(List.of("-cp", classPath, main));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return new ProcessBuilder(command);
  }
}
