package dev.graft.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.TestDevice;
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
            v0 = torch.transpose(g[3], 0, 1)
            v1 = torch.reshape(x[0], [-1, 6])
            v2 = torch.linear(v1, g[2])
            v3 = torch.mul(v2, g[4])
            v4 = torch.linear(v1, g[0], g[1])
            v5 = torch.addmm_(v4, v3, v0)
            v6 = torch.reshape(v5, [B, T, 8])
            return [v6]
            """);
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
