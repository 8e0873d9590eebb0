package dev.graft.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.graft.api.Site;
import dev.graft.api.settings.Targets;
import dev.graft.conformance.TinyHosts;
import dev.graft.files.JsonFile;
import dev.graft.methods.StackSpec;
import dev.graft.model.Attachment;
import dev.graft.model.Model;
import dev.graft.testing.NumbersAssert;
import dev.graft.testing.TestDevice;
import dev.graft.testing.TinyModel;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for hosts of every architecture. */
class HostsTest {
  private static final StackSpec NONE = new StackSpec(List.of());

  @RegisterExtension final TestDevice cpu = new TestDevice();

  static List<String> hosts() {
    return TinyHosts.names();
  }

  static List<String> decoders() {
    return List.of("gpt2", "llama", "qwen2", "mistral");
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void aBatchOfOneAndABatchOfManyAgree(String name) {
    Model model = cpu.load(name);
    try (Attachment host = model.attach(model.stack(NONE, List.of("a", "b", "c")), 1)) {
      TokenBatch many = TinyModel.batch(3, 7, 5);
      float[][] together = host.logits(many);
      for (int row = 0; row < many.rows(); row++) {
        float[] alone = host.logits(many.row(row))[0];
        NumbersAssert.assertThat(together[row]).as("row " + row).isCloseTo(alone, 1e-5);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void aTokenDoesNotSeeWhatComesAfterIt(String name) {
    Model model = cpu.load(name);
    try (Attachment host = model.attach(model.languageModel(NONE), 1)) {
      float[] seven = host.logits(TinyModel.batch(7))[0];
      float[] four = host.logits(TinyModel.batch(7).first(4))[0];
      NumbersAssert.assertThat(Arrays.copyOf(seven, four.length)).isCloseTo(four, 1e-5);
    }
  }

  @Test
  void aSlidingWindowHidesTokensFartherBack() {
    Model model = cpu.load("mistral");
    try (Attachment host = model.attach(model.languageModel(NONE), 1)) {
      Tokens tokens = new Tokens(new long[] {1, 2, 3, 4, 5, 6}, new long[6]);
      Tokens other = new Tokens(new long[] {9, 2, 3, 4, 5, 6}, new long[6]);
      // Two blocks with windows of 3: the last token sees 4 back, not 5.
      float[] last = last(host.logits(TokenBatch.of(List.of(tokens), 0))[0]);
      NumbersAssert.assertThat(last(host.logits(TokenBatch.of(List.of(other), 0))[0]))
          .isCloseTo(last, 1e-6);
    }
  }

  private static float[] last(float[] logits) {
    return Arrays.copyOfRange(logits, logits.length - 60, logits.length);
  }

  @Test
  void targetsAreFoundByPathAndByTheNameInTheCheckpoint() {
    HostShape host = HostShape.of(TinyHosts.config("gpt2"));
    assertThat(paths(host, "c_attn"))
        .containsExactly("layers.0.attention.qkv", "layers.1.attention.qkv");
    assertThat(paths(host, "attention.value"))
        .containsExactly("layers.0.attention.value", "layers.1.attention.value");
    assertThat(paths(host, "/.*\\.h\\.1\\.mlp\\..*/"))
        .containsExactly("layers.1.mlp.up", "layers.1.mlp.down");
    assertThat(paths(host, Targets.ALL_LINEAR)).hasSize(8).doesNotContain("lm_head");
    assertThat(paths(host, "lm_head")).containsExactly("lm_head");
  }

  @Test
  void aHostWithoutAPaddingTokenPadsWithOneThatItHas() {
    for (String none : List.of("null", "-1")) {
      assertThat(padded("llama", none)).isZero();
    }
    assertThat(padded("llama", "59")).isEqualTo(59);
    assertThat(padded("roberta", "null")).isOne();
  }

  private static int padded(String name, String paddingId) {
    JsonFile config = TinyHosts.config(name);
    config.json().add("pad_token_id", JsonParser.parseString(paddingId));
    return HostShape.of(config).config().paddingId();
  }

  private static List<String> paths(HostShape host, String target) {
    return host.projections(Targets.of(target)).stream().map(Site.Projection::path).toList();
  }

  @Test
  void coverageSaysWhatEachEntryMatched() {
    HostShape host = HostShape.of(TinyHosts.config("llama"));
    var coverage = host.coverage(Targets.of("q_proj", "layers.1.mlp.gate"));
    assertThat(coverage.keySet()).containsExactly("q_proj", "layers.1.mlp.gate");
    assertThat(coverage.get("q_proj")).hasSize(2);
    assertThat(coverage.get("layers.1.mlp.gate")).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("hosts")
  void modulesAreNamedBothWays(String name) {
    HostShape host = HostShape.of(TinyHosts.config(name));
    for (Site.Projection site : host.projections(Targets.of(Targets.ALL_LINEAR))) {
      String module = host.moduleName(site.path()).orElseThrow();
      assertThat(host.path(module)).contains(site.path());
    }
  }
}
