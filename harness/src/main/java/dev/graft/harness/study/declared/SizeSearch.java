package dev.graft.harness.study.declared;

import dev.graft.GraftException;
import dev.graft.Names;
import dev.graft.api.settings.Setting;
import dev.graft.api.settings.SettingsSpec;
import dev.graft.host.HostShape;
import dev.graft.methods.StackSpec.Item;
import dev.graft.transformer.DeclaredGraft;
import dev.graft.transformer.Stack;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Looks for the setting of a method, and for its value, by which the method has a given size. */
final class SizeSearch {
  private static final int LARGEST = 1 << 20;

  private final Item item;
  private final HostShape host;
  private final SizeMatch match;

  SizeSearch(Item item, HostShape host, SizeMatch match) {
    this.item = item;
    this.host = host;
    this.match = match;
  }

  /**
   * The method at the size.
   *
   * @param given the settings that are not to be chosen
   * @throws GraftException if there is no such setting, or no such value of it
   */
  Item solve(Set<String> given) {
    count(item); // what is wrong with the method at any size is said as it is
    Setting<?> setting = match.by().map(this::named).orElseGet(this::first);
    if (given.contains(setting.name())) {
      throw GraftException.input(
              "The setting '%s' of %s is given, and is to be matched as well.",
              setting.name(), item.name())
          .expected("one of the two")
          .remedy("leave out '%s', or the match by 'match: false'", setting.name());
    }
    int below = largestBelow(setting);
    List<Integer> nearest =
        IntStream.of(below, below + 1)
            .filter(size -> size > 0 && count(setting, size).isPresent())
            .boxed()
            .sorted((a, b) -> Long.compare(distance(setting, a), distance(setting, b)))
            .toList();
    int best = nearest.get(0);
    if (distance(setting, best) > allowed()) {
      throw GraftException.input(
              "No '%s' gives %s %s parameters.", setting.name(), item.name(), match.parameters())
          .expected("at most %s more or less", allowed())
          .found(
              String.join(
                  ", ", nearest.stream().sorted().map(size -> described(setting, size)).toList()))
          .remedy("choose one of these numbers of parameters, or a larger 'within'");
    }
    return sized(setting, best);
  }

  private String described(Setting<?> setting, int size) {
    return "%s=%s has %s".formatted(setting.name(), size, count(setting, size).getAsLong());
  }

  private long allowed() {
    return (long) (match.within() * match.parameters());
  }

  private long distance(Setting<?> setting, int size) {
    return Math.abs(count(setting, size).getAsLong() - match.parameters());
  }

  private Setting<?> named(String name) {
    SettingsSpec spec = item.method().spec().settings();
    List<String> known = spec.settings().stream().map(Setting::name).toList();
    if (!known.contains(name)) {
      throw GraftException.input(
              "%s has no setting '%s'.%s", item.name(), name, Names.didYouMean(name, known))
          .expected(String.join(", ", known));
    }
    Setting<?> setting = spec.settings().get(known.indexOf(name));
    if (!grows(setting)) {
      throw GraftException.input(
              "The size of %s does not grow by its setting '%s'.", item.name(), name)
          .expected("a setting of whole numbers by which its parameters grow");
    }
    return setting;
  }

  private Setting<?> first() {
    return item.method().spec().settings().settings().stream()
        .filter(this::grows)
        .findFirst()
        .orElseThrow(
            () ->
                GraftException.input(
                        "The method '%s' has no setting by which its size can be chosen.",
                        item.name())
                    .expected("a setting of whole numbers by which its parameters grow")
                    .remedy("leave it as it is: {method: %s, match: false}", item.name()));
  }

  /** Whether the method has more parameters at the second of the powers of two that it takes. */
  private boolean grows(Setting<?> setting) {
    long[] counts = sizes(setting).limit(2).map(size -> count(setting, size).getAsLong()).toArray();
    return counts.length == 2 && counts[1] > counts[0];
  }

  /** The powers of two that the method takes. */
  private LongStream sizes(Setting<?> setting) {
    return LongStream.iterate(1, size -> size <= LARGEST, size -> 2 * size)
        .filter(size -> count(setting, size).isPresent());
  }

  /** The largest value at which the method has no more parameters than it should, or the first. */
  private int largestBelow(Setting<?> setting) {
    long low = sizes(setting).findFirst().getAsLong();
    while (isTooLarge(setting, low) && count(setting, low - 1).isPresent()) {
      low--; // what it takes need not begin at a power of two
    }
    if (isTooLarge(setting, low)) {
      return (int) low;
    }
    long high = LARGEST;
    while (low + 1 < high) {
      long middle = (low + high) / 2;
      if (isTooLarge(setting, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return (int) low;
  }

  private boolean isTooLarge(Setting<?> setting, long size) {
    OptionalLong count = count(setting, size);
    return count.isEmpty() || count.getAsLong() > match.parameters();
  }

  /** The parameters at a value, if the setting and the host allow it. */
  private OptionalLong count(Setting<?> setting, long size) {
    try {
      return OptionalLong.of(count(sized(setting, size)));
    } catch (GraftException e) {
      return OptionalLong.empty();
    }
  }

  private Item sized(Setting<?> setting, long size) {
    return item.with(setting.name(), String.valueOf(size));
  }

  private long count(Item sized) {
    DeclaredGraft graft = new DeclaredGraft(sized.name());
    Stack.declare(host, sized, graft);
    return graft.trainedCount();
  }
}
