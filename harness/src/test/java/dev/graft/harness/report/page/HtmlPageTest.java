package dev.graft.harness.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.graft.harness.report.comparison.Contender;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.report.comparison.Studies;
import dev.graft.harness.study.StudyResult;
import dev.graft.harness.trial.Arm;
import dev.graft.harness.trial.Outcome;
import dev.graft.harness.trial.TrialSpec;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlPageTest {
  private static final Pattern SCRIPT = Pattern.compile("(?s)(<script[^>]*>)(.*?)</script>");

  private static String page(StudyResult study) {
    return new HtmlPage().text(Report.of(study)).orElseThrow();
  }

  /** All but the scripts is well-formed XML too, so that a parser finds what was not escaped. */
  static Document parse(String page) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(SCRIPT.matcher(page).replaceAll(""))));
  }

  static JsonObject part(String page) {
    Matcher script = SCRIPT.matcher(page);
    String data =
        script
            .results()
            .filter(found -> found.group(1).contains("application/json"))
            .map(MatchResult::group)
            .map(found -> found.replaceAll("^<[^>]*>|</script>$", ""))
            .findFirst()
            .orElseThrow();
    return JsonParser.parseString(data)
        .getAsJsonObject()
        .getAsJsonArray("parts")
        .get(0)
        .getAsJsonObject();
  }

  static List<String> texts(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  static List<String> names(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .map(each -> each.get("name").getAsString())
        .toList();
  }

  @Test
  void showsTableFindingsFailuresAndProvenanceWithoutAScript() throws Exception {
    Document page = parse(page(Studies.typical()));

    assertThat(texts(page, "h1")).containsExactly("reviews on all-MiniLM-L6-v2");
    assertThat(texts(page, "td"))
        .contains("full", "lora", "houlsby:bottleneck=16", "lora (untrained host)", "73,728");
    assertThat(texts(page, "li"))
        .isEqualTo(Report.of(Studies.typical()).parts().get(0).sentences());
    assertThat(texts(page, "pre")).singleElement().asString().startsWith("lin, seed 1, failed:");
    assertThat(texts(page, "dd")).contains("<Fast & \"Cheap\">");
  }

  @Test
  void textIsEscapedInTheTablesAndInTheData() throws Exception {
    String nasty = "lora:targets=</script><b>\"x\"&'y'</b>";
    StudyResult study =
        Studies.of(List.of(Studies.trial(Studies.spec(nasty, 1, false), 10, 40)), List.of());

    String page = page(study);

    Document parsed = parse(page);
    assertThat(texts(parsed, "td")).contains(nasty);
    assertThat(texts(parsed, "b")).isEmpty();
    assertThat(names(part(page).getAsJsonArray("arms"))).containsExactly(nasty);
  }

  /** Links lead to places in the page alone, and the library of charts asks for nothing. */
  @Test
  void needsNothingFromElsewhere() {
    String page = page(Studies.typical());
    String html = SCRIPT.matcher(page).replaceAll("$1");

    assertThat(html).doesNotContain("http", "src=", "@import", "url(", "${");
    assertThat(html.replace("href=\"#", "")).doesNotContain("href=");
    assertThat(SCRIPT.matcher(page).results().map(script -> script.group(2)))
        .filteredOn(script -> !script.contains("Licensed to the Apache Software Foundation"))
        .hasSize(4)
        .noneMatch(script -> script.contains("http") || script.contains("import("));
  }

  @Test
  void theDataAreThoseOfTheReport() {
    Report report = Report.of(Studies.typical());
    JsonObject part = part(page(Studies.typical()));

    JsonArray arms = part.getAsJsonArray("arms");
    List<Contender> contenders = report.parts().get(0).comparison().contenders();
    assertThat(names(arms)).isEqualTo(contenders.stream().map(Contender::name).toList());
    for (int i = 0; i < contenders.size(); i++) {
      JsonObject quality = arms.get(i).getAsJsonObject().getAsJsonObject("quality");
      assertThat(quality.get("value").getAsDouble()).isEqualTo(contenders.get(i).quality().value());
      assertThat(quality.get("low").getAsDouble()).isEqualTo(contenders.get(i).quality().low());
    }
    assertThat(part.getAsJsonArray("tiers").toString())
        .isEqualTo("[[\"full\",\"lora\"],[\"houlsby:bottleneck=16\"]]");
    JsonObject timed = part.getAsJsonArray("latency").get(0).getAsJsonObject();
    assertThat(timed.getAsJsonArray("arms")).hasSize(4);
    assertThat(timed.getAsJsonArray("arms").get(3).getAsJsonObject().get("verdict").getAsString())
        .isEqualTo("slower than the base");
  }

  /** Full, LoRA, Houlsby and LoRA on a fresh host: of the last nothing is compared. */
  @Test
  void anyTwoArmsAreComparedInOrder() {
    JsonObject pairs = part(page(Studies.typical())).getAsJsonObject("pairs");

    assertThat(pairs.get("difference").toString())
        .isEqualTo(
            "[\"0.0 [-1.0, +1.0]\",\"+10.0 [+7.0, +13.0]\",\"\",\"+10.0 [+7.0, +13.0]\",\"\",\"\"]");
  }

  @Test
  void armsThatDifferInOneNumberAreLinedUpAndThoseThatNoneBeatsAreTheFront() {
    List<Integer> ranks = List.of(8, 2, 4);
    StudyResult study =
        Studies.of(
            ranks.stream()
                .map(rank -> Studies.spec("lora:rank=" + rank, 1, false))
                .map(
                    spec -> Studies.trial(spec, 1000L * (spec.arm().method().charAt(10) - '0'), 40))
                .map(Outcome.class::cast)
                .toList(),
            List.of());

    JsonObject part = part(page(study));

    assertThat(part.get("sweeps").toString())
        .isEqualTo(
            "[{\"setting\":\"rank\",\"lines\":[{\"name\":\"lora\",\"points\":[{\"value\":2.0,\"arm\":1},"
                + "{\"value\":4.0,\"arm\":2},{\"value\":8.0,\"arm\":0}]}]}]");
    assertThat(part.getAsJsonArray("arms"))
        .extracting(arm -> arm.getAsJsonObject().get("isOnFront").getAsBoolean())
        .containsExactly(false, true, false);
  }

  @Test
  void everyTaskHasAnArticleOfItsOwn() throws Exception {
    List<Outcome> outcomes = new ArrayList<>();
    for (String task : List.of("reviews", "/data/SST-2")) {
      TrialSpec spec = Studies.spec("lora", 1, false);
      Arm arm = spec.arm();
      Arm there =
          new Arm(arm.model(), task, "lora", false, arm.device(), arm.precision(), arm.recipe());
      outcomes.add(Studies.trial(TrialSpec.reported(there, 1), 1000, 40));
    }

    Document page = parse(page(Studies.of(outcomes, List.of())));

    assertThat(texts(page, "h1"))
        .contains("reviews on all-MiniLM-L6-v2", "SST-2 on all-MiniLM-L6-v2");
    assertThat(page.getElementsByTagName("article").getLength()).isEqualTo(2);
  }
}
