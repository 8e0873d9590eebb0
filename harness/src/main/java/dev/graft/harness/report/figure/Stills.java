package dev.graft.harness.report.figure;

import dev.graft.files.AtomicFile;
import dev.graft.harness.json.Json;
import dev.graft.harness.report.Resources;
import dev.graft.harness.report.comparison.Report;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Function;
import org.mozilla.javascript.NativeJSON;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;
import org.mozilla.javascript.Undefined;

/** The figures of a report as files, drawn by the scripts of its page without a browser. */
public final class Stills {
  private static final List<String> ENDINGS = List.of(".svg", ".png", ".pdf");

  /** What ECharts asks of a browser; a still is drawn at once, and no timer ever fires. */
  private static final String BROWSER = "const setTimeout = () => 0;";

  private final Context context;
  private final ScriptableObject scope;

  private Stills(Context context) {
    this.context = context;
    this.scope = context.initSafeStandardObjects();
    run("browser", BROWSER);
    run("echarts", Resources.library());
    FigureScripts.all().forEach(this::run);
  }

  /**
   * Writes each figure that shows something.
   *
   * @return the files, three a figure: SVG, PNG with two pixels for one, and PDF
   */
  public static List<Path> write(Report report, Path folder) {
    List<FigureData.Part> parts = FigureData.of(report).parts();
    Map<String, String> drawn = new LinkedHashMap<>();
    try (Context context = Context.enter()) {
      context.setLanguageVersion(Context.VERSION_ECMASCRIPT);
      context.setInterpretedMode(true); // Compiling the library takes longer than all it draws.
      Stills stills = new Stills(context);
      for (int i = 0; i < parts.size(); i++) {
        Object data = stills.data(parts.get(i));
        for (Figure.Still still : Figure.stills(report.compared().get(i).comparison(), i)) {
          stills.svg(data, still).ifPresent(svg -> drawn.put(still.file(), svg));
        }
      }
    }
    drawn.forEach((name, svg) -> AtomicFile.write(folder.resolve(name + ".svg"), svg));
    List<Path> files = new ArrayList<>();
    drawn.forEach(
        (name, svg) -> {
          Picture picture = Picture.of(svg);
          write(folder.resolve(name + ".png"), picture.png());
          write(folder.resolve(name + ".pdf"), picture.pdf());
          ENDINGS.forEach(ending -> files.add(folder.resolve(name + ending)));
        });
    return files;
  }

  private static void write(Path file, byte[] bytes) {
    AtomicFile.write(file, channel -> AtomicFile.writeFully(channel, ByteBuffer.wrap(bytes)));
  }

  private Object data(FigureData.Part part) {
    return NativeJSON.parse(context, scope, Json.line(part), (c, s, self, args) -> args[1]);
  }

  private Optional<String> svg(Object part, Figure.Still still) {
    Object arms = ScriptableObject.getProperty((Scriptable) part, "arms");
    Object[] arguments = {
      part, arms, still.figure().key(), still.choice(), FigureScripts.colours()
    };
    Object text = ((Function) scope.get("still", scope)).call(context, scope, scope, arguments);
    return Undefined.isUndefined(text) ? Optional.empty() : Optional.of(Context.toString(text));
  }

  private void run(String name, String script) {
    context.evaluateString(scope, script, name, 1, null);
  }
}
