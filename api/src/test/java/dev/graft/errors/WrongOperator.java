package dev.graft.errors;

import dev.graft.program.Dim;
import dev.graft.program.Scope;
import dev.graft.program.Shape;
import dev.graft.program.Tensor;
import dev.graft.program.Type;
import java.util.List;

/** An operator as a method may record it, in a file of its own: errors name the line. */
final class WrongOperator {
  private WrongOperator() {}

  static Tensor of(String name, Object... arguments) {
    return Scope.within("mine at layers.0", () -> recorded(name, arguments));
  }

  private static Tensor recorded(String name, Object... arguments) {
    return Tensor.call(name, Shape.of(2), Type.REAL, Dim.of(0), arguments);
  }

  static Tensor withThreeResults(String name, Object... arguments) {
    Tensor.Result result = new Tensor.Result(Shape.of(2), Type.REAL);
    return Scope.within(
        "mine at layers.0",
        () -> Tensor.callAll(name, List.of(result, result, result), Dim.of(0), arguments).get(0));
  }
}
