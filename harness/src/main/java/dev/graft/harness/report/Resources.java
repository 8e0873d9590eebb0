package dev.graft.harness.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What reports are made of: our own files, and the library of charts as its JAR brings it. */
public final class Resources {
  private static final String PROPERTIES = "/META-INF/maven/org.webjars.npm/echarts/pom.properties";

  private Resources() {}

  /** A text that lies beside a class. */
  public static String beside(Class<?> place, String name) {
    try (InputStream in = open(place, name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Apache ECharts, which draws; with its licence's notice. */
  public static String library() {
    Properties properties = new Properties();
    try (InputStream in = open(Resources.class, PROPERTIES)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return beside(
        Resources.class,
        "/META-INF/resources/webjars/echarts/%s/dist/echarts.min.js"
            .formatted(properties.getProperty("version")));
  }

  private static InputStream open(Class<?> place, String name) {
    InputStream in = place.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("the resource " + name + " is missing");
    }
    return in;
  }
}
