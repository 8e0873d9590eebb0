package dev.graft.harness.report.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.Studies;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StillsTest {
  private static final List<String> DRAWN =
      List.of(
          "quality-by-tier",
          "quality-by-size",
          "latency",
          "latency-by-size",
          "training",
          "learning-curves");

  @TempDir private Path folder;

  @Test
  void eachFigureThatShowsSomethingIsThreeFiles() throws Exception {
    List<Path> files = Stills.write(Report.of(Studies.typical()), folder);

    assertThat(files)
        .containsExactlyElementsOf(
            DRAWN.stream()
                .flatMap(name -> List.of(name + ".svg", name + ".png", name + ".pdf").stream())
                .map(folder::resolve)
                .toList());
    assertThat(folder.resolve("quality-by-tier.svg"))
        .content()
        .startsWith("<svg font-family=\"Liberation Sans, ")
        .contains(">houlsby:bottleneck=16<", ">90.0 [86.7, 92.6]<")
        .doesNotContain("font:", "NaN", "undefined");
    BufferedImage png = ImageIO.read(folder.resolve("quality-by-tier.png").toFile());
    assertThat(png.getWidth()).isEqualTo(2 * 660);
    assertThat(colours(png)).contains(0xffffff, 0x0072b2, 0xd55e00, 0x009e73);
    try (PDDocument pdf = Loader.loadPDF(folder.resolve("quality-by-tier.pdf").toFile())) {
      assertThat(pdf.getNumberOfPages()).isEqualTo(1);
      assertThat(pdf.getPage(0).getMediaBox().getWidth()).isEqualTo(660 * 0.75f);
    }
  }

  @Test
  void aJavaWithoutFontsIsToldWhatItNeeds() throws Exception {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    Path said = folder.resolve("said.txt");
    Files.writeString(folder.resolve("libfreetype.so.6"), "no library");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            WithoutFonts.class.getName());
    java.environment().put("LD_LIBRARY_PATH", folder.toString());
    java.redirectOutput(said.toFile()).start().waitFor();

    assertThat(said)
        .content()
        .contains(
            "This Java can't draw text, so that PNG and PDF can't be made.",
            "apt-get install fontconfig",
            "SVG needs neither");
  }

  private static List<Integer> colours(BufferedImage image) {
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xffffff)
        .distinct()
        .boxed()
        .toList();
  }
}
