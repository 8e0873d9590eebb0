package dev.graft.harness.report.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelTest {
  @Test
  void textsOfNeighbouringMarksDoNotCoverEachOther() {
    List<Label> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(Label.around(400 + 3 * i, 200 + i, 5));
    }
    for (int i = 0; i < 5; i++) {
      taken.add(Label.beside("prefix-tuning", 400 + 3 * i, 200 + i, List.copyOf(taken), 0, 800));
    }

    for (int i = 5; i < 10; i++) {
      assertThat(taken.subList(0, i)).noneMatch(taken.get(i)::overlaps);
    }
  }

  @Test
  void aTextAtTheRightEdgeGoesToTheLeft() {
    Label label = Label.beside("full", 790, 200, List.of(), 0, 800);

    assertThat(label.right()).isLessThan(790);
  }
}
