package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Initializer;
import dev.graft.api.StoredTensor;
import dev.graft.merging.BaseWeights;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The values that a stack's tensors begin with. */
final class InitialValues {
  private final Stack stack;
  private final BaseWeights base;

  /** Up to here every whole number is one of 64 bits with a fraction. */
  private static final double MOST_WHOLE = 0x1p53;

  private final Map<List<Long>, List<KeysValues>> texts = new HashMap<>();

  private InitialValues(Stack stack, BaseWeights base) {
    this.stack = stack;
    this.base = base;
  }

  /**
   * Values on the base's device.
   *
   * @param given those that don't begin from their initialisers
   * @param seed equal seeds begin equal
   */
  static Values of(Stack stack, BaseWeights base, Map<Owned, StoredTensor> given, long seed) {
    return new InitialValues(stack, base).onto(given, seed);
  }

  private Values onto(Map<Owned, StoredTensor> given, long seed) {
    Map<Owned, Value> computed = computed(given);
    List<Value> values = new ArrayList<>();
    try {
      for (Owned owned : stack.owned()) {
        Value own = computed.get(owned);
        long mixed = owned.seed().orElse(seed + values.size());
        values.add(own == null ? begun(owned, given, mixed) : own);
      }
      return Values.owning(values);
    } catch (RuntimeException | Error e) {
      values.forEach(Value::close);
      computed.values().forEach(Value::close);
      throw e;
    }
  }

  private Value begun(Owned owned, Map<Owned, StoredTensor> given, long seed) {
    StoredTensor own = given.get(owned);
    return owned.on(base.device(), own == null ? drawn(owned, seed) : own);
  }

  /** Those that follow from the host's weights, all by one program. */
  private Map<Owned, Value> computed(Map<Owned, StoredTensor> given) {
    Map<Owned, Tensor> expressions = new LinkedHashMap<>();
    for (Owned owned : stack.owned()) {
      if (!given.containsKey(owned)) {
        expression(owned).ifPresent(e -> expressions.put(owned, kept(owned, e)));
      }
    }
    if (expressions.isEmpty()) {
      return Map.of();
    }
    Program program =
        Program.builder(Precision.FLOAT32)
            .stored(base.precision())
            .weights(base.leaves())
            .outputs(List.copyOf(expressions.values()))
            .build();
    Map<Owned, Value> values = new HashMap<>();
    try (CompiledProgram compiled = program.compile(base.device(), base.values());
        Values none = Values.borrowing(List.of());
        Values results = compiled.run(none, none)) {
      int i = 0;
      for (Owned owned : expressions.keySet()) {
        // A result may be the host's own weight.
        long[] shape = owned.spec().shape().fixed();
        Value own = base.device().zeros(owned.name(), owned.leaf().type(), shape);
        values.put(owned, own);
        own.copyFrom(results.get(i));
        results.get(i++).close();
      }
      return values;
    } catch (RuntimeException | Error e) {
      values.values().forEach(Value::close);
      throw e;
    }
  }

  private Optional<Tensor> expression(Owned owned) {
    Initializer initializer = owned.spec().initializer();
    if (initializer instanceof Initializer.OfText text) {
      List<KeysValues> all =
          texts.computeIfAbsent(
              text.tokens(), tokens -> Transformer.over(stack.host(), tokens).keysValues());
      return Optional.of(asked(owned, "computed", () -> text.expression().apply(all)));
    }
    return initializer instanceof Initializer.Computed computed
        ? Optional.of(computed.expression())
        : Optional.empty();
  }

  /** An expression for what is kept: whole numbers as they are, real ones in 32 bits. */
  private Tensor kept(Owned owned, Tensor expression) {
    if (owned.isWhole() && expression.type() != Type.INT64) {
      throw GraftException.plugin(
              "The initial values of '%s' of %s are real numbers.", owned.name(), graft(owned))
          .expected("whole numbers, of the type INT64, as it was declared")
          .found(expression.type());
    }
    Tensor shaped = expression.reshape(owned.spec().shape());
    return owned.isWhole() ? shaped : shaped.to(Type.FLOAT32);
  }

  private StoredTensor drawn(Owned owned, long seed) {
    return asked(
        owned,
        "drawn",
        () -> {
          RandomGenerator random = new SplittableRandom(SeedMix.ofTensor(seed, owned.name()));
          return numbers(owned, drawn(owned, random));
        });
  }

  /** The elements in order, as they are asked for. */
  private DoubleSupplier drawn(Owned owned, RandomGenerator random) {
    Shape shape = owned.spec().shape();
    if (owned.spec().initializer() instanceof Initializer.Drawn drawn) {
      return () -> drawn.draw().next(random, shape);
    }
    double[] all = ((Initializer.Together) owned.spec().initializer()).draw().of(random, shape);
    if (all.length != owned.size()) {
      throw GraftException.plugin(
              "The initial values of '%s' of %s are not as many as its shape needs.",
              owned.name(), graft(owned))
          .expected("%d, for the shape %s", owned.size(), shape)
          .found(all.length);
    }
    return Arrays.stream(all).iterator()::nextDouble;
  }

  private StoredTensor numbers(Owned owned, DoubleSupplier elements) {
    int size = Math.toIntExact(owned.size());
    if (owned.isWhole()) {
      long[] whole = new long[size];
      for (int i = 0; i < size; i++) {
        whole[i] = whole(owned, elements.getAsDouble());
      }
      return StoredTensor.whole(owned.spec().shape(), whole);
    }
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) elements.getAsDouble();
    }
    return new StoredTensor(owned.spec().shape(), numbers);
  }

  private long whole(Owned owned, double number) {
    if (number != Math.rint(number) || Math.abs(number) > MOST_WHOLE) {
      throw GraftException.plugin(
              "The initial values of '%s' of %s are not whole.", owned.name(), graft(owned))
          .expected("whole numbers up to 2^53, since it was declared INT64")
          .found(number);
    }
    return (long) number;
  }

  private String graft(Owned owned) {
    return stack.graftOf(owned).name();
  }

  /** What a plugin gives when it is asked. */
  private <R> R asked(Owned owned, String how, Supplier<R> plugin) {
    try {
      return Objects.requireNonNull(plugin.get());
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(
          e, "The initial values of '%s' of %s can't be %s.", owned.name(), graft(owned), how);
    }
  }
}
