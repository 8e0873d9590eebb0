package dev.graft.harness.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.harness.report.ReportTable.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
  private static final List<Column> COLUMNS =
      List.of(
          Column.left("method"),
          Column.right("parameters", "method"),
          Column.right("parameters", "head"),
          Column.right("", "time"));

  @Test
  void alignsColumnsUnderTheirHeadingsAndGroups() {
    ReportTable table =
        new ReportTable(
            COLUMNS,
            List.of(
                List.of("lora", "73,728", "770", "9.5 s"),
                List.of("full", "22,565,376", "770", "12.1 s")));

    assertThat(String.join("\n", TextTable.lines(table, 0, 80)))
        .isEqualTo(
            """
                       parameters
            method      method  head    time
            ------  ----------  ----  ------
            lora        73,728   770   9.5 s
            full    22,565,376   770  12.1 s""");
  }

  @Test
  void breaksOneColumnWhereALineWouldBeTooLong() {
    ReportTable table =
        new ReportTable(
            COLUMNS.subList(0, 2),
            List.of(List.of("lora:rank=4,alpha=8+prefix-tuning", "1"), List.of("full", "2")));

    assertThat(String.join("\n", TextTable.lines(table, 0, 26)))
        .isEqualTo(
            """
                            parameters
            method              method
            --------------  ----------
            lora:rank=4,             1
            alpha=8+
            prefix-tuning
            full                     2""");
  }

  @Test
  void sentencesAreBrokenAtBlanksOnly() {
    assertThat(TextTable.wrap("houlsby (+15%), lin", 12)).containsExactly("houlsby", "(+15%), lin");
  }

  @Test
  void aTextWithoutAPlaceToBreakIsBrokenAnywhere() {
    assertThat(TextTable.wrap("abcdefgh", 3)).containsExactly("abc", "def", "gh");
    assertThat(TextTable.wrap("a bc d", 4)).containsExactly("a bc", "d");
    assertThat(TextTable.wrap("", 4)).containsExactly("");
  }

  @Test
  void aRowMustFillTheColumns() {
    assertThatThrownBy(() -> new ReportTable(COLUMNS, List.of(List.of("lora"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row has not 4 cells: [[lora]]");
  }
}
