package dev.graft.harness.measure.phase;

import dev.graft.harness.measure.MemoryPeak;
import dev.graft.harness.measure.gpu.Reading;
import dev.graft.program.Device;
import dev.graft.program.Dim;
import dev.graft.program.Precision;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Measures what each phase takes. It is always in one, from {@link Phase#SET_UP} on; what measuring
 * takes itself is in none. Belongs to one thread.
 */
public final class PhaseMeter implements AutoCloseable {
  private static final double NANOS = 1e9;

  /** What was found of a phase so far. */
  private static final class Found {
    private long nanos;
    private long underWay;
    private Optional<Long> peak = Optional.empty();
    private Optional<Long> kept = Optional.empty();
    private Optional<Double> joules = Optional.empty();

    PhaseCost as(Phase phase) {
      return new PhaseCost(phase, nanos / NANOS, peak, kept, joules);
    }
  }

  private final Instruments instruments;
  private final LongSupplier clock;
  private final LongSupplier compiling;
  private final LongSupplier stepping;
  private final Map<Phase, Found> found = new EnumMap<>(Phase.class);
  private Optional<WorkTally> tally = Optional.empty();
  private long most;

  private Phase current = Phase.SET_UP;
  private long begin;
  private long compiled;
  private long stepped;

  /** Whether the mark of memory is that of the current phase. */
  private boolean isOwn = true;

  private OptionalLong mark = OptionalLong.empty();
  private Reading joules = Reading.none("");

  /** Begins with the set-up; before anything is put on the device. */
  public PhaseMeter(Device device, Precision precision) {
    this(
        Instruments.on(device, precision),
        System::nanoTime,
        device::compilingNanos,
        device::steppingNanos);
  }

  PhaseMeter(
      Instruments instruments, LongSupplier clock, LongSupplier compiling, LongSupplier stepping) {
    this.instruments = instruments;
    this.clock = clock;
    this.compiling = compiling;
    this.stepping = stepping;
    begin();
  }

  /** Another phase begins where the current one ends. */
  public void enter(Phase next) {
    end();
    Found ended = of(current);
    isOwn = instruments.memory().reset();
    OptionalLong now = instruments.memory().now();
    ended.kept = now.isPresent() ? Optional.of(now.getAsLong()) : ended.kept;
    current = next;
    begin();
  }

  /** Another phase for a while. The mark of memory stays, unless it rises meanwhile. */
  public <T> T during(Phase phase, Supplier<T> work) {
    Phase outer = current;
    boolean wasOwn = isOwn;
    end();
    isOwn = false;
    current = phase;
    begin();
    try {
      return work.get();
    } finally {
      boolean hasRisen = end();
      isOwn = hasRisen ? instruments.memory().reset() : wasOwn;
      current = outer;
      begin();
    }
  }

  /** Takes the time of something short, of which the memory is that of the current phase. */
  public <T> T batches(Supplier<T> work) {
    long start = clock.getAsLong();
    try {
      return work.get();
    } finally {
      long nanos = clock.getAsLong() - start;
      of(Phase.BATCHES).nanos += nanos;
      begin += nanos;
    }
  }

  /**
   * Counts the work of the steps from now on.
   *
   * @param flops of a step, as a function of the batch's size
   */
  public WorkTally tally(Dim flops) {
    tally = Optional.of(new WorkTally(flops));
    return tally.get();
  }

  /** The seconds of a phase so far. */
  public double seconds(Phase phase) {
    long running = phase == current ? clock.getAsLong() - begin - compilingSince() : 0;
    return (of(phase).nanos + running) / NANOS;
  }

  /** The most memory until now. */
  public MemoryPeak peak() {
    return reached().isPresent()
        ? MemoryPeak.of(most, instruments.memory().peak().measures())
        : instruments.memory().peak();
  }

  /** All of it until now. */
  public Costs costs() {
    end();
    List<PhaseCost> phases =
        found.entrySet().stream()
            .filter(each -> each.getValue().nanos > 0)
            .map(each -> each.getValue().as(each.getKey()))
            .toList();
    Optional<Work> work = tally.flatMap(WorkTally::work);
    Costs costs =
        new Costs(
            phases,
            instruments.memory().peak().measures(),
            instruments.context(),
            joules.value().isPresent() ? Instruments.ENERGY : "not measured: " + joules.reason(),
            work,
            work.map(done -> of(Phase.STEPS).underWay / NANOS),
            instruments.limit());
    begin();
    return costs;
  }

  private void begin() {
    mark = instruments.memory().peak().bytes();
    joules = instruments.joules().get();
    compiled = compiling.getAsLong();
    stepped = stepping.getAsLong();
    begin = clock.getAsLong();
  }

  /** Whether the mark of memory has risen since it began. */
  private boolean end() {
    long now = clock.getAsLong();
    Found ending = of(current);
    long compiling = compilingSince();
    ending.nanos += now - begin - compiling;
    ending.underWay += stepping.getAsLong() - stepped;
    of(Phase.COMPILATION).nanos += compiling;
    Reading after = instruments.joules().get();
    after
        .value()
        .flatMap(end -> joules.value().map(start -> end - start))
        .ifPresent(used -> ending.joules = Optional.of(used + ending.joules.orElse(0.0)));
    OptionalLong reached = reached();
    boolean hasRisen =
        reached.isPresent() && mark.isPresent() && reached.getAsLong() > mark.getAsLong();
    if (reached.isPresent() && (isOwn || hasRisen)) {
      ending.peak = Optional.of(Math.max(reached.getAsLong(), ending.peak.orElse(0L)));
    }
    return hasRisen;
  }

  private OptionalLong reached() {
    OptionalLong reached = instruments.memory().peak().bytes();
    reached.ifPresent(bytes -> most = Math.max(most, bytes));
    return reached;
  }

  private long compilingSince() {
    return compiling.getAsLong() - compiled;
  }

  private Found of(Phase phase) {
    return found.computeIfAbsent(phase, each -> new Found());
  }

  @Override
  public void close() {
    instruments.close();
  }
}
