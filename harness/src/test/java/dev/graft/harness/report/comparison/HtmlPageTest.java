package dev.graft.harness.report.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.harness.study.StudyResult;
import dev.graft.harness.wiring.Harness;
import dev.graft.parts.Parts;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlPageTest {
  private static final Parts<ReportFormat> FORMATS = new Harness().reportFormats();

  @TempDir private Path folder;

  private String page(StudyResult study) throws Exception {
    return Files.readString(Report.of(study).write(folder, FORMATS).files().get(0));
  }

  /** The page is well-formed XML too, so that a parser finds what was not escaped. */
  private static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page)));
  }

  private static List<String> texts(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  @Test
  void showsTableFindingsFailuresAndProvenance() throws Exception {
    Document page = parse(page(Studies.typical()));

    assertThat(texts(page, "h1")).containsExactly("reviews on all-MiniLM-L6-v2");
    assertThat(texts(page, "td"))
        .contains("full", "lora", "houlsby:bottleneck=16", "lora (untrained host)", "73,728");
    assertThat(texts(page, "li"))
        .isEqualTo(Report.of(Studies.typical()).parts().get(0).sentences());
    assertThat(texts(page, "pre")).singleElement().asString().startsWith("lin, seed 1, failed:");
  }

  @Test
  void textIsEscaped() throws Exception {
    String nasty = "lora:targets=<b>\"x\"&'y'</b>";
    StudyResult study =
        Studies.of(List.of(Studies.trial(Studies.spec(nasty, 1, false), 10, 40)), List.of());

    Document page = parse(page(study));

    assertThat(texts(page, "td")).contains(nasty);
    assertThat(texts(page, "text")).contains(nasty);
    assertThat(texts(page, "dd")).contains("<Fast & \"Cheap\">");
    assertThat(texts(page, "b")).isEmpty();
  }

  @Test
  void needsNothingFromElsewhere() throws Exception {
    assertThat(page(Studies.typical()))
        .doesNotContain("http", "src=", "href=", "<script", "@import", "url(", "${");
  }

  @Test
  void eachArmHasAMarkWithItsNumbers() throws Exception {
    Document page = parse(page(Studies.typical()));

    assertThat(page.getElementsByTagName("circle").getLength()).isEqualTo(4);
    assertThat(texts(page, "title")).contains("lora: 90.0 [86.7, 92.6], 74,498 parameters");
  }
}
