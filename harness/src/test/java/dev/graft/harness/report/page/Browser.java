package dev.graft.harness.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Chromium without a screen. */
record Browser(Path program, Path folder) {
  static final String MISSING = "no Chromium is on the path: apt-get install chromium brings one";

  private static final Pattern RESULT = Pattern.compile("(?s)<pre id=\"result\">(.*?)</pre>");

  private static final String LISTENING =
      """
      <script>
      const problems = [];
      addEventListener("error", event => problems.push(event.message));
      for (const level of ["error", "warn"]) console[level] = (...texts) => problems.push(texts.join(" "));
      </script>
      """;

  /** The first that is installed. */
  static Optional<Browser> installed(Path folder) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(
            place ->
                List.of("chromium", "chromium-browser", "google-chrome").stream()
                    .map(name -> Path.of(place, name)))
        .filter(Files::isExecutable)
        .map(program -> new Browser(program, folder))
        .findFirst();
  }

  /**
   * What a script finds that is run in a page after the page's own.
   *
   * @param body of a function that returns what becomes JSON; {@code problems} are errors and
   *     warnings so far
   */
  JsonObject found(String page, String body) throws Exception {
    String script =
        "<script>const result = document.createElement('pre'); result.id = 'result'; result.textContent = JSON.stringify((() => {%s})());"
                .formatted(body)
            + " document.body.append(result);</script>";
    int end = page.lastIndexOf("</body>"); // The library of charts has it in a text.
    Path file = folder.resolve("page.html");
    Files.writeString(
        file,
        page.substring(0, end).replaceFirst("<head>", "<head>" + LISTENING)
            + script
            + page.substring(end));
    Path dumped = run(List.of("--dump-dom", file.toUri().toString()));
    Matcher matcher = RESULT.matcher(Files.readString(dumped, StandardCharsets.UTF_8));
    assertThat(matcher.find()).as("a result in %s", dumped).isTrue();
    String json = matcher.group(1).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    return JsonParser.parseString(json).getAsJsonObject();
  }

  /** The page on paper. */
  byte[] printed(String page) throws Exception {
    Path file = Files.writeString(folder.resolve("printed.html"), page);
    Path pdf = folder.resolve("printed.pdf");
    run(List.of("--print-to-pdf=" + pdf, file.toUri().toString()));
    return Files.readAllBytes(pdf);
  }

  /** Returns what it wrote. */
  private Path run(List<String> arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out.html");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1600,900",
                "--virtual-time-budget=3000",
                "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isZero();
    return out;
  }
}
