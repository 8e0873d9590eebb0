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
import org.w3c.dom.Document;

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
      const size = document.querySelector("[data-figure=size]");
      const names = () => [...size.querySelectorAll("text")].filter(text => getComputedStyle(text).fontSize === "11.5px");
      const boxes = () => names().map(text => text.getBoundingClientRect());
      const points = () => data.parts[0].arms.map(arm => {
        const [x, y] = echarts.getInstanceByDom(size).convertToPixel({xAxisIndex: 0, yAxisIndex: 0}, [arm.total, 100 * arm.quality.value]);
        const {left, top} = size.getBoundingClientRect();
        return {left: left + x - 4, right: left + x + 4, top: top + y - 4, bottom: top + y + 4};
      });
      const meet = (one, other) => one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1;
      result.front = data.parts[0].arms.filter(arm => arm.isOnFront).length;
      [432, 1460].forEach(width => {
        redrawAll(width);
        const placed = boxes();
        result[`names${width}`] = placed.length;
        result[`met${width}`] = placed.filter((box, i) => placed.slice(i + 1).concat(points()).some(other => meet(box, other))).length;
      });
      const tuning = echarts.getInstanceByDom(document.querySelector("[data-figure=tuning]"));
      result.led = tuning.getOption().legend[0].data;
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

  /** The names of sections are the page's contents. */
  @Test
  void whatWasNotDecidedAndHowItWasFoundAreInTheContents() throws Exception {
    Document parsed = HtmlPageTest.parse(page);
    assertThat(HtmlPageTest.texts(parsed, "a"))
        .contains("How each number was obtained")
        .anyMatch(link -> link.matches("Not decided: [\\d,]+ of 2,138 questions"));
    assertThat(HtmlPageTest.texts(parsed, "summary"))
        .contains(
            "Settings that were tried and chosen: 60 rows",
            "Time by phase: 60 rows",
            "Memory by phase: 60 rows");
    assertThat(HtmlPageTest.texts(parsed, "td"))
        .as("rates that were tried of an arm")
        .anyMatch(text -> text.matches("0\\.000\\d+ to 0\\.0\\d+"));
    assertThat(HtmlPageTest.texts(parsed, "dd"))
        .anyMatch(text -> text.contains("Learning rates that were tried: 0.0001"))
        .anyMatch(text -> text.contains("all 2,138 questions"))
        .anyMatch(text -> text.contains("Holm"));
    assertThat(parsed.getElementsByTagName("body").item(0).getTextContent())
        .doesNotContain("-0%", "[1.25, 1.25]");
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
    int front = found.get("front").getAsInt();
    for (int width : new int[] {432, 1460}) {
      assertThat(found.get("names" + width).getAsInt())
          .as("with the baseline")
          .isEqualTo(front + 1);
      assertThat(found.get("met" + width).getAsInt()).isZero();
    }
    assertThat(texts(found, "led")).hasSize(9).doesNotHaveDuplicates();
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
