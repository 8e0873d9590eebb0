package dev.graft.harness.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.graft.harness.data.Services;
import dev.graft.harness.measure.Metric;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JsonTest {
  record Inner(Optional<Double> rate, OptionalLong bytes) {}

  record Outer(Optional<Inner> inner, double number, List<Double> list, Map<String, Double> map) {}

  record Checked(int number) {
    Checked {
      if (number < 0) {
        throw new IllegalArgumentException("a negative number");
      }
    }
  }

  @Test
  void whatIsAbsentAndWhatJsonHasNoNumberForComeBack() {
    Map<String, Double> map = new LinkedHashMap<>();
    map.put("z", 0.1);
    map.put("a", Double.NEGATIVE_INFINITY);
    Outer full =
        new Outer(
            Optional.of(new Inner(Optional.of(1e-300), OptionalLong.of(Long.MAX_VALUE))),
            Double.NaN,
            List.of(1.0, Double.NaN),
            map);
    Outer empty = new Outer(Optional.empty(), 0.1 + 0.2, List.of(), Map.of());
    Outer half =
        new Outer(
            Optional.of(new Inner(Optional.empty(), OptionalLong.empty())), 1, List.of(), Map.of());
    for (Outer record : List.of(full, empty, half)) {
      assertThat(Json.read(Json.line(record), Outer.class)).isEqualTo(record);
      assertThat(Json.read(Json.page(record), Outer.class)).isEqualTo(record);
    }
    assertThat(Json.line(full))
        .isEqualTo(
            "{\"inner\":{\"rate\":1.0E-300,\"bytes\":9223372036854775807},\"number\":\"NaN\",\"list\":[1.0,\"NaN\"],\"map\":{\"z\":0.1,\"a\":\"-Infinity\"}}");
    assertThat(Json.line(half))
        .startsWith("{\"inner\":{\"rate\":null,\"bytes\":null},\"number\":1.0");
  }

  @Test
  void metricsThatCantBeUsedSpoilNothingElse(@TempDir Path folder) {
    String written =
        new Services(folder)
            .with(
                Metric.class,
                List.of("org.example.None"),
                () -> Json.builder().create().toJson(new Checked(1)));

    assertThat(written).isEqualTo("{\"number\":1}");
  }

  @Test
  void anOptionalPartNeedNotBeThereAndAnyOtherMust() {
    assertThat(Json.read("{}", Inner.class))
        .isEqualTo(new Inner(Optional.empty(), OptionalLong.empty()));
    assertThat(Json.read("{\"inner\":{},\"number\":1,\"list\":[],\"map\":{}}", Outer.class))
        .isEqualTo(
            new Outer(
                Optional.of(new Inner(Optional.empty(), OptionalLong.empty())),
                1,
                List.of(),
                Map.of()));
    for (String wrong :
        List.of("{\"number\":1,\"map\":{}}", "{\"number\":1,\"list\":null,\"map\":{}}")) {
      assertThatThrownBy(() -> Json.read(wrong, Outer.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("nothing under 'list'");
    }
  }

  @Test
  void whatTheConstructorOfARecordSaysIsKept() {
    assertThatThrownBy(() -> Json.read("{\"number\":-1}", Checked.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a negative number");
  }
}
