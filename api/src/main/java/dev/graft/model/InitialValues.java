package dev.graft.model;

import dev.graft.GraftException;
import dev.graft.SeedMix;
import dev.graft.api.AttentionIntervention.KeysValues;
import dev.graft.api.Initializer;
import dev.graft.merging.BaseWeights;
import dev.graft.program.CompiledProgram;
import dev.graft.program.Precision;
import dev.graft.program.Program;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import dev.graft.program.Value;
import dev.graft.program.Values;
import dev.graft.transformer.Owned;
import dev.graft.transformer.Stack;
import dev.graft.transformer.Transformer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The values that a stack's tensors begin with. */
final class InitialValues {
  private final Stack stack;
  private final BaseWeights base;
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
  static Values of(Stack stack, BaseWeights base, Map<Owned, float[]> given, long seed) {
    return new InitialValues(stack, base).onto(given, seed);
  }

  private Values onto(Map<Owned, float[]> given, long seed) {
    Map<Owned, float[]> known = new HashMap<>(computed(given));
    known.putAll(given);
    List<Value> values = new ArrayList<>();
    try {
      for (Owned owned : stack.owned()) {
        float[] own = known.get(owned);
        float[] numbers = own == null ? drawn(owned, seed + values.size()) : own;
        values.add(base.device().create(owned.name(), numbers, owned.spec().shape().fixed()));
      }
      return Values.owning(values);
    } catch (RuntimeException | Error e) {
      values.forEach(Value::close);
      throw e;
    }
  }

  /** Those that follow from the host's weights, all by one program. */
  private Map<Owned, float[]> computed(Map<Owned, float[]> given) {
    Map<Owned, Tensor> expressions = new LinkedHashMap<>();
    for (Owned owned : stack.owned()) {
      if (!given.containsKey(owned)) {
        expression(owned).ifPresent(e -> expressions.put(owned, e.to(Type.FLOAT32)));
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
    Map<Owned, float[]> values = new HashMap<>();
    try (CompiledProgram compiled = program.compile(base.device(), base.values());
        Values none = Values.borrowing(List.of());
        Values results = compiled.run(none, none)) {
      int i = 0;
      for (Owned owned : expressions.keySet()) {
        values.put(owned, results.get(i++).floats());
      }
    }
    return values;
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

  private float[] drawn(Owned owned, long seed) {
    return asked(
        owned,
        "drawn",
        () -> {
          Initializer.Draw draw = ((Initializer.Drawn) owned.spec().initializer()).draw();
          RandomGenerator random = new SplittableRandom(SeedMix.ofTensor(seed, owned.name()));
          float[] numbers = new float[Math.toIntExact(owned.size())];
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) draw.next(random, owned.spec().shape());
          }
          return numbers;
        });
  }

  /** What a plugin gives when it is asked. */
  private <R> R asked(Owned owned, String how, Supplier<R> plugin) {
    try {
      return Objects.requireNonNull(plugin.get());
    } catch (GraftException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw GraftException.thrownByPlugin(
          e,
          "The initial values of '%s' of %s can't be %s.",
          owned.name(),
          stack.graftOf(owned).name(),
          how);
    }
  }
}
