package dev.graft.harness.study.file;

import dev.graft.GraftException;
import dev.graft.harness.yaml.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All combinations of values. */
final class Grid {
  private static final long MOST = 10_000;

  private Grid() {}

  /**
   * One value for each key in every way; the last key changes first.
   *
   * @param place for the message that there are too many
   */
  static <T> List<Map<String, T>> of(Map<String, List<T>> axes, Place place) {
    long count = 1;
    for (List<T> axis : axes.values()) {
      count *= axis.size();
      require(count, place);
    }
    List<Map<String, T>> points = new ArrayList<>(List.of(Map.of()));
    axes.forEach(
        (key, values) -> {
          List<Map<String, T>> longer = new ArrayList<>();
          for (Map<String, T> point : points) {
            for (T value : values) {
              Map<String, T> more = new LinkedHashMap<>(point);
              more.put(key, value);
              longer.add(more);
            }
          }
          points.clear();
          points.addAll(longer);
        });
    return points;
  }

  /** Refuses what would take all memory, and nobody waits for. */
  static void require(long count, Place place) {
    if (count > MOST) {
      throw GraftException.input("So many combinations are no study.")
          .in(place)
          .expected("at most %s", MOST);
    }
  }
}
