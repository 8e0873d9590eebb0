package dev.graft.harness.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What a page is made of: our own files, and the library of charts as its JAR brings it. */
final class Resources {
  private static final String PROPERTIES = "/META-INF/maven/org.webjars.npm/echarts/pom.properties";

  private Resources() {}

  static String own(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8).strip();
  }

  /** Apache ECharts, which draws; with its licence's notice. */
  static String library() {
    Properties properties = new Properties();
    try (InputStream in = open(PROPERTIES)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return own(
        "/META-INF/resources/webjars/echarts/%s/dist/echarts.min.js"
            .formatted(properties.getProperty("version")));
  }

  private static byte[] bytes(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    InputStream in = Resources.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("the resource " + name + " is missing");
    }
    return in;
  }
}
