package dev.graft.program;

import static dev.graft.program.Rewritten.T;
import static org.assertj.core.api.Assertions.assertThat;

import dev.graft.testing.TestDevice;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rows that nothing reads are not computed, and nothing else changes. */
class UnreadRowsTest {
  @RegisterExtension final TestDevice cpu = new TestDevice();
  private final Rewritten graph = new Rewritten(cpu);
  private final Tensor x = graph.input(6);
  private final Tensor places = graph.places();
  private final Tensor w = graph.value(6, 6);
  private final Tensor bias = graph.value(6);

  /** A block without attention, and a residual. */
  private Tensor block(Tensor from) {
    Tensor y = from.layerNorm(bias, bias, 1e-5).linear(w, bias).gelu().linear(w).dropout(0);
    return y.plus(from).times(x.mean(1).unsqueeze(1)).plus(bias);
  }

  private Tensor heads(Tensor of) {
    return of.reshape(0, 0, 2, 3).transpose(1, 2);
  }

  private Tensor attention(Tensor mask, boolean causal) {
    Tensor y = heads(x.linear(w)).attend(heads(x), heads(x.tanh()), mask, causal, 0);
    return block(y.transpose(1, 2).reshape(0, 0, 6).linear(w));
  }

  private static List<String> lines(String source, String operator) {
    return source.lines().filter(line -> line.contains(operator)).toList();
  }

  @Test
  void theFirstRowIsTakenBeforeOperatorsOfRows() {
    Tensor first = block(block(x)).slice(1, 0, 1);
    assertThat(graph.source(first))
        .containsOnlyOnce("torch.slice(x[0], 1, 0, 1, 1)")
        .doesNotContain("torch.slice(v")
        .contains("torch.mean(x[0], [1])");
    assertThat(graph.sourceWithout(Optimization.UNREAD_ROWS, first)).contains("slice(v");
    graph.isTheSame(first);
    Tensor selected = block(x).select(1, 2);
    assertThat(graph.source(selected)).contains("torch.slice(x[0], 1, 2, 3, 1)", "torch.squeeze(");
    graph.isTheSame(selected);
  }

  @Test
  void theRowAtAPlaceOfEachSequenceToo() {
    Tensor last = block(x).atEachRow(places);
    assertThat(graph.source(last)).containsOnlyOnce("torch.gather(x[0], 1");
    graph.isTheSame(last);
  }

  @Test
  void aQueryLooksByItselfUnlessItsPlaceDecides() {
    Tensor mask = x.sum(2).greaterThan(-5).unsqueeze(1).unsqueeze(1);
    for (Tensor given : new Tensor[] {null, mask}) {
      String source = graph.source(attention(given, false).slice(1, 0, 1));
      assertThat(lines(source, "[B, 1, 2, 3]")).hasSize(1);
      assertThat(lines(source, "[B, T, 2, 3]")).hasSize(2);
      graph.isTheSame(attention(given, false).slice(1, 0, 1));
      graph.isTheSame(attention(given, false).atEachRow(places));
    }
    Tensor causal = attention(null, true).atEachRow(places);
    assertThat(lines(graph.source(causal), "[B, T, 2, 3]")).hasSize(3);
    assertThat(lines(graph.source(causal), "torch.gather(v")).hasSize(1);
    graph.isTheSame(causal);
    Tensor ofRows = x.matmul(x.transpose(1, 2)).greaterThan(-2).unsqueeze(1);
    graph.isTheSame(attention(ofRows, false).slice(1, 1, 2));
  }

  @Test
  void rowsThatAreReadStay() {
    Tensor y = block(x);
    Tensor first = y.slice(1, 0, 1);
    for (Tensor also : new Tensor[] {y.mean(1), y.slice(1, 1, 2), y.atEachRow(places), y}) {
      assertThat(graph.source(first, also)).contains("torch.slice(v").doesNotContain("slice(x");
      graph.isTheSame(first, also);
    }
    Tensor most = y.slice(1, Dim.of(1), T);
    assertThat(graph.source(most)).contains("torch.slice(v");
    assertThat(graph.source(y.softmax(1).slice(1, 0, 1))).contains("torch.slice(v");
    assertThat(graph.source(y.slice(2, 0, 1))).contains("torch.slice(v");
    graph.isTheSame(most, y.softmax(1).slice(1, 0, 1));
  }

  @Test
  void operandsOfAllRowsAreReadAsTheyAre() {
    Tensor y = x.plus(x.mean(0)).times(bias);
    graph.isTheSame(y.slice(1, 0, 1));
    // No row of the table belongs to a row of the batch.
    assertThat(graph.source(y.atEachRow(places))).contains("torch.gather(v");
    graph.isTheSame(y.atEachRow(places));
  }

  @Test
  void whatIsNotComputedIsNotKept() {
    Tensor first = x.linear(w).tanh().linear(w).slice(1, 0, 1);
    Activations kept = new Activations(List.of(first), Set.of(w), Precision.FLOAT32);
    assertThat(kept.bytes(Kernels.CPU, Map.of("B", 2L, "T", 5L))).isEqualTo(2 * 3 * 6 * 4);
  }

  private static Tensor named(String operator, Tensor like, Object... arguments) {
    return Tensor.call(operator, like.shape(), Type.REAL, Dim.of(0), arguments);
  }

  @Test
  void operatorsThatAreCalledByNameMeanWhatTheyMeanToPyTorch() {
    Tensor y = block(x);
    graph.isTheSame(
        named("torch.slice", y.slice(1, 0, 1), y, -2L, Dim.of(0), Dim.of(1), 1L),
        named("torch.select", y.select(1, 0), y, 1, 0));
    Tensor last = named("torch.select", y.select(1, 4), block(x.tanh()), 1L, -1L);
    graph.isTheSame(last);
    Tensor turned = named("torch.transpose", y.transpose(1, 2), y, 1L, -1L).plus(1);
    graph.isTheSame(turned.slice(2, 0, 1));
    Tensor attended =
        named("torch.scaled_dot_product_attention", heads(y), heads(y), heads(x), heads(x));
    graph.isTheSame(attended.slice(2, 0, 1));
  }
}
