package dev.graft.harness.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.graft.harness.report.comparison.Report;
import dev.graft.harness.study.StudyResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page of sixty arms with five seeds, and what it does in a browser. */
class SixtyArmsTest {
  private static final int MOST_BYTES = 2_000_000;

  /** What a reader does, and what is then shown. */
  private static final String READER =
      """
      const rows = () => [...document.querySelector("table.sortable").tBodies[0].rows].filter(row => !row.hidden);
      const column = i => rows().map(row => row.cells[i].textContent);
      const heads = [...document.querySelectorAll("table.sortable thead tr:last-child th")].map(head => head.textContent);
      const total = heads.indexOf("total");
      const sort = () => document.querySelectorAll("table.sortable thead tr:last-child th button")[total].click();
      const shown = () => [...document.querySelectorAll(".figure")].filter(at => at.offsetParent && at.querySelector("svg path")).map(at => at.dataset.figure);
      const filter = document.querySelector(".filter input");
      const only = text => { filter.value = text; filter.dispatchEvent(new Event("input")); };
      const result = {figures: shown(), overflow: document.documentElement.scrollWidth - innerWidth};
      sort();
      result.ascending = column(total);
      sort();
      result.descending = column(total);
      only("lora rank=8 value");
      result.filtered = column(0);
      result.told = document.querySelector(".shown").textContent;
      only("no such arm");
      result.none = column(0).concat(shown());
      only("");
      const chart = echarts.getInstanceByDom(document.querySelector("[data-figure=forest]"));
      chart.dispatchAction({type: "showTip", seriesIndex: 0, dataIndex: 1});
      result.tooltip = [...document.querySelectorAll("[data-figure=forest] > div")].map(at => at.innerText).join("");
      const choose = (label, value) => {
        const select = [...document.querySelectorAll(".pair select")].find(each => each.ariaLabel === label);
        select.value = String(value);
        select.dispatchEvent(new Event("change"));
      };
      choose("first arm", 1);
      choose("second arm", 2);
      choose("seed of the first", 2);
      result.trials = [...document.querySelectorAll(".pair th")].map(at => at.textContent);
      result.differ = [...document.querySelectorAll(".pair tbody tr")].map(row => [...row.cells].map(cell => cell.textContent));
      result.curves = document.querySelectorAll(".pair svg path").length;
      dispatchEvent(new Event("beforeprint"));
      result.paper = [document.documentElement.classList.contains("paper"), ...[...document.querySelectorAll("details")].map(each => each.open)];
      dispatchEvent(new Event("afterprint"));
      result.still = still(data.parts[0], data.parts[0].arms, "size", 0, document.querySelector("style").textContent).slice(0, 5);
      result.problems = problems;
      return result;
      """;

  private static StudyResult study;
  private static String page;

  @TempDir private Path folder;

  @BeforeAll
  static void write() {
    study = ManyArms.study();
    page = new HtmlPage().text(Report.of(study)).orElseThrow();
  }

  @Test
  void theyFitIntoTwoMegabytesAndAreAllThere() throws Exception {
    assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
    Set<String> arms = study.study().arms().keySet();
    assertThat(arms).hasSize(60);
    JsonObject part = HtmlPageTest.part(page);
    assertThat(HtmlPageTest.names(part.getAsJsonArray("arms"))).containsExactlyElementsOf(arms);
    assertThat(new HashSet<>(HtmlPageTest.texts(HtmlPageTest.parse(page), "td"))).containsAll(arms);
    JsonObject lora = part.getAsJsonArray("arms").get(1).getAsJsonObject();
    assertThat(lora.getAsJsonObject("tuning").keySet()).contains("1", "16");
    JsonObject trial = lora.getAsJsonArray("trials").get(0).getAsJsonObject();
    assertThat(trial.getAsJsonObject("losses").getAsJsonArray("values")).hasSizeBetween(70, 200);
  }

  @Test
  void aReaderSortsFiltersComparesAndPrintsWithoutAnError() throws Exception {
    Optional<Browser> browser = Browser.installed(folder);
    assumeThat(browser).as(Browser.MISSING).isPresent();

    JsonObject found = browser.orElseThrow().found(page, READER);

    assertThat(texts(found, "problems")).isEmpty();
    assertThat(texts(found, "figures"))
        .containsExactly(
            "forest", "size", "sweeps", "tuning", "latency", "heat", "cost", "learning");
    assertThat(found.get("overflow").getAsInt()).isNotPositive();
    List<Long> ascending = numbers(found, "ascending");
    assertThat(ascending).hasSize(60).isSorted().startsWith(770L).endsWith(22_566_146L);
    assertThat(numbers(found, "descending")).startsWith(22_566_146L).endsWith(770L);
    assertThat(texts(found, "filtered"))
        .containsExactlyInAnyOrder(
            "lora:rank=8,targets=[query,value]", "lora:rank=8,targets=value");
    assertThat(found.get("told").getAsString()).isEqualTo("2 of 60 arms, in all figures");
    assertThat(texts(found, "none")).isEmpty();
    assertThat(found.get("tooltip").getAsString()).contains("accuracy %: ", "trained parameters");
    assertThat(texts(found, "trials"))
        .containsExactly(
            "",
            "lora:rank=1,targets=[query,value], seed 2",
            "lora:rank=2,targets=[query,value], seed 2");
    assertThat(found.getAsJsonArray("differ").toString())
        .contains("[\"rank\",\"1\",\"2\"]", "which of them, in their order from 1");
    assertThat(found.get("curves").getAsInt()).isGreaterThan(4);
    assertThat(found.getAsJsonArray("paper")).isNotEmpty().allMatch(JsonElement::getAsBoolean);
    assertThat(found.get("still").getAsString()).isEqualTo("<svg ");
    assertThat(new String(browser.orElseThrow().printed(page), StandardCharsets.ISO_8859_1))
        .startsWith("%PDF-");
  }

  private static List<String> texts(JsonObject found, String name) {
    JsonArray array = found.getAsJsonArray(name);
    return array.asList().stream().map(JsonElement::getAsString).toList();
  }

  private static List<Long> numbers(JsonObject found, String name) {
    return texts(found, name).stream().map(text -> Long.valueOf(text.replace(",", ""))).toList();
  }
}
