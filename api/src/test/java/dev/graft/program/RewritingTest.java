package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.TestDevice;
import dev.graft.testing.Without;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is written for a graph says the same as the graph. */
class RewritingTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Rewritten graph = new Rewritten(cpu);
  private final Tensor x = graph.input(6);
  private final Tensor w = graph.value(8, 6);
  private final Tensor bias = graph.value(8);
  private final Tensor a = graph.value(2, 6);
  private final Tensor b = graph.value(8, 2);
  private final Tensor s = graph.value();

  @Test
  void slicesThatCutATensorUpAreOneSplit() {
    Tensor y = x.linear(w, bias);
    Tensor sum =
        y.slice(2, 3, 6).plus(y.slice(2, 0, 3)).times(y.slice(2, 6, 8).sum(2).unsqueeze(2));
    assertThat(graph.source(sum))
        .contains("_0, v", "torch.split_with_sizes(v0, [3, 3, 2], 2)")
        .doesNotContain("slice");
    assertThat(graph.sourceWithout(Optimization.SPLIT, sum))
        .containsOnlyOnce("0, 3, 1)")
        .doesNotContain("split");
    graph.isTheSame(sum);
  }

  @Test
  void aSliceThatIsTakenTwiceIsOnePart() {
    Tensor y = x.linear(w, bias);
    Tensor sum = y.slice(2, 0, 4).plus(y.slice(2, 4, 8)).plus(y.slice(2, 0, 4).tanh());
    assertThat(graph.source(sum)).containsOnlyOnce("split_with_sizes").doesNotContain("slice");
    graph.isTheSame(sum);
  }

  @Test
  void slicesThatLeaveOutOrOverlapStay() {
    Tensor y = x.linear(w, bias);
    Tensor left = y.slice(2, 0, 3).plus(y.slice(2, 5, 8));
    Tensor twice = y.slice(2, 0, 5).sum(2).plus(y.slice(2, 3, 8).sum(2));
    Tensor one = y.slice(2, 1, 4);
    Tensor across = y.slice(2, 0, 4).sum(2).plus(y.slice(1, 0, 1).sum(2));
    assertThat(graph.source(left) + graph.source(twice) + graph.source(one) + graph.source(across))
        .doesNotContain("split");
    graph.isTheSame(left, twice, one, across);
  }

  @Test
  void aNumberIsMultipliedWhereAProductIsNarrow() {
    Tensor update = x.linear(a).linear(b).times(s);
    assertThat(graph.source(update))
        .isEqualTo(
            """
            v0 = torch.linear(x[0], g[2])
            v1 = torch.mul(v0, g[4])
            v2 = torch.linear(v1, g[3])
            return [v2]
            """);
    assertThat(graph.sourceWithout(Optimization.NARROW_SCALE, update))
        .endsWith("v2 = torch.mul(v1, g[4])\nreturn [v2]\n");
    graph.isTheSame(update);
    Tensor narrowing = x.linear(a).times(s);
    Tensor readTwice = x.linear(w);
    Tensor both = s.times(readTwice).plus(readTwice);
    assertThat(graph.source(narrowing)).contains("torch.mul(v0, g[4])");
    graph.isTheSame(narrowing, both);
  }

  @Test
  void aProductIsAddedByTheOperatorThatComputesIt() {
    Tensor sum = x.linear(w, bias).plus(x.linear(a).linear(b).times(s));
    assertThat(graph.source(sum))
        .isEqualTo(
            """
            B = torch.size(x[0], 0)
            T = torch.size(x[0], 1)
            v0 = torch.transpose(g[0], 0, 1)
            v1 = torch.reshape(x[0], [-1, 6])
            v2 = torch.linear(v1, g[2])
            v3 = torch.mul(v2, g[4])
            v4 = torch.linear(v3, g[3], g[1])
            v5 = torch.addmm_(v4, v1, v0)
            v6 = torch.reshape(v5, [B, T, 8])
            return [v6]
            """);
    assertThat(graph.sourceWithout(Optimization.UPDATE_FIRST, sum))
        .contains("v4 = torch.linear(v1, g[0], g[1])", "v5 = torch.addmm_(v4, v3, v0)");
    assertThat(graph.sourceWithout(Optimization.ADDMM, sum))
        .contains("torch.add(")
        .doesNotContain("addmm");
    graph.isTheSame(sum);
  }

  @Test
  void severalProductsAreAddedToOne() {
    Tensor other = graph.value(8, 3);
    Tensor down = graph.value(3, 6);
    Tensor sum =
        x.linear(down).linear(other).plus(x.linear(w)).plus(x.linear(a).linear(b).times(s));
    assertThat(graph.source(sum))
        .containsOnlyOnce("reshape(v")
        .contains("addmm_(v")
        .doesNotContain("torch.add(");
    graph.isTheSame(sum.tanh());
    Tensor matrix = x.select(1, 0);
    graph.isTheSame(matrix.linear(w, bias).plus(matrix.linear(a).linear(b)));
  }

  /** As query and value have them. */
  @Test
  void productsOfOneInputWithSmallMatricesAreOne() {
    Tensor other = graph.value(3, 6);
    Tensor up = graph.value(8, 3);
    Tensor query = x.linear(w, bias).plus(x.linear(a).linear(b).times(s));
    Tensor value = x.linear(w).plus(x.linear(other).linear(up).times(s));
    assertThat(graph.source(query, value))
        .contains("torch.cat([g[2], g[5]], 0)", "torch.split_with_sizes(v3, [2, 3], 1)")
        .doesNotContain("linear(v1, g[2]");
    assertThat(graph.sourceWithout(Optimization.GROUPED_PRODUCTS, query, value))
        .doesNotContain("torch.cat");
    graph.isTheSame(query, value);
    graph.isTheSame(x.linear(a), x.linear(other), x.linear(a).times(x.linear(a)));
    Tensor matrix = x.select(1, 0);
    graph.isTheSame(matrix.linear(a).sum(1).plus(matrix.linear(other).sum(1)));
    // To a sum that is written in place.
    Tensor third = graph.value(2, 1);
    graph.isTheSame(x.linear(a).plus(x.linear(graph.value(1, 6)).linear(third)), query);
    // Dropout is for training alone, and there each has its own.
    Tensor dropped =
        x.dropout(0.5).linear(a).linear(b).plus(x.dropout(0.5).linear(other).linear(up));
    assertThat(graph.source(dropped)).contains("torch.cat").doesNotContain("dropout");
    // Another input, and a matrix that is computed from another product.
    Tensor made = x.linear(a).linear(b).plus(x.times(2).linear(other).linear(up));
    Tensor chained = x.linear(x.linear(a).sum(0).slice(0, 0, 3).linear(b).slice(1, 0, 6));
    assertThat(graph.source(made) + graph.source(chained)).doesNotContain("torch.cat");
    graph.isTheSame(made, chained);
  }

  private Tensor ofEachRow(Tensor places, long rows, long columns) {
    return Tensor.call(
        "torch.index_select",
        Shape.of(Rewritten.B, Dim.of(rows), Dim.of(columns)),
        Type.REAL,
        Dim.of(0),
        graph.value(5, rows, columns),
        0L,
        places);
  }

  /** As in a batch of several tasks. */
  @Test
  void productsWithAMatrixForEachRowAreAddedToo() {
    Tensor each = graph.places();
    Tensor as = ofEachRow(each, 2, 6);
    Tensor bs = ofEachRow(each, 8, 2);
    Tensor numbers = ofEachRow(each, 1, 1);
    Tensor update = x.linear(as).linear(bs).times(numbers);
    Tensor sum = x.linear(w, bias).plus(update);
    assertThat(graph.source(sum)).contains("torch.baddbmm_(v").doesNotContain("torch.add(");
    assertThat(graph.sourceWithout(Optimization.ADDMM, sum)).contains("torch.add(");
    graph.isTheSame(sum);
    Tensor shared = x.linear(a).linear(b);
    graph.isTheSame(sum.plus(shared), x.linear(w).plus(shared).plus(update));
    assertThat(graph.source(sum.plus(shared))).doesNotContain("torch.add(");
    Tensor some = numbers.greaterOrEqual(0);
    Tensor base = x.linear(w, bias);
    Tensor ofSome = base.plus(update).where(some, base);
    assertThat(graph.source(ofSome)).contains("torch.baddbmm_(v").doesNotContain("torch.where");
    assertThat(graph.source(ofSome, base)).contains("torch.where");
    graph.isTheSame(ofSome);
    graph.isTheSame(ofSome, base);
    graph.isTheSame(
        update.plus(base).where(some, base), base.plus(update).where(some, x.linear(w)));
    Tensor y = x.linear(w);
    assertThat(graph.source(y.plus(update).times(y))).doesNotContain("baddbmm_");
    Tensor perToken = x.linear(as).linear(bs).times(x.sum(2).unsqueeze(2));
    assertThat(graph.source(perToken)).contains("torch.mul(v");
    graph.isTheSame(y.plus(update).times(y), perToken);
  }

  /** In half precision a matrix of 16 bits takes no input that a number of 32 bits has widened. */
  @Test
  void aNumberOfAnotherTypeIsMultipliedWhereItIsRead() {
    Tensor each = graph.places();
    Tensor numbers = ofEachRow(each, 1, 1).to(Type.FLOAT32);
    Tensor update = x.linear(ofEachRow(each, 2, 6)).linear(ofEachRow(each, 8, 2));
    assertThat(graph.source(update.times(numbers)))
        .isEqualTo(graph.sourceWithout(Optimization.NARROW_SCALE, update.times(numbers)))
        .contains("torch.mul(");
    graph.isTheSame(update.times(numbers));
  }

  @Test
  void whatOthersReadIsNotWrittenTo() {
    Tensor y = x.linear(w, bias);
    Tensor sum = y.plus(x.linear(a).linear(b));
    assertThat(graph.source(sum.times(y))).doesNotContain("addmm_");
    assertThat(graph.source(sum, y)).doesNotContain("addmm_");
    graph.isTheSame(sum.times(y));
    graph.isTheSame(sum, y);
    Tensor spread = y.plus(x.slice(1, 0, 1).linear(a).linear(b));
    assertThat(graph.source(spread)).doesNotContain("addmm_");
    graph.isTheSame(spread);
    Tensor biased = x.linear(w).plus(x.linear(a).linear(b, bias));
    graph.isTheSame(biased);
  }

  /** Of what is compiled for a GPU alone; on one it is compared with what it stands for. */
  @Test
  void aTanhGeluIsAppliedByTheProductThatItIsOf() {
    Tensor y = x.linear(w, bias);
    String fused = "torch._addmm_activation(g1, v2, v1, use_gelu=True)";
    assertThat(graph.sourceFor(Kernels.CUDA, Precision.BFLOAT16, y.geluTanh()))
        .contains("v2 = torch.reshape(x[0], [-1, 6])", fused)
        .doesNotContain("torch.gelu");
    assertThat(
            Without.optimisations(
                Optimization.FUSED_GELU.toString(),
                () -> graph.sourceFor(Kernels.CUDA, Precision.FLOAT16, y.geluTanh())))
        .contains("torch.gelu(v2, approximate=\"tanh\")");
    // Another formula, another reader, no bias; other kernels, and 32 bits.
    for (Tensor other :
        List.of(y.gelu(), y.geluTanh().plus(y), x.linear(w).geluTanh(), x.geluTanh())) {
      assertThat(graph.sourceFor(Kernels.CUDA, Precision.FLOAT16, other))
          .doesNotContain("activation");
    }
    assertThat(graph.sourceFor(Kernels.CPU, Precision.BFLOAT16, y.geluTanh()))
        .doesNotContain("activation");
    assertThat(graph.sourceFor(Kernels.CUDA, Precision.FLOAT32, y.geluTanh()))
        .doesNotContain("activation");
    assertThat(graph.source(y.geluTanh())).doesNotContain("activation");
  }

  private static Tensor named(String operator, Tensor like, Map<String, Object> by, Object... of) {
    return Tensor.call(operator, like.shape(), Type.REAL, Dim.of(0), List.of(of), by);
  }

  /** Their arguments are numbers of any kind, indices from behind, and keywords. */
  @Test
  void operatorsThatAreCalledByNameMeanWhatTheyMeanToPyTorch() {
    Tensor y = x.linear(w, bias);
    Tensor update = x.linear(a).linear(b);
    Tensor scaled = named("torch.add", y, Map.of("alpha", 0.5), x.linear(w), update);
    Tensor biased = named("torch.linear", y, Map.of("bias", bias), x.linear(a), b);
    graph.isTheSame(scaled, y.plus(biased));
    Tensor half = y.slice(2, 0, 4);
    Tensor ints = named("torch.slice", half, Map.of(), y, 2, 0, 4, 1);
    Tensor gaps = named("torch.slice", half, Map.of(), y, 2L, Dim.of(0), Dim.of(8), 2L);
    graph.isTheSame(ints.plus(y.slice(2, 4, 8)), gaps, half);
  }
}
