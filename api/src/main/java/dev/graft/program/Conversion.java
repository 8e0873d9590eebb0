package dev.graft.program;

import dev.graft.GraftException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes values of real numbers in the precision that is wanted, on the device where they lie.
 *
 * <p>In training mode, since training can't save what an inference-mode call returns for its way
 * back; and in programs, since DJL aborts where it converts to bfloat16 itself.
 */
final class Conversion implements AutoCloseable {
  /** From here on numbers are rounded to infinity. */
  private static final float FLOAT16_OVERFLOW = 65520;

  private static final String CONVERT = "convert";

  private static final List<String> BY_COLUMNS =
      List.of("turned = torch.t(torch.contiguous(torch.t(x[0])))");

  private final Device device;

  /** By their statements. */
  private final Map<List<String>, NativeModule> modules = new ConcurrentHashMap<>();

  Conversion(Device device) {
    this.device = device;
  }

  /**
   * What is done to the numbers, whatever shape they have.
   *
   * @param given the precision that they have
   * @param isTransposed whether a matrix is turned over
   * @param wanted the result's precision
   */
  record Kind(Precision given, boolean isTransposed, Precision wanted) {
    private List<String> lines() {
      // Some of 64 bits are beyond 32.
      String narrow = given == Precision.FLOAT64 ? to("x[0]", Precision.FLOAT32) : "x[0]";
      return List.of(
          "numbers = " + narrow,
          "least, largest = torch.aminmax(numbers)",
          "range = " + to("torch.stack([least, largest])", Precision.FLOAT32),
          "converted = " + to("numbers", wanted),
          "turned = " + (isTransposed ? "torch.contiguous(torch.t(converted))" : "converted"));
    }

    private static String to(String numbers, Precision precision) {
      return "torch.to(" + numbers + ", " + precision.code + ")";
    }
  }

  /**
   * Converts a value.
   *
   * @param numbers one at least; where nothing has to be done, the result shares their memory
   * @return nothing where a number is not finite
   * @throws GraftException if a number is too large for the precision
   */
  Optional<Value> of(Value numbers, Kind kind) {
    Values results = converted(numbers, kind.lines(), "[turned, range]");
    try (Value range = results.get(1)) {
      float[] ends = range.floats();
      float largest = Math.max(Math.abs(ends[0]), Math.abs(ends[1]));
      if (!Float.isFinite(largest)) {
        results.get(0).close();
        return Optional.empty();
      }
      if (kind.wanted == Precision.FLOAT16 && largest >= FLOAT16_OVERFLOW) {
        results.get(0).close();
        throw GraftException.input(
                "The numbers of '%s' do not fit the precision float16.", numbers.name())
            .expected("at most 65504")
            .found(largest)
            .line("try", "the precision bfloat16 or float32");
      }
      return Optional.of(new Value(numbers.name(), results.get(0).array(), kind.wanted));
    }
  }

  /**
   * A matrix with the numbers of a column beside each other; it may share the given one's memory.
   */
  Value byColumns(Value matrix) {
    Values results = converted(matrix, BY_COLUMNS, "[turned]");
    return new Value(matrix.name(), results.get(0).array(), matrix.precision());
  }

  private Values converted(Value numbers, List<String> lines, String result) {
    return modules
        .computeIfAbsent(lines, each -> compiled(each, result))
        .train(CONVERT, Values.borrowing(List.of(numbers)));
  }

  private NativeModule compiled(List<String> lines, String result) {
    List<Call> unrecorded = Arrays.asList(new Call[lines.size()]);
    NativeModule.Method convert =
        new NativeModule.Method(CONVERT, List.of("x"), lines, unrecorded, result);
    return new NativeModule(device, List.of(), List.of(convert));
  }

  @Override
  public void close() {
    modules.values().forEach(NativeModule::close);
  }
}
